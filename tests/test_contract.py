"""The checks that scikit-learn does not make: records, leads, gaps, memory, seeds.

Each runs on every estimator, on real records of two leads, in 2-D and in 3-D.
"""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.exceptions import NotFittedError

from instances import for_records, short_name, toy_labels
from skecg.datasets import load_mitbih_sample
from skecg.exceptions import SignalQualityWarning

RATE = 125.0
N_RECORDS, N_TIMES = 12, 500

every_estimator = pytest.mark.parametrize(
    "estimator", for_records(RATE), ids=short_name
)
every_classifier = pytest.mark.parametrize(
    "estimator", [e for e in for_records(RATE) if is_classifier(e)], ids=short_name
)
every_transformer = pytest.mark.parametrize(
    "estimator", [e for e in for_records(RATE) if not is_classifier(e)], ids=short_name
)
every_shape = pytest.mark.parametrize("n_leads", [None, 2], ids=["2d", "3d"])

_SAMPLE = load_mitbih_sample().data[:N_RECORDS, :, 1000 : 1000 + N_TIMES]


def records(n_leads: int | None) -> np.ndarray:
    """Return real records of 4 s: 2-D for one lead, 3-D for some."""
    return (_SAMPLE[:, 0] if n_leads is None else _SAMPLE[:, :n_leads]).copy()


def fitted(estimator: BaseEstimator, X: np.ndarray) -> BaseEstimator:
    return clone(estimator).fit(X, toy_labels(len(X)))


def output(estimator: BaseEstimator, X: np.ndarray) -> np.ndarray:
    """Return what a fitted estimator makes of X, as numbers."""
    if is_classifier(estimator):
        return estimator.predict_proba(X)
    return estimator.transform(X)


def fit_and_output(estimator: BaseEstimator, X: np.ndarray) -> np.ndarray:
    return output(fitted(estimator, X), X)


@every_estimator
@every_shape
def test_one_row_in_one_row_out(estimator, n_leads):
    X = records(n_leads)
    model = fitted(estimator, X)
    result = output(model, X)
    assert len(result) == len(X)
    assert np.isfinite(result).any()
    assert (model.n_leads_in_, model.n_times_in_) == (
        n_leads or 1,
        N_TIMES - estimator.get_params().get("context", 0),
    )
    assert hasattr(model, "n_features_in_") == (n_leads is None)
    if is_classifier(model):
        np.testing.assert_allclose(result.sum(axis=1), 1)
        assert set(model.predict(X)) <= set(model.classes_) == {"abnormal", "normal"}


@every_estimator
@every_shape
def test_one_row_alone_is_answered_as_among_others(estimator, n_leads):
    X = records(n_leads)
    model = fitted(estimator, X)
    alone = output(model, X[3:4])
    np.testing.assert_allclose(alone, output(model, X)[3:4], rtol=1e-6, atol=1e-9)


@every_estimator
@every_shape
def test_unusable_row_is_reported_and_harms_no_other(estimator, n_leads):
    X = records(n_leads)
    model = fitted(estimator, X)
    clean = output(model, X)
    X[5] = np.nan
    with pytest.warns(SignalQualityWarning, match=r"rows? 5\b"):
        result = output(model, X)
    others = np.arange(N_RECORDS) != 5
    np.testing.assert_allclose(result[others], clean[others], rtol=1e-6, atol=1e-9)
    if is_classifier(model):
        np.testing.assert_allclose(result[5], model.class_prior_)
    elif result.dtype == np.uint8:  # a picture: nothing is drawn on it
        assert (result[5] >= clean).all()
        assert (result[5] > clean[5]).any()
    else:
        # a count may still be told, a measure may not
        assert np.isnan(result[5]).any()
    with pytest.warns(SignalQualityWarning, match=r"rows? 5\b"):
        fit_and_output(estimator, X)


@every_estimator
@every_shape
def test_no_usable_row_is_an_error(estimator, n_leads):
    X = records(n_leads)
    model = fitted(estimator, X)
    with pytest.raises(ValueError, match="No usable row"):
        output(model, np.full_like(X, np.nan))


@every_estimator
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X[..., :-10], "samples|features"),
        (lambda X: X[:, :1], "lead"),
        (lambda X: np.where(X > 1, np.inf, X), "infinity"),
        (lambda X: X[:0], "0 sample"),
        (lambda X: X[0, 0], "1D array"),
        (lambda X: X[np.newaxis, np.newaxis], "n_records, n_leads, n_times"),
    ],
    ids=["shorter", "fewer leads", "infinite", "empty", "1d", "5d"],
)
def test_wrong_input_is_refused(estimator, change, message):
    X = records(2)
    model = fitted(estimator, X)
    with pytest.raises(ValueError, match=message):
        output(model, change(X))


@every_estimator
@every_shape
def test_kind_of_memory_does_not_matter(estimator, n_leads, tmp_path):
    X = records(n_leads).astype(np.float64)
    expected = fit_and_output(estimator, X)
    read_only = X.copy()
    read_only.flags.writeable = False
    mapped = np.memmap(tmp_path / "X", dtype=X.dtype, mode="w+", shape=X.shape)
    mapped[:] = X
    mapped.flush()
    mapped = np.memmap(tmp_path / "X", dtype=X.dtype, mode="r", shape=X.shape)
    wide = np.repeat(X, 2, axis=-1)[..., ::2]
    fortran = np.asfortranarray(X)
    assert not wide.flags.c_contiguous
    for variant in (read_only, mapped, wide, fortran):
        result = fit_and_output(estimator, variant)
        np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-9)


@every_estimator
def test_integers_are_read_as_numbers(estimator):
    counts = np.round(records(2) * 200).astype(np.int16)
    from_counts = fit_and_output(estimator, counts)
    X = counts.astype(np.float64)
    np.testing.assert_allclose(from_counts, fit_and_output(estimator, X))


@every_estimator
def test_refit_forgets_the_first_fit(estimator):
    X = records(2)
    model = clone(estimator).fit(X[:6, :, :400], toy_labels(6))
    model.fit(X, toy_labels(N_RECORDS))
    np.testing.assert_array_equal(output(model, X), fit_and_output(estimator, X))


@every_estimator
def test_fit_leaves_parameters_data_and_global_seeds_alone(estimator):
    X = records(2)
    y = toy_labels(N_RECORDS)
    model = clone(estimator)
    before = copy.deepcopy(model.get_params())
    X_before, y_before = X.copy(), y.copy()
    numpy_state = np.random.get_state()  # noqa: NPY002 - the global state is the point
    torch_state = torch.random.get_rng_state()
    output(model.fit(X, y), X)
    after = model.get_params()
    assert after.keys() == before.keys()
    for name, value in before.items():
        assert repr(after[name]) == repr(value), name
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)
    np.testing.assert_array_equal(
        np.random.get_state()[1],  # noqa: NPY002
        numpy_state[1],
    )
    assert torch.equal(torch.random.get_rng_state(), torch_state)


@every_estimator
def test_data_frame_keeps_its_names_and_their_order(estimator):
    X = records(None)
    frame = pd.DataFrame(X, columns=[f"t{i}" for i in range(N_TIMES)])
    model = clone(estimator).fit(frame, toy_labels(N_RECORDS))
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    np.testing.assert_array_equal(output(model, frame), fit_and_output(estimator, X))
    with pytest.raises(ValueError, match="same order"):
        output(model, frame[frame.columns[::-1]])


@every_estimator
def test_pickle_keeps_the_answers(estimator):
    X = records(2)
    model = fitted(estimator, X)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(output(again, X), output(model, X))


@every_estimator
def test_unfitted_says_so(estimator):
    with pytest.raises(NotFittedError):
        output(clone(estimator), records(2))


@every_transformer
def test_set_output_is_accepted(estimator):
    X = records(2)
    model = clone(estimator)
    result = model.set_output(transform="pandas").fit(X).transform(X)
    if np.ndim(result) == 2:
        assert list(result.columns) == list(model.get_feature_names_out())
    else:
        assert isinstance(result, np.ndarray)


@every_classifier
def test_one_class_is_refused(estimator):
    with pytest.raises(ValueError, match="class"):
        clone(estimator).fit(records(None), ["normal"] * N_RECORDS)


@every_classifier
def test_mismatched_lengths_are_refused(estimator):
    X, y = records(None), toy_labels(N_RECORDS)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        clone(estimator).fit(X, y[:-1])
    with pytest.raises(ValueError, match=r"inconsistent|groups has 3"):
        clone(estimator).fit(X, y, groups=[0, 1, 2])


@every_classifier
def test_random_state_settles_everything(estimator):
    X = records(2)
    first = fit_and_output(estimator, X)
    np.testing.assert_array_equal(first, fit_and_output(estimator, X))
