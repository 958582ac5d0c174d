"""The one place that shapes and checks X."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import BaseEstimator

from skecg._validation import as_images, split_context, usable_rows, validate_signals
from skecg.exceptions import NoUsableRowError, SignalQualityWarning


def test_two_dimensions_mean_one_lead():
    estimator = BaseEstimator()
    X = validate_signals(estimator, np.zeros((3, 10), dtype=int), reset=True)
    assert X.dtype == np.float64
    assert (estimator.n_features_in_, estimator.n_leads_in_) == (10, 1)
    assert estimator.n_times_in_ == 10


def test_three_dimensions_have_no_feature_count_even_after_a_2d_fit():
    estimator = BaseEstimator()
    validate_signals(estimator, np.zeros((3, 10)), reset=True)
    validate_signals(estimator, np.zeros((3, 2, 10)), reset=True)
    assert not hasattr(estimator, "n_features_in_")
    assert (estimator.n_leads_in_, estimator.n_times_in_) == (2, 10)


def test_nested_lists_are_records_too():
    assert validate_signals(BaseEstimator(), [[1, 2], [3, 4]], reset=True).shape == (
        2,
        2,
    )
    cube = [[[1, 2]], [[3, 4]]]
    assert validate_signals(BaseEstimator(), cube, reset=True).shape == (2, 1, 2)


def test_context_is_not_counted_as_time():
    estimator = BaseEstimator()
    validate_signals(estimator, np.zeros((3, 2, 12)), reset=True, context=4)
    assert estimator.n_times_in_ == 8


def test_float32_stays():
    X = np.zeros((2, 3, 4), dtype=np.float32)
    assert validate_signals(BaseEstimator(), X, reset=True).dtype == np.float32


@pytest.mark.parametrize(
    ("X", "params", "message"),
    [
        (np.zeros((2, 0, 5)), {}, "at least one lead"),
        (np.zeros((2, 0, 1, 5)), {"segmented": True}, "at least one beat"),
        (np.zeros((2, 1, 3)), {"min_times": 4}, "at least 4 samples"),
        (np.zeros((2, 1, 3)), {"context": 3}, "1 samples and 3 context columns"),
        (np.zeros((2, 3)), {"min_times": 4}, "minimum of 4"),
        (np.zeros((2, 3, 1, 4)), {}, r"TWaveFeatures\(r_peak=.*BeatwiseClassifier\(N"),
        (np.zeros((2, 1, 3, 1, 4)), {"segmented": True}, "5 dimensions"),
        (np.full((2, 1, 3), np.inf), {}, "infinity"),
        (np.zeros((0, 1, 3)), {}, "0 sample"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_shapes_are_told(X, params, message):
    with pytest.raises(ValueError, match=message):
        validate_signals(BaseEstimator(), X, reset=True, **params)


def test_shape_at_predict_is_that_of_fit():
    estimator = BaseEstimator()
    validate_signals(estimator, np.zeros((3, 2, 10)), reset=True)
    validate_signals(estimator, np.zeros((1, 2, 10)), reset=False)
    with pytest.raises(ValueError, match=r"1 lead\(s\) of 10 samples.*2 lead\(s\)"):
        validate_signals(estimator, np.zeros((3, 1, 10)), reset=False)


def test_context_is_split_off_the_first_lead():
    X = np.arange(24.0).reshape(2, 2, 6)
    signals, columns = split_context(X, 2)
    assert signals.shape == (2, 2, 4)
    assert columns.tolist() == [[4, 5], [16, 17]]
    signals, columns = split_context(X[:, 0], 0)
    assert (signals.shape, columns.shape) == ((2, 6), (2, 0))


def test_unusable_rows_are_counted_and_named():
    X = np.zeros((30, 5))
    usable = np.ones(30, dtype=bool)
    assert usable_rows(X, usable, reason="are flat").all()
    usable[[3, *range(8, 28)]] = False
    with pytest.warns(
        SignalQualityWarning, match=r"21 of 30 rows.*rows 3, 8, .*and 11"
    ) as told:
        usable_rows(X, usable, reason="are flat")
    assert told[0].message.rows == (3, *range(8, 28))
    assert told[0].message.reason == "are flat"
    text = r"all 30 rows of X are flat.*\(30, 5\)"
    with pytest.raises(NoUsableRowError, match=text) as raised:
        usable_rows(X, np.zeros(30, dtype=bool), reason="are flat")
    assert raised.value.reason == "are flat"
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([], r"0 sample\(s\)"),
        ("scan.png", r"got a str\. Put a single image or path into a list"),
        ({"paths": ["scan.png"]}, "got a dict"),
        (pd.DataFrame({"path": ["scan.png"]}), r"\(1, 1\).*take the column of paths"),
        (np.array([["scan.png"]]), "take the column of paths"),
        (np.zeros((2, 8, 9), dtype=np.uint16), "dividing them by 257"),
        (np.zeros((2, 8, 9, 4), dtype=np.uint8), r"X\[\.\.\., :3\]"),
        (np.zeros((2, 8, 9, 1), dtype=np.uint8), "axis of one channel"),
        (np.zeros((2, 3, 8, 9), dtype=np.uint8), r"moveaxis\(X, 1, -1\)"),
        ([np.zeros((8, 9)), np.zeros((7, 9))], "differ in theirs.*area_resize"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_stack_of_pictures_is_told_with_its_remedy(X, message):
    with pytest.raises(ValueError, match=message):
        as_images(X, name="Someone")


@pytest.mark.parametrize(
    "X",
    [
        ("a.png", "b.png"),
        np.array(["a.png", "b.png"]),
        pd.Series(["a.png", "b.png"], index=[5, 6]),
        [Path("a.png"), "b.png"],
    ],
    ids=lambda value: type(value).__name__,
)
def test_paths_come_in_any_one_dimensional_row(X):
    pictures = as_images(X, name="Someone")
    assert [str(path) for path in pictures.source] == ["a.png", "b.png"]


def test_pictures_in_tensors_are_arrays():
    pictures = as_images(torch.zeros((2, 8, 9), dtype=torch.uint8), name="Someone")
    assert pictures[0].shape == (8, 9)


@pytest.mark.parametrize("shape", [(2, 10), (2, 3, 10)])
def test_another_length_is_taken_where_any_is_and_other_leads_are_not(shape):
    estimator = BaseEstimator()
    validate_signals(estimator, np.zeros(shape), reset=True, any_length=True)
    seen = (estimator.n_leads_in_, estimator.n_times_in_)
    longer = np.zeros((*shape[:-1], 25), dtype=np.float32)
    X = validate_signals(estimator, longer, reset=False, any_length=True)
    assert X.shape == longer.shape
    assert X.dtype == np.float32
    assert (estimator.n_leads_in_, estimator.n_times_in_) == seen
    with pytest.raises(ValueError, match="lead"):
        validate_signals(estimator, np.zeros((2, 2, 10)), reset=False, any_length=True)
    with pytest.raises(ValueError, match=r"25|samples|length"):
        validate_signals(estimator, longer, reset=False)
