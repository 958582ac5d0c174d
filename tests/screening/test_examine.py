"""What a person is shown of one file."""

import io

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from screened_files import Brightness
from skecg.classifiers import BeatwiseClassifier, ImageClassifier, SignalClassifier
from skecg.classifiers._beatwise import BeatPredictions
from skecg.datasets import load_ecg_images, load_mitbih_sample
from skecg.preprocessing import BeatSegmenter, ImageResizer
from skecg.screening._examine import Beat, examine


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def test_a_picture_has_a_class_and_a_heat_map_of_its_size(tmp_path):
    scans = load_ecg_images()
    model = make_pipeline(
        ImageResizer((46, 64)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(scans.paths, scans.target)
    path = tmp_path / "scan.png"
    Image.fromarray(scans.data[0]).save(path)
    found = examine(model, path)
    shares = model.predict_proba([str(path)])[0]
    assert found.label == model.classes_[shares.argmax()]
    assert found.confidence == pytest.approx(shares.max(), abs=1e-6)
    np.testing.assert_array_equal(pixels(found.picture), scans.data[0])
    heat = pixels(found.heat)
    assert heat.shape == scans.data[0].shape
    assert heat.max() == 255  # white leaves the picture as it is
    assert heat.min() < 60  # the strongest evidence is red
    assert (heat[..., 0] >= heat[..., 2]).all()


def test_a_model_without_a_network_has_no_heat_map(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.full((20, 30), 200, dtype=np.uint8)).save(path)
    found = examine(Brightness(), path)
    assert (found.label, found.heat) == ("light", b"")
    assert "no heat map" in found.reason


def test_a_blank_picture_has_a_reason(tmp_path):
    scans = load_ecg_images()
    model = make_pipeline(
        ImageResizer((46, 64)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(scans.paths, scans.target)
    path = tmp_path / "a.png"
    Image.fromarray(np.full((200, 300), 255, dtype=np.uint8)).save(path)
    found = examine(model, path)
    assert found.label == ""
    assert "of one shade" in found.reason
    assert found.picture


@pytest.fixture(scope="module")
def beats_model():
    sample = load_mitbih_sample()
    segmenter = BeatSegmenter(sampling_rate=sample.sampling_rate)
    model = BeatwiseClassifier(segmenter, LogisticRegression())
    return model.fit(sample.data[:6, 0, :1250], ["N", "V"] * 3)


def test_the_lead_is_found_by_its_name(beats_model, tmp_path):
    wfdb = pytest.importorskip("wfdb")
    sample = load_mitbih_sample()
    signal = np.stack([np.zeros(2500), sample.data[0, 0, :2500]], axis=1)
    wfdb.wrsamp(
        "r",
        fs=sample.sampling_rate,
        p_signal=signal,
        units=["mV"] * 2,
        sig_name=["V1", "II"],
        fmt=["16"] * 2,
        write_dir=str(tmp_path),
    )
    strip = examine(beats_model, tmp_path / "r.hea").strip
    assert strip.lead == "II"
    assert len(strip.beats) > 10


def write_record(folder, signal, rate):
    wfdb = pytest.importorskip("wfdb")
    names = {"units": ["mV"], "sig_name": ["MLII"], "fmt": ["16"]}
    p_signal = np.atleast_2d(signal).T
    wfdb.wrsamp("r", fs=rate, p_signal=p_signal, write_dir=str(folder), **names)
    return folder / "r.hea"


def test_beats_of_a_longer_record_lie_where_the_whole_has_them(beats_model, tmp_path):
    sample = load_mitbih_sample()
    rate = sample.sampling_rate
    signal = sample.data[0, 0, : int(35 * rate)]
    found = examine(beats_model, write_record(tmp_path, signal, rate))
    whole = BeatSegmenter(sampling_rate=rate).fit(signal[None]).segment(signal[None])
    times = np.array([beat.time for beat in found.strip.beats])
    nearest = np.abs(times[:, None] - whole.time).min(axis=1)
    assert abs(len(times) - len(whole.time)) <= 2  # at the ends of the record
    assert (nearest < 0.02).all()
    assert (np.diff(times) > 0.2).all()  # none is there twice
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.strip.samples.size == signal.size


def test_a_model_that_takes_any_length_is_asked_about_the_whole(tmp_path):
    class AnyLength:
        classes_ = np.array(["N", "V"])

        def __init__(self):
            self.segmenter_ = BeatSegmenter(sampling_rate=125.0)

        def predict_beats(self, X):
            assert X.shape == (1, 1, 3000)
            shares = np.array([[0.9, 0.1], [0.2, 0.8]])
            return BeatPredictions(
                np.zeros(2, int), np.array([1.0, 23.0]), self.classes_, shares
            )

    found = examine(AnyLength(), write_record(tmp_path, np.arange(3000) / 3000, 125))
    assert found.strip.beats == [Beat(1.0, "N", 0.9), Beat(23.0, "V", 0.8)]
    assert found.reason == "2 beats: 1 N, 1 V."


def test_a_table_with_times_is_a_record(beats_model, tmp_path):
    sample = load_mitbih_sample()
    path = tmp_path / "r.csv"
    rows = zip(sample.data[0, 0, :2500], sample.data[0, 0, 2500:5000], strict=True)
    lines = [f"{at / sample.sampling_rate},{a},{b}" for at, (a, b) in enumerate(rows)]
    path.write_text("\n".join(["time,V1,II", *lines]))
    strip = examine(beats_model, path).strip
    assert strip.lead == "II"
    assert len(strip.beats) > 10


def test_a_model_inside_a_pipeline_is_asked_for_beats(beats_model, tmp_path):
    sample = load_mitbih_sample()
    rate = sample.sampling_rate
    path = write_record(tmp_path, sample.data[0, 0, :1250], rate)
    pipeline = make_pipeline(FunctionTransformer(), beats_model)
    alone, found = (examine(one, path) for one in (beats_model, pipeline))
    assert found.strip.beats == alone.strip.beats
    assert found.probabilities == alone.probabilities


def test_a_model_of_whole_records_answers_without_beats(tmp_path):
    sample = load_mitbih_sample()
    X = sample.data[:6, :1, :1250]
    model = SignalClassifier(
        sampling_rate=sample.sampling_rate, max_epochs=1, random_state=0
    ).fit(X, ["N", "V"] * 3)
    found = examine(model, write_record(tmp_path, X[0, 0], sample.sampling_rate))
    assert found.label in ("N", "V")
    assert found.strip.beats == []
    assert found.strip.samples.size == 1250


def test_a_record_that_is_shorter_than_those_of_the_fit(beats_model, tmp_path):
    sample = load_mitbih_sample()
    path = write_record(tmp_path, sample.data[0, 0, :600], sample.sampling_rate)
    times = [beat.time for beat in examine(beats_model, path).strip.beats]
    assert times
    assert max(times) < 600 / sample.sampling_rate


def test_another_rate_is_resampled(beats_model, tmp_path):
    sample = load_mitbih_sample()
    signal = np.repeat(sample.data[0, 0, :2500], 2)
    path = write_record(tmp_path, signal, 2 * sample.sampling_rate)
    assert len(examine(beats_model, path).strip.beats) > 10


def test_kinds_are_not_mixed_up(beats_model, tmp_path):
    picture = tmp_path / "a.png"
    picture.touch()
    assert "for a record" in examine(beats_model, picture).reason
    assert "for a picture" in examine(Brightness(), tmp_path / "a.hea").reason


def test_a_flat_record_has_a_reason(beats_model, tmp_path):
    found = examine(beats_model, write_record(tmp_path, np.zeros(3000), 125))
    assert found.label == ""
    assert found.reason
