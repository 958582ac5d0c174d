"""Tests of skecg.inspection.GradCAMDisplay."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier, SignalClassifier
from skecg.exceptions import SignalQualityWarning
from skecg.inspection import GradCAMDisplay, grad_cam
from skecg.preprocessing import ImageResizer, RecordScaler, Resampler

rng = np.random.default_rng(0)
X, y = rng.normal(size=(40, 2, 200)), np.repeat(["none", "wave"], 20)
X[20:, :, 120:140] += 3


@pytest.fixture(scope="module")
def model():
    return SignalClassifier("convnet1d", max_epochs=3, random_state=0).fit(X, y)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_signal_and_map_are_drawn_over_the_same_seconds(model):
    display = GradCAMDisplay.from_estimator(
        model, X[18:22], y=y[18:22], sampling_rate=100.0, lead=1
    )
    np.testing.assert_array_equal(display.maps, grad_cam(model, X[18:22]))
    for index, line in enumerate(display.lines_):
        np.testing.assert_allclose(line.get_xdata(), np.arange(200) / 100)
        np.testing.assert_array_equal(line.get_ydata(), X[18 + index, 1])
        extent = display.images_[index].get_extent()
        np.testing.assert_allclose(extent[:2], (-0.005, 1.995))
        assert extent[2] < X[18 + index, 1].min()
        assert extent[3] > X[18 + index, 1].max()
    sure = model.predict_proba(X[18:19]).max()
    title = f"predicted {model.predict(X[18:19])[0]} ({sure:.0%}), true none"
    assert display.ax_[0].get_title(loc="left") == title


def test_each_panel_has_its_own_scale(model):
    display = GradCAMDisplay.from_estimator(
        model, X[20:23], target="wave", sampling_rate=100.0
    )
    for image in display.images_:
        assert image.get_array().max() == pytest.approx(1)
    title = display.ax_[0].get_title(loc="left")
    assert title.startswith("evidence for wave, predicted")


def test_the_input_of_a_pipeline_is_drawn_where_it_is_asked_for():
    pipeline = make_pipeline(
        Resampler(sampling_rate=100.0, target_rate=50.0),
        SignalClassifier("convnet1d", max_epochs=1, random_state=0),
    ).fit(X, y)
    at_input = GradCAMDisplay.from_estimator(
        pipeline, X[:2], sampling_rate=100.0, at="input"
    )
    np.testing.assert_array_equal(at_input.rows, X[:2, 0])
    at_network = GradCAMDisplay.from_estimator(pipeline, X[:2], sampling_rate=50.0)
    assert at_network.rows.shape == at_network.maps.shape == (2, 100)


def test_it_draws_on_axes_that_it_is_given(model):
    _, axes = plt.subplots(2, 1)
    display = GradCAMDisplay.from_estimator(model, X[:2], sampling_rate=100.0, ax=axes)
    assert display.ax_.tolist() == axes.tolist()
    with pytest.raises(ValueError, match="inconsistent numbers"):
        display.plot(ax=axes[:1])


def test_nothing_found_is_drawn_as_nothing():
    display = GradCAMDisplay(
        np.ones((1, 9)) * np.arange(9),
        np.zeros((1, 9)),
        titles=[["a"]],
        sampling_rate=9.0,
    ).plot()
    assert display.images_[0].get_array().max() == 0


def test_signals_need_a_sampling_rate(model):
    with pytest.raises(ValueError, match="pass sampling_rate, in Hz"):
        GradCAMDisplay.from_estimator(model, X[:2])
    assert plt.get_fignums() == []


def test_networks_with_one_input_are_drawn_and_others_refused():
    plain = SignalClassifier("convnet1d", max_epochs=1, random_state=0)
    calibrated = CalibratedClassifierCV(plain, cv=2, ensemble=True).fit(X, y)
    display = GradCAMDisplay.from_estimator(calibrated, X[:2], sampling_rate=100.0)
    np.testing.assert_array_equal(display.maps, grad_cam(calibrated, X[:2]))
    inner = make_pipeline(RecordScaler(), plain)
    several = CalibratedClassifierCV(inner, cv=2, ensemble=True).fit(X, y)
    with pytest.raises(ValueError, match="each with steps of its own"):
        GradCAMDisplay.from_estimator(several, X[:2], sampling_rate=100.0)
    at_input = GradCAMDisplay.from_estimator(
        several, X[:2], sampling_rate=100.0, at="input"
    )
    assert at_input.maps.shape == (2, 200)


pictures = rng.integers(200, 250, size=(24, 32, 44, 3), dtype=np.uint8)
pictures[12:, 8:16, 20:28] = 10
kinds = np.repeat(["blank", "spot"], 12)


@pytest.fixture(scope="module")
def pipeline():
    return make_pipeline(
        ImageResizer((16, 22)),
        ImageClassifier(max_epochs=8, batch_size=4, random_state=0),
    ).fit(pictures, kinds)


class TestOnPictures:
    def test_the_map_lies_over_the_picture_that_the_network_sees(self, pipeline):
        rows = pictures[10:15]
        display = GradCAMDisplay.from_estimator(
            pipeline, rows, y=kinds[10:15], method="hires_cam", n_columns=2
        )
        expected = grad_cam(pipeline, rows, method="hires_cam")
        np.testing.assert_array_equal(display.maps, expected)
        assert display.lines_ == []
        assert len(display.ax_) == 5
        for panel, picture in zip(
            display.ax_, pipeline[0].transform(rows), strict=True
        ):
            below, above = panel.images
            np.testing.assert_array_equal(below.get_array(), picture)
            assert above.get_array().shape == (16, 22)
            assert below.get_extent() == above.get_extent()
        title = display.ax_[0].get_title(loc="left").split("\n")
        assert title[0].startswith("predicted")
        assert title[1] == "true blank"

    def test_ink_and_places_without_evidence_are_not_covered(self):
        picture = np.full((2, 2), 240, dtype=np.uint8)
        picture[0] = 0  # ink
        display = GradCAMDisplay(
            picture[None], np.array([[[1.0, 0], [1, 0]]]), titles=[["a"]]
        ).plot()
        above = display.images_[0]
        cover = above.to_rgba(above.get_array())[..., 3] * above.get_alpha()
        np.testing.assert_allclose(cover, [[0, 0], [0.85, 0]])

    def test_pictures_in_files_are_drawn_as_they_are_at_the_input(
        self, pipeline, tmp_path
    ):
        paths = [tmp_path / f"{index}.png" for index in range(3)]
        for path, picture in zip(paths, pictures[12:], strict=False):
            Image.fromarray(picture).save(path)
        display = GradCAMDisplay.from_estimator(
            pipeline, paths, at="input", target="spot"
        )
        assert display.maps.shape == (3, 32, 44)
        np.testing.assert_array_equal(display.rows[0], pictures[12])
        Image.fromarray(pictures[0, :20]).save(paths[1])
        with pytest.raises(ValueError, match=r"Image 1 has size \(20, 44\)"):
            GradCAMDisplay.from_estimator(pipeline, paths, at="input")
        assert GradCAMDisplay.from_estimator(pipeline, paths).maps.shape == (3, 16, 22)

    def test_nothing_found_is_said(self):
        display = GradCAMDisplay(
            np.ones((1, 8, 8)), np.zeros((1, 8, 8)), titles=[["a"]]
        )
        title = display.plot().ax_[0].get_title(loc="left")
        assert title == "a\nno evidence found"

    def test_it_draws_on_axes_that_it_is_given(self, pipeline):
        _, axes = plt.subplots(1, 2)
        display = GradCAMDisplay.from_estimator(pipeline, pictures[:2], ax=axes)
        assert display.ax_.tolist() == axes.tolist()

    def test_a_picture_that_the_network_cannot_use_is_drawn_too(self):
        shades = (pictures / 255).astype(np.float32)
        model = ImageClassifier(max_epochs=1, random_state=0).fit(shades, kinds)
        shades[1] = np.nan
        shades[2, 0] = np.nan
        with pytest.warns(SignalQualityWarning, match="rows 1, 2"):
            display = GradCAMDisplay.from_estimator(model, shades[:3])
        assert np.isnan(display.maps[1:]).all()
        display.figure_.canvas.draw()

    def test_several_networks_of_one_size_or_at_the_input(self, pipeline):
        other = make_pipeline(ImageResizer((8, 11)), pipeline[-1])
        vote = VotingClassifier([("a", pipeline), ("b", other)], voting="soft")
        vote.fit(pictures, kinds)
        with pytest.raises(ValueError, match=r"\(8, 11\), \(16, 22\).*at='input'"):
            grad_cam(vote, pictures[:2])
        assert grad_cam(vote, pictures[:2], at="input").shape == (2, 32, 44)
