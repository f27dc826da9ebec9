"""Bad input to every posterior: the argument, the range and the value are named."""

import numpy as np
import pytest
from pooling import checks, complete_pooling, no_pooling, partial_pooling, published
from pooling.departments import ONE_MEETING

MODELS = {
    complete_pooling.posterior: {},
    no_pooling.posterior: {},
    partial_pooling.posterior: {"mu_scale": 10, "tau_scale": 3},
    published.posterior: {"mu_scale": 10, "tau_scale": 3},
}
models = pytest.mark.parametrize("model", MODELS, ids=lambda f: f.__module__)


@models
@pytest.mark.parametrize(
    ("t", "message"),
    [
        ([1, 2], r"t must have shape \(3,\) or \(3, N\), got shape \(2,\)"),
        (5, r"t must have shape \(3,\) or \(3, N\), got shape \(\)"),
        (np.zeros((3, 2, 2)), r"t must have shape .* got shape \(3, 2, 2\)"),
        ([[1, 2], [1], [2]], "t must have shape .* fill a ragged meeting with NaN"),
        ([1, 2, np.inf], "t must be finite, or NaN for nobody there, got inf"),
        (["1", "2", "3"], "t must be an array of numbers"),
        ("abc", "t must be an array of numbers"),
        (None, "t must be an array of numbers"),
        ([1, 2, 3j], "t must be an array of numbers"),
    ],
)
def test_bad_observations(model, t, message):
    with pytest.raises(ValueError, match=message):
        model(t, **MODELS[model])


@models
@pytest.mark.parametrize("bad", [0, -1.0, np.nan, np.inf, "3", None, True, [3.0]])
def test_bad_scales(model, bad):
    names = [k for k in model.__kwdefaults__ if k in ("tau", "sigma")] + [*MODELS[model]]
    if model is published.posterior and bad is None:
        names.remove("sigma")  # None learns it
    for name in names:
        with pytest.raises(ValueError, match=rf"{name} must be .*got "):
            model(ONE_MEETING, **(MODELS[model] | {name: bad}))


def test_the_message_of_the_contract():
    with pytest.raises(ValueError, match=r"tau_scale must be > 0.*got -1\.0"):
        partial_pooling.posterior(ONE_MEETING, mu_scale=1, tau_scale=-1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, "0", None])
def test_bad_location(bad):
    with pytest.raises(ValueError, match="mu must be a finite number, got "):
        complete_pooling.posterior(ONE_MEETING, mu=bad)


def test_input_is_not_changed():
    t = np.array([1.0, np.nan, 30.0])
    partial_pooling.posterior(t, mu_scale=10, tau_scale=3)
    np.testing.assert_array_equal(t, [1.0, np.nan, 30.0])
    with pytest.raises(ValueError, match="read-only"):
        ONE_MEETING[0] = 2


def test_a_value_is_told_whole_if_that_is_short_else_by_its_first_few():
    assert checks.shown([1.5, 2]) == "[1.5, 2]"
    assert checks.shown("x" * 200) == "'" + "x" * 76 + "..."
    assert checks.shown([0.25] * 1_000) == "a list of 1,000 values, 0.25, 0.25, 0.25, ..."
    assert checks.shown(["y" * 90] * 3) == f"a list of 3 values, {', '.join(['y' * 90] * 3)}, ..."
    assert checks.shown(["y" * 90, "z"]) == f"a list of 2 values, {'y' * 90}, z, ..."
