"""The validation part inside `fit`: whole groups, near the fraction and the classes."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold, check_cv, cross_validate

from skecg.exceptions import GroupsWarning, MissingClassWarning
from skecg.model_selection import GroupValidSplit, check_group_leakage


def split(y, groups, fraction=0.2, seed=0):
    X = np.zeros((len(y), 2))
    splitter = GroupValidSplit(fraction, random_state=seed)
    splits = list(splitter.split(X, y, groups))
    assert len(splits) == splitter.get_n_splits() == 1
    return splits[0]


def quiet_split(*args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GroupsWarning)
        warnings.simplefilter("ignore", MissingClassWarning)
        return split(*args, **kwargs)


def deviation(y, valid, fraction):
    """How far the validation part is from its share of all rows and of each class."""
    _, codes = np.unique(y, return_inverse=True)
    shares = np.bincount(codes[valid], minlength=codes.max() + 1) / np.bincount(codes)
    return (len(valid) / len(y) - fraction) ** 2 + np.mean((shares - fraction) ** 2)


@st.composite
def grouped_rows(draw):
    n_rows = draw(st.integers(2, 60))
    n_groups = draw(st.integers(2, 12))
    groups = draw(st.lists(st.integers(0, n_groups), min_size=n_rows, max_size=n_rows))
    y = draw(st.lists(st.sampled_from("NSVFQ"), min_size=n_rows, max_size=n_rows))
    return np.array(y), np.array(groups)


fractions = st.floats(0.01, 0.99)
seeds = st.integers(0, 2**32 - 1)


@given(rows=grouped_rows(), fraction=fractions, seed=seeds)
def test_groups_are_never_divided_and_no_side_is_empty(rows, fraction, seed):
    y, groups = rows
    if len(set(groups)) < 2:
        groups[0] = groups[0] + 1
    train, valid = quiet_split(y, groups, fraction, seed)
    check_group_leakage(train, valid, groups)
    assert len(train) > 0
    assert len(valid) > 0
    np.testing.assert_array_equal(np.sort(np.r_[train, valid]), np.arange(len(y)))


@given(rows=grouped_rows(), fraction=fractions, seed=seeds)
def test_training_keeps_every_class_where_it_can(rows, fraction, seed):
    y, groups = rows
    if len(set(groups)) < 2:
        groups[0] = groups[0] + 1
    holders = {one: set(groups[y == one]) for one in set(y)}
    # A group is free to go if no class lives in it alone.
    free = [g for g in set(groups) if {g} not in holders.values()]
    train, _ = quiet_split(y, groups, fraction, seed)
    if free:
        assert set(y[train]) == set(y)
    else:
        # Each group holds a class of its own: one must go, and no more need to.
        lost = set(y) - set(y[train])
        assert len(lost) == min(
            sum(h == {g} for h in holders.values()) for g in set(groups)
        )


@given(rows=grouped_rows(), fraction=fractions, seed=seeds)
def test_without_groups_rows_are_shared_out_and_classes_kept(rows, fraction, seed):
    y, _ = rows
    train, valid = quiet_split(y, None, fraction, seed)
    assert len(train) > 0
    assert len(valid) > 0
    np.testing.assert_array_equal(np.sort(np.r_[train, valid]), np.arange(len(y)))
    if len(set(y)) < len(y):
        assert set(y[train]) == set(y)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("n_groups", "fraction"), [(10, 0.2), (22, 0.25), (300, 0.1)])
def test_comes_at_least_as_near_as_the_best_fold_of_sklearn(seed, n_groups, fraction):
    rng = np.random.default_rng(seed)
    groups = rng.integers(n_groups, size=40 * n_groups)
    leaning = rng.dirichlet([3, 0.2, 0.3, 0.05], size=n_groups)
    chance = rng.random(len(groups))[:, None]
    y = (chance > leaning.cumsum(axis=1)[groups, :3]).sum(axis=1)
    folds = StratifiedGroupKFold(round(1 / fraction), shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        pairs = list(folds.split(y, y, groups))
    # Only folds that keep every class in training are to be compared with.
    best = min(
        deviation(y, fold, fraction) for rest, fold in pairs if set(y[rest]) == set(y)
    )
    _, valid = split(y, groups, fraction, seed)
    assert deviation(y, valid, fraction) <= best


def test_even_groups_give_the_exact_fraction_and_proportions():
    groups = np.repeat(np.arange(10), 6)
    y = np.tile(["N", "N", "V"], 20)
    _, valid = split(y, groups, 0.3)
    assert len(valid) == 18
    assert (y[valid] == "V").sum() == 6


def test_two_groups_of_unlike_size_put_the_small_one_aside():
    groups = np.array(["large"] * 9 + ["small"] * 3)
    train, valid = split(["N", "V", "N"] * 4, groups)
    assert set(groups[valid]) == {"small"}
    assert set(groups[train]) == {"large"}


def test_a_class_with_one_row_stays_in_training():
    y = np.array(["N"] * 19 + ["Q"])
    for seed in range(10):
        train, _ = split(y, np.repeat(np.arange(10), 2), 0.5, seed)
        assert "Q" in y[train]


def test_one_group_is_an_error_that_says_what_to_do():
    with pytest.raises(
        ValueError, match=r"at least two groups, got 'p1' .*Add patients"
    ):
        split(["N", "V"], ["p1", "p1"])


def test_one_row_without_groups_is_an_error():
    with pytest.raises(ValueError, match="at least two rows, got 1"):
        quiet_split(["N"], None)


def test_a_class_that_training_must_lose_is_told():
    with pytest.warns(MissingClassWarning, match="no row of class '[NV]'"):
        split(["N", "N", "V", "V"], [1, 1, 2, 2])


def test_without_groups_it_warns_and_stratifies():
    y = np.repeat(["N", "V", "S"], [70, 20, 10])
    with pytest.warns(GroupsWarning, match="groups is None"):
        _, valid = split(y, None)
    assert {one: (y[valid] == one).sum() for one in "NVS"} == {"N": 14, "V": 4, "S": 2}


@pytest.mark.parametrize("y", [None, np.linspace(0, 1, 20)])
def test_without_classes_only_the_fraction_counts(y):
    groups = np.repeat(np.arange(5), 4)
    splitter = GroupValidSplit(0.4, random_state=0)
    ((_, valid),) = splitter.split(np.zeros((20, 2)), y, groups)
    assert len(valid) == 8


def test_same_seed_same_split_other_seed_another():
    rng = np.random.default_rng(0)
    y, groups = rng.integers(2, size=200), np.repeat(np.arange(40), 5)
    ways = {tuple(split(y, groups, seed=seed)[1]) for seed in range(5)}
    assert len(ways) > 1
    np.testing.assert_array_equal(split(y, groups)[1], split(y, groups)[1])
    np.testing.assert_array_equal(
        quiet_split(y, None)[1],
        quiet_split(y, None)[1],
    )


@pytest.mark.parametrize(
    "seed", [None, 3, np.random.RandomState(3), np.random.default_rng(3)]
)
@pytest.mark.parametrize("groups", [None, [1, 1, 2, 2, 3, 3]])
def test_global_random_state_is_left_alone(seed, groups):
    before = np.random.get_state()  # noqa: NPY002
    quiet_split([0, 1] * 3, groups, 0.3, seed)
    after = np.random.get_state()  # noqa: NPY002
    np.testing.assert_array_equal(before[1], after[1])
    assert before[2:] == after[2:]


@pytest.mark.parametrize("fraction", [0, 1, -0.2, 1.5, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ValueError, match="valid_fraction"):
        GroupValidSplit(fraction)


def test_bad_seed_is_refused():
    with pytest.raises(TypeError):
        split([0, 1, 0], [1, 2, 3], seed="a")


def test_a_missing_group_is_told_by_its_row():
    with pytest.raises(ValueError, match=r"groups is missing .* first in row 1"):
        split([0, 1, 0], [1.0, np.nan, 2.0])


def test_lengths_must_match():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        split([0, 1, 0], [1, 2])


def test_groups_must_be_one_dimensional():
    with pytest.raises(ValueError, match=r"groups must be one-dimensional.*\(3, 1\)"):
        split([0, 1, 0], [[1], [2], [3]])


def test_behaves_like_a_splitter_of_sklearn():
    splitter = GroupValidSplit(0.3, random_state=1)
    assert repr(splitter) == "GroupValidSplit(random_state=1, valid_fraction=0.3)"
    assert check_cv(splitter) is splitter
    assert splitter.get_metadata_routing().split.requests == {"groups": True}


def test_works_in_cross_validate(witness):
    groups = np.repeat(np.arange(10), 4)
    X, y = np.zeros((40, 2)), np.tile([0, 1], 20)
    scores = cross_validate(
        witness, X, y, groups=groups, cv=GroupValidSplit(random_state=0)
    )
    assert len(scores["test_score"]) == 1


def test_many_groups_stay_within_a_moment_and_near_the_fraction():
    rng = np.random.default_rng(0)
    groups = np.arange(20_000).repeat(2)
    y = rng.choice(5, p=[0.9, 0.05, 0.03, 0.015, 0.005], size=40_000)
    _, valid = split(y, groups, 0.1)
    assert len(valid) == pytest.approx(4000, rel=0.02)


@pytest.mark.parametrize("fraction", ["0.2", None, [0.2]])
def test_a_fraction_must_be_a_number(fraction):
    with pytest.raises(TypeError, match=r"number between 0 and 1, e\.g\. 0\.2, got"):
        GroupValidSplit(fraction)
