"""Models of pictures, for signals: drawn windows."""

import numpy as np
import pytest

from skecg.imaging.decode import read_image
from skecg.monitoring import DrawnWindows, StreamMonitor
from skecg.preprocessing import ECGRenderer


class Bright:
    """Of pictures, arrays or files: which are bright."""

    classes_ = np.array(["dark", "bright"])

    def predict_proba(self, X):
        pictures = [read_image(x) if isinstance(x, str) else x for x in X]
        share = np.array([np.mean(picture) / 255 for picture in pictures])
        return np.stack([1 - share, share], axis=-1)


def test_windows_are_drawn_as_the_renderer_draws_records():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3, 2500))
    renderer = ECGRenderer(sampling_rate=250, layout="rows", size=(120, 240))
    expected = Bright().predict_proba(renderer.fit_transform(X))
    drawn = DrawnWindows(Bright(), renderer)
    np.testing.assert_array_equal(drawn.predict_proba(X), expected)
    events = StreamMonitor(drawn, sampling_rate=250, step=10, rules=()).feed(
        [(0.0, X.ravel())]
    )
    assert [event.label for event in events] == ["bright"]
    assert events[0].confidence == pytest.approx(expected[:2, 1].mean(), abs=1e-6)
