import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.utils import Bunch

from skecg import __version__
from skecg.classifiers import SignalClassifier
from skecg.reporting import compare_splits
from skecg.reporting._demo_page import NETWORK, DemoRun, demo_page, demo_pictures


@pytest.fixture(scope="module")
def run():
    rng = np.random.default_rng(0)
    heartbeats = Bunch(
        data=rng.normal(size=(60, 42)),
        target=np.tile(list("NNSV"), 15),
        sampling_rate=125.0,
        context_names=("rr_prev", "rr_next"),
    )
    network = SignalClassifier(context=2, max_epochs=2, random_state=0)
    comparison = compare_splits(
        {"majority": DummyClassifier(), NETWORK: network},
        heartbeats.data,
        heartbeats.target,
        groups=np.repeat(np.arange(6), 10),
    )
    return DemoRun(comparison, heartbeats, max_epochs=2, seconds=12.3, quick=False)


@pytest.fixture(scope="module")
def pictures(run):
    return demo_pictures(run)


def test_there_are_beats_two_confusion_matrices_and_training_curves(pictures):
    assert list(pictures) == [
        "beats",
        "confusion-patients",
        "confusion-beats",
        "training-loss",
        "training-accuracy",
    ]
    assert all(png.startswith(b"\x89PNG") for png in pictures.values())


def test_all_pictures_are_on_the_page(run, pictures):
    assert demo_page(run, pictures).count("data:image/png;base64,") == len(pictures)


def test_it_says_what_was_run(run, pictures):
    page = demo_page(run, pictures)
    for fact in (
        "60 real heartbeats of 6 patients",
        "N 30, S 15, V 15, F 0, Q 0",
        "<dt>Seed</dt><dd>0</dd>",
        "<dt>Time taken</dt><dd>12 s</dd>",
        f"skecg {__version__}",
        "2 epochs",
        "ODC-By",
    ):
        assert fact in page
    assert "quick trial" not in page


def test_the_data_have_a_fingerprint(run, pictures):
    def fingerprint(heartbeats):
        page = demo_page(run._replace(heartbeats=heartbeats), pictures)
        return page.partition("SHA-256 ")[2][:16]

    other = Bunch(**{**run.heartbeats, "target": run.heartbeats.target[::-1]})
    assert fingerprint(run.heartbeats) == fingerprint(run.heartbeats)
    assert fingerprint(run.heartbeats) != fingerprint(other)


def test_a_quick_trial_is_called_one(run, pictures):
    assert "quick trial" in demo_page(run._replace(quick=True), pictures)
