import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.preprocessing import BaselineRemover
from skecg.signal.filters import remove_baseline


def test_it_is_the_medians_of_the_kernel():
    X = np.random.default_rng(0).normal(size=(3, 2, 500))
    step = BaselineRemover(sampling_rate=250.0, windows=(0.1, 0.3))
    np.testing.assert_array_equal(
        step.fit_transform(X),
        remove_baseline(X, sampling_rate=250.0, windows=(0.1, 0.3)),
    )


def test_drift_goes_and_the_r_peaks_keep_their_height():
    kwargs = {"sampling_rate": 250.0, "noise": 0.0, "random_state": 0}
    clean = make_ecg(4, **kwargs, wander=0.0)
    drifting = make_ecg(4, **kwargs, wander=0.5)
    level = BaselineRemover(sampling_rate=250.0).fit_transform(drifting.data)
    for row, rpeaks in enumerate(clean.rpeaks):
        inside = rpeaks[(rpeaks > 100) & (rpeaks < 2400)]
        np.testing.assert_allclose(
            level[row, inside], clean.data[row, inside], atol=0.15
        )


@pytest.mark.parametrize(
    ("windows", "message"),
    [((0.2, 0.0), "seconds above zero"), (0.2, "'windows' parameter")],
)
def test_windows_that_are_none_are_refused_in_fit(windows, message):
    step = BaselineRemover(sampling_rate=250.0, windows=windows)
    with pytest.raises(ValueError, match=message):
        step.fit(np.ones((2, 100)))
