"""The models inside the package: whole, described, and as good as their cards say."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import f1_score

import skecg
from skecg.classifiers import BeatwiseClassifier, ImageClassifier, SignalClassifier
from skecg.datasets import load_ecg_images, load_heartbeats, load_mitbih_sample
from skecg.datasets._mitbih_facts import DS2
from skecg.exceptions import UnfamiliarSignalWarning
from skecg.persistence import read_manifest
from skecg.preprocessing import ImageResizer, PatientBeatSegmenter
from skecg.pretrained import (
    list_pretrained,
    load_pretrained,
    pretrained_path,
    pretrained_weights,
)
from skecg.signal.aami import to_aami
from skecg.signal.resampling import resample

NAMES = ("ecg-images", "heartbeats", "heartbeats-kachuee")
LARGEST = 3_000_000  # bytes
SAMPLE = load_mitbih_sample()
RATE = SAMPLE.sampling_rate
UNSEEN = np.flatnonzero(np.isin(SAMPLE.record, DS2))


def records(rows):
    return SAMPLE.data[rows, 0]


def f1_of_found_beats(model, X, rows, label):
    """F1 over all beats of some excerpts, those not found counted as missed."""
    right = there = said = 0
    beats = model.predict_beats(X)
    for at, row in enumerate(rows):
        marks = SAMPLE.annotations[row]
        true_at = marks.sample[to_aami(marks.symbol) == label] / RATE
        said_at = beats.time[(beats.record == at) & (beats.label == label)]
        near = np.abs(true_at[:, None] - said_at) <= 0.15
        right += near.any(axis=1).sum()
        there, said = there + true_at.size, said + said_at.size
    return 2 * right / (there + said)


def test_the_list_is_what_the_folder_holds():
    assert list_pretrained() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_files_are_small_and_their_cards_complete(name):
    assert pretrained_path(name).stat().st_size <= LARGEST
    card = read_manifest(pretrained_path(name))["card"]
    assert all(card.values()), card
    assert "licence" in card["data"]
    assert "medical device" in card["failures"]
    assert name in card["command"]
    assert any("95 %" in str(figure) for figure in card["figures"].values())
    if name.startswith("heartbeats"):
        assert "DS1" in card["data"]
        assert "201" in card["data"]


@pytest.mark.parametrize("name", NAMES)
def test_classes_are_those_that_are_promised(name):
    classes = read_manifest(pretrained_path(name))["classes"]
    if name == "ecg-images":
        assert classes == sorted(set(load_ecg_images().target.tolist()))
    else:
        assert classes == list("FNQSV")


def test_premature_beats_of_unseen_patients_are_found():
    model = load_pretrained("heartbeats", sampling_rate=RATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnfamiliarSignalWarning)
        X = records(UNSEEN)
        assert f1_of_found_beats(model, X, UNSEEN, "V") > 0.8
        assert f1_of_found_beats(model, X, UNSEEN, "N") > 0.9


def test_single_beats_of_unseen_patients_are_told_apart_better_than_by_chance():
    beats = load_heartbeats()
    unseen = np.isin(beats.record, DS2)
    said = load_pretrained("heartbeats-kachuee").predict(beats.data[unseen])
    f1 = f1_score(beats.target[unseen], said, labels=["N", "V"], average=None)
    assert f1[0] > 0.7
    assert f1[1] > 0.4


def test_unseen_pictures_are_told_apart():
    pictures = load_ecg_images()
    model = load_pretrained("ecg-images")
    by_path = model.predict_proba(pictures.paths)
    said = model.classes_[by_path.argmax(axis=1)]
    assert np.mean(said == pictures.target) > 0.6
    # A JPEG read in grey differs by rounding from its colours made grey.
    np.testing.assert_allclose(model.predict_proba(pictures.data), by_path, atol=0.05)


@pytest.mark.parametrize("rate", [100.0, 250.0, 360.0, 1000.0])
def test_a_record_is_answered_alike_at_other_rates(rate):
    X = records(UNSEEN[:4])
    moved = resample(X, sampling_rate=RATE, target_rate=rate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnfamiliarSignalWarning)
        before = load_pretrained("heartbeats", sampling_rate=RATE).predict_proba(X)
        after = load_pretrained("heartbeats", sampling_rate=rate).predict_proba(moved)
    np.testing.assert_allclose(after, before, atol=0.1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda X: 1000 * X, "microvolts"),
        (lambda X: X / 1000, "volts"),
        (lambda X: -X, "upside down"),
        (lambda X: X[..., : round(5 * RATE)], "shorter than"),
    ],
)
def test_foreign_records_are_told(change, told):
    model = load_pretrained("heartbeats", sampling_rate=RATE)
    row = np.flatnonzero(SAMPLE.record == "100")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.predict_beats(change(records(row)))
    messages = [one.message for one in caught]
    odd = [one for one in messages if isinstance(one, UnfamiliarSignalWarning)]
    assert any(told in one.reason and one.rows == (0,) for one in odd), messages


def test_records_of_many_lengths_share_an_array():
    X = np.full((2, 15000), np.nan, dtype=np.float32)
    X[0], X[1, :5000] = SAMPLE.data[UNSEEN[0], 0], SAMPLE.data[UNSEEN[1], 0, :5000]
    model = load_pretrained("heartbeats", sampling_rate=RATE)
    together = model.predict_proba(X)
    alone = model.predict_proba(X[1:, :5000])
    np.testing.assert_allclose(together[1], alone[0], atol=1e-5)
    np.testing.assert_allclose(together.sum(axis=1), 1)


def test_the_rate_of_records_must_be_said():
    with pytest.raises(ValueError, match=r"sampling_rate=\.\.\."):
        load_pretrained("heartbeats")
    with pytest.raises(ValueError, match="more than 80 Hz"):
        load_pretrained("heartbeats", sampling_rate=80)
    with pytest.raises(ValueError, match="125 Hz"):
        load_pretrained("heartbeats-kachuee", sampling_rate=250.0)
    with pytest.raises(ValueError, match="takes pictures"):
        load_pretrained("ecg-images", sampling_rate=250.0)
    assert load_pretrained("heartbeats-kachuee", sampling_rate=125.0).classes_.size == 5


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="Did you mean 'heartbeats'"):
        load_pretrained("heartbeat", sampling_rate=125.0)


def test_one_model_does_not_change_the_next():
    first = load_pretrained("heartbeats", sampling_rate=250.0)
    second = load_pretrained("heartbeats", sampling_rate=500.0)
    assert isinstance(first, BeatwiseClassifier)
    assert first.segmenter_.sampling_rate == 250.0
    assert second.segmenter_.sampling_rate == 500.0


def test_a_loaded_model_can_be_kept_again(tmp_path):
    model = load_pretrained("heartbeats", sampling_rate=RATE)
    skecg.save(model, tmp_path / "mine.skecg")
    X = records(UNSEEN[:1])
    again = skecg.load(tmp_path / "mine.skecg")
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_beats_are_where_another_training_starts():
    X, y = load_heartbeats(return_X_y=True)
    weights = pretrained_weights("heartbeats-kachuee")
    clf = SignalClassifier(
        weights.estimator.network,
        sampling_rate=125.0,
        weights=weights,
        trainable_layers=1,
        max_epochs=1,
        random_state=0,
    ).fit(X[::40], y[::40] == "V")
    body = dict(weights.estimator.net_.module_.named_parameters())
    own = dict(clf.net_.module_.named_parameters())
    first = next(iter(own))
    np.testing.assert_array_equal(own[first].detach(), body[first].detach())


def test_pictures_are_where_another_training_starts():
    pictures = load_ecg_images()
    weights = pretrained_weights("ecg-images")
    assert isinstance(weights, FrozenEstimator)
    source = weights.estimator
    X = ImageResizer(source.image_shape_in_).fit_transform(pictures.paths[::3])
    clf = ImageClassifier(
        source.network,
        network_params=source.network_params,
        weights=weights,
        trainable_layers=1,
        max_epochs=1,
        random_state=0,
    ).fit(X, pictures.target[::3] == "Normal")
    assert clf.predict_proba(X).shape == (8, 2)


def test_records_are_where_another_training_starts():
    beats = PatientBeatSegmenter(sampling_rate=RATE).fit(records(UNSEEN[:4]))
    found = beats.segment(records(UNSEEN[:4]))
    weights = pretrained_weights("heartbeats")
    clf = SignalClassifier(
        weights.estimator.network,
        context=weights.estimator.context,
        sampling_rate=125.0,
        weights=weights,
        trainable_layers=1,
        max_epochs=1,
        random_state=0,
    )
    clf.fit(found.data, found.record > 1)
    assert clf.predict_proba(found.data[:3]).shape == (3, 2)


def test_models_load_where_nothing_else_is(tmp_path):
    # No folder of data, no network, every warning an error.
    code = (
        "import socket, warnings\n"
        "warnings.simplefilter('error')\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = refuse\n"
        "import skecg\n"
        f"for name in {NAMES!r}:\n"
        "    rate = 250.0 if name == 'heartbeats' else None\n"
        "    skecg.load_pretrained(name, sampling_rate=rate)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(pretrained_path(NAMES[0]).parents[3]), "HOME": "/nope"},
    )
