import numpy as np
import pytest

from skecg.preprocessing import BandpassFilter
from skecg.signal.filters import bandpass

RATE = 250.0
TIMES = np.arange(0, 10, 1 / RATE)


def test_it_is_the_filter_of_the_kernel():
    X = np.random.default_rng(0).normal(size=(3, 2, 500))
    result = BandpassFilter(sampling_rate=RATE, low=1.0, high=30.0, order=3)
    np.testing.assert_array_equal(
        result.fit_transform(X),
        bandpass(X, sampling_rate=RATE, low=1.0, high=30.0, order=3),
    )


def test_drift_and_hum_go_and_beats_stay():
    beat = np.sin(2 * np.pi * 8 * TIMES)
    spoilt = beat + np.sin(2 * np.pi * 0.05 * TIMES) + np.sin(2 * np.pi * 100 * TIMES)
    cleaned = BandpassFilter(sampling_rate=RATE).fit_transform(spoilt[None])[0]
    middle = slice(500, 2000)
    np.testing.assert_allclose(cleaned[middle], beat[middle], atol=0.05)


@pytest.mark.parametrize("corners", [(40.0, 0.5), (0.5, 125.0), (0.5, 200.0)])
def test_corners_that_do_not_go_together_are_refused_in_fit(corners):
    low, high = corners
    step = BandpassFilter(sampling_rate=RATE, low=low, high=high)
    with pytest.raises(ValueError, match="low and high must be"):
        step.fit(np.ones((2, 100)))


@pytest.mark.parametrize("change", [{"low": 0}, {"order": 0}, {"sampling_rate": -1}])
def test_parameters_are_checked_in_fit(change):
    step = BandpassFilter(**{"sampling_rate": RATE, **change})
    with pytest.raises(ValueError, match=f"'{next(iter(change))}' parameter"):
        step.fit(np.ones((2, 100)))
