"""Chapters 1 to 6, edit and run: what each operation is in JavaScript, with JAX's answers at the limits.

JavaScript's own differ where a power has a NaN, a remainder a sign, or half a unit is rounded.
"""

_POWER = "({0}===1||{1}===0?1:{0}===-1&&({1}===Infinity||{1}===-Infinity)?1:Math.pow({0},{1}))"
_MOD = "(({0}%{1}!==0&&({0}%{1}<0)!==({1}<0))?{0}%{1}+{1}:{0}%{1})"
_ROUND = "({0}-Math.floor({0})===0.5?2*Math.round({0}/2):Math.round({0}))"

BINARY = {
    "add": "{0}+{1}",
    "subtract": "{0}-{1}",
    "multiply": "{0}*{1}",
    "true_divide": "{0}/{1}",
    "power": _POWER,
    "mod": _MOD,
    "floor_divide": f"(({{0}}===Infinity||{{0}}===-Infinity)?NaN:Math.round(({{0}}-{_MOD})/{{1}}))",
    "equal": "+({0}==={1})",
    "not_equal": "+({0}!=={1})",
    "less": "+({0}<{1})",
    "less_equal": "+({0}<={1})",
    "greater": "+({0}>{1})",
    "greater_equal": "+({0}>={1})",
    "bitwise_and": "({0}&{1})",
    "bitwise_or": "({0}|{1})",
    "bitwise_xor": "({0}^{1})",
    "logical_and": "+({0}!==0&&{1}!==0)",
    "logical_or": "+({0}!==0||{1}!==0)",
    "maximum": "Math.max({0},{1})",
    "minimum": "Math.min({0},{1})",
    "arctan2": "Math.atan2({0},{1})",
    "logaddexp": "({0}==={1}?{0}+Math.LN2:Math.max({0},{1})+Math.log1p(Math.exp(-Math.abs({0}-{1}))))",
}
_SAME_NAME = [
    "exp",
    "log",
    "log1p",
    "expm1",
    "log2",
    "log10",
    "sqrt",
    "abs",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "tan",
    "sin",
    "cos",
    "tanh",
    "sinh",
    "cosh",
]
UNARY = {name: f"Math.{name}({{0}})" for name in _SAME_NAME} | {
    "negative": "-{0}",
    "square": "{0}*{0}",
    "reciprocal": "1/{0}",
    "arctan": "Math.atan({0})",
    "arcsin": "Math.asin({0})",
    "arccos": "Math.acos({0})",
    "round": _ROUND,
    "invert": "~{0}",
    "logical_not": "+({0}===0)",
    "isnan": "+({0}!=={0})",
    "isfinite": "+Number.isFinite({0})",
    "isinf": "+({0}===Infinity||{0}===-Infinity)",
    "truth": "+({0}!==0)",
    "nan_to_num": "({0}!=={0}?0:Math.min(Math.max({0},-Number.MAX_VALUE),Number.MAX_VALUE))",
}
#: Their answers are true or false.
LOGICAL = {
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or"),
    *("logical_not", "isnan", "isfinite", "isinf", "truth"),
}
#: Of true and false these make true and false again; a sum of them is "or", a product "and".
KEEP_LOGICAL = {
    "bitwise_and": "bitwise_and",
    "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor",
    "add": "bitwise_or",
    "multiply": "bitwise_and",
    "maximum": "bitwise_or",
    "minimum": "bitwise_and",
}
#: Python's operators, by the operation that each stands for.
OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "pow": "power",
    "mod": "mod",
    "floordiv": "floor_divide",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}
COMPARISONS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
