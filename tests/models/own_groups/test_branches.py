"""The made-up branches: the committed table is what its function makes, with its oddities."""

import numpy as np
import pandas as pd
from pooling.own_groups import branches


def test_the_committed_table_is_what_the_function_makes():
    branch, month, score, theta = branches.simulate()
    assert branches.PATH.read_text(encoding="utf-8") == branches.write(branch, month, score)
    assert theta.shape == (len(branches.NAMES),) == (40,)


def test_it_has_a_gap_a_branch_of_one_row_and_an_outlier():
    frame = pd.read_csv(branches.PATH)
    assert frame.branch.isna().sum() == 1
    assert 5 < frame.score.isna().sum() < 40
    count = frame.groupby("branch").score.count()
    assert list(count.index[count == 1]) == ["Ely"]
    assert set(count.index) == set(branches.NAMES)
    mean = frame.groupby("branch").score.mean()
    others = mean.drop("Airport")
    assert mean["Airport"] < others.mean() - 5 * others.std()
    assert frame.score.dropna().between(0, 100).all()
    assert frame.month.between(1, 12).all()


def test_another_seed_makes_another_table():
    one, other = branches.simulate(1), branches.simulate(2)
    assert not np.array_equal(one[3], other[3])
    np.testing.assert_array_equal(one[3], branches.simulate(1)[3])
