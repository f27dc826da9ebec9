"""Where a node stands. docutils' own `index` and `replace` take the first text of the same words for it."""

from docutils import nodes


def place(node: nodes.Node) -> int:
    """Return the position of a node among its siblings."""
    return next(k for k, sibling in enumerate(node.parent.children) if sibling is node)
