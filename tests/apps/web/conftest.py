"""Models that pages ask."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skecg
from skecg.classifiers import BeatwiseClassifier, ImageClassifier
from skecg.datasets import load_ecg_images, load_mitbih_sample
from skecg.persistence import ModelCard
from skecg.preprocessing import BeatSegmenter, ImageResizer


@pytest.fixture(scope="session")
def picture_model(tmp_path_factory):
    """The path of a small network for printouts, hardly trained."""
    scans = load_ecg_images()
    model = make_pipeline(
        ImageResizer((46, 64)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(scans.paths, scans.target)
    path = tmp_path_factory.mktemp("models") / "scans.skecg"
    skecg.save(model, path, card=ModelCard(protocol="<b>trained for a test</b>"))
    return path


@pytest.fixture(scope="session")
def record_model(tmp_path_factory):
    """The path of a classifier of beats that has learnt nothing true."""
    sample = load_mitbih_sample()
    X, y = sample.data[:6, 0, :1250], np.array(["N", "V"] * 3)
    segmenter = BeatSegmenter(sampling_rate=sample.sampling_rate)
    model = BeatwiseClassifier(segmenter, LogisticRegression()).fit(X, y)
    path = tmp_path_factory.mktemp("models") / "beats.skecg"
    skecg.save(model, path)
    return path


@pytest.fixture
def record(tmp_path):
    """A WFDB record of 30 s: the paths of its header and of its samples."""
    wfdb = pytest.importorskip("wfdb")
    sample = load_mitbih_sample()
    signal = np.repeat(sample.data[0, 0, : int(30 * sample.sampling_rate)], 2)
    wfdb.wrsamp(
        "r1",
        fs=2 * sample.sampling_rate,
        units=["mV"],
        sig_name=["MLII"],
        p_signal=signal[:, None],
        fmt=["16"],
        write_dir=str(tmp_path),
    )
    return tmp_path / "r1.hea", tmp_path / "r1.dat"
