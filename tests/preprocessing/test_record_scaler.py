import numpy as np
import pytest

from skecg.preprocessing import RecordScaler
from skecg.signal.scaling import SCALES, scale


@pytest.mark.parametrize("method", SCALES)
@pytest.mark.parametrize("shape", [(4, 100), (4, 3, 100)])
def test_it_is_the_scale_of_the_kernel(method, shape):
    X = np.random.default_rng(0).normal(size=shape)
    result = RecordScaler(method=method).fit_transform(X)
    np.testing.assert_array_equal(result, scale(X, method=method))


def test_nothing_is_learned_from_other_records():
    X = np.random.default_rng(0).normal(size=(4, 100))
    fitted_on_others = RecordScaler().fit(1000 * X[:2]).transform(X[2:])
    np.testing.assert_array_equal(fitted_on_others, RecordScaler().fit_transform(X)[2:])


def test_a_flat_lead_becomes_zero_without_a_word():
    X = np.random.default_rng(0).normal(size=(2, 2, 100))
    X[1, 0] = 5.0
    scaled = RecordScaler().fit_transform(X)
    assert (scaled[1, 0] == 0).all()
    assert np.isfinite(scaled).all()


def test_an_unknown_method_is_refused_in_fit():
    with pytest.raises(ValueError, match="'method' parameter"):
        RecordScaler(method="max").fit(np.ones((2, 10)))
