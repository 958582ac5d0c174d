"""Records become the pictures that the kernel draws, whatever the threads."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skecg.datasets import load_ptb_sample, make_ecg
from skecg.imaging.paper import PaperStyle, render_ecg
from skecg.preprocessing import BaselineRemover, ECGRenderer


def test_pictures_are_those_of_the_kernel():
    sample = load_ptb_sample()
    options = {"sampling_rate": 1000.0, "layout": "6x2", "size": (200, 300)}
    renderer = ECGRenderer(**options)
    pictures = renderer.fit_transform(sample.data[:3])
    assert renderer.image_shape_ == pictures.shape[1:] == (200, 300, 3)
    for record, picture in zip(sample.data, pictures, strict=False):
        expected, where = render_ecg(record, **options, return_layout=True)
        np.testing.assert_array_equal(picture, expected)
        assert renderer.layout_ == where


def test_every_parameter_reaches_the_kernel():
    options = {
        "sampling_rate": 500.0,
        "layout": (("V5", "II"),),
        "size": (120, 400),
        "speed": 50.0,
        "gain": 20.0,
        "duration": 2.0,
        "lead_names": ["II", "V5"],
        "style": PaperStyle(250, 200, 150, 10, 0.6),
    }
    X = make_ecg(1, sampling_rate=500.0, n_leads=2, random_state=0).data
    pictures = ECGRenderer(**options).fit_transform(X)
    np.testing.assert_array_equal(pictures[0], render_ecg(X[0], **options))


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_change_nothing(n_jobs):
    X = make_ecg(9, sampling_rate=250.0, n_leads=12, random_state=0).data
    options = {"sampling_rate": 250.0, "size": (182, 256), "style": "grey"}
    np.testing.assert_array_equal(
        ECGRenderer(**options, n_jobs=n_jobs).fit_transform(X),
        ECGRenderer(**options).fit_transform(X),
    )


def test_one_lead_in_two_dimensions_is_a_strip():
    X = make_ecg(2, sampling_rate=250.0, random_state=0).data
    assert X.ndim == 2 or X.shape[1] == 1
    renderer = ECGRenderer(sampling_rate=250.0, layout="1x1", size=(100, 275))
    flat = renderer.fit_transform(X.reshape(2, -1))
    assert flat.shape == (2, 100, 275, 3)


def test_a_pipeline_from_signals_ends_in_pictures():
    ecg = make_ecg(24, sampling_rate=250.0, inverted_t=0.5, random_state=0)
    X = ecg.data.reshape(24, -1) + 1.0  # far off the baseline
    model = make_pipeline(
        BaselineRemover(sampling_rate=250.0),
        ECGRenderer(sampling_rate=250.0, layout="1x1", size=(32, 160), style="plain"),
        FunctionTransformer(lambda pictures: 255.0 - pictures.sum(axis=2)),
        LogisticRegression(max_iter=1000),
    )
    model.fit(X[:16], ecg.inverted_t[:16])
    assert model.score(X[16:], ecg.inverted_t[16:]) >= 0.75


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layout": "3x5"}, "layout must be one of"),
        ({"layout": "3x4"}, "Pass lead_names"),
        ({"size": (5, 5)}, "size must be"),
        ({"style": "pink"}, "style must be"),
        ({"speed": 0.0}, "'speed' parameter"),
        ({"lead_names": ["I", "II", "III"]}, "lead_names must be 2"),
    ],
)
def test_what_does_not_go_together_is_refused_in_fit(changes, message):
    options = {"sampling_rate": 250.0, "layout": "rows", **changes}
    with pytest.raises(ValueError, match=message):
        ECGRenderer(**options).fit(np.ones((2, 2, 100)))
