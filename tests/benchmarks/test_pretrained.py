"""What the packaged models are made of and measured by, on small known cases."""

import json
import warnings

import numpy as np
import pytest

from benchmarks import _pretrained_tests as measures
from benchmarks._pretrained_beats import (
    SHORTEST,
    Record,
    beats_of,
    half_and_half,
    records_to_know,
)
from benchmarks._pretrained_cards import _TEXTS, card_of
from benchmarks._pretrained_pictures import softened, temperature_of
from benchmarks._render_pretrained import choice, pretrained
from skecg.datasets import make_ecg
from skecg.exceptions import UnfamiliarSignalWarning
from skecg.signal.patient import patient_beats


@pytest.fixture(scope="module")
def record():
    ecg = make_ecg(1, duration=100, sampling_rate=250, random_state=0)
    labels = np.array(["N", "V"] * len(ecg.rpeaks[0]))[: len(ecg.rpeaks[0])]
    return Record("101", ecg.data[:1], 250.0, ecg.rpeaks[0], labels)


def test_whole_records_and_pieces_hold_the_same_beats(record):
    beats = beats_of([record], seed=0)
    assert beats.whole.shape == beats.pieces.shape
    own = patient_beats(record.signal, record.sample, sampling_rate=250.0)
    rows = [np.flatnonzero((own == one).all(axis=(1, 2)))[0] for one in beats.whole]
    np.testing.assert_array_equal(beats.target, record.target[rows])
    assert set(beats.groups) == {"101"}
    differs = (beats.whole != beats.pieces).any(axis=(1, 2))
    assert differs.any()


def test_a_coin_decides_where_a_beat_is_from(record):
    beats = beats_of([record], seed=0)
    mixed = half_and_half(beats, seed=0)
    whole = (mixed == beats.whole).all(axis=(1, 2))
    pieces = (mixed == beats.pieces).all(axis=(1, 2))
    assert (whole | pieces).all()
    assert 0.2 < pieces.mean() < 0.9


def test_pieces_to_know_are_no_shorter_than_said_and_have_their_class(record):
    X, y = records_to_know([record], seed=0)
    seconds = (~np.isnan(X)).sum(axis=1) / record.rate
    assert (seconds >= SHORTEST - 0.01).all()
    assert set(y) <= {"N", "V"}


def test_temperature_cools_what_is_too_sure():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 3))
    drawn = softened(logits, 1.0).cumsum(axis=1)
    target = (rng.random(4000)[:, None] > drawn).sum(axis=1)
    too_sure = softened(3 * logits, 1.0)
    assert temperature_of(too_sure, target) == pytest.approx(3.0, rel=0.1)


def test_times_are_paired_one_to_one():
    pairs = measures.matched(np.array([1.0, 2.0, 3.0]), np.array([1.05, 1.1, 2.9, 5.0]))
    assert pairs.tolist() == [[0, 0], [2, 2]]
    assert measures.matched(np.array([]), np.array([1.0])).shape == (0, 2)
    assert measures.matched(np.array([1.0]), np.array([1.0])).tolist() == [[0, 0]]


class _Called:
    """Stands in for a model: calls every beat that it is told of V."""

    def __init__(self, times):
        self.times = times

    def predict_beats(self, X):
        class Beats:
            time = self.times
            label = np.full(len(self.times), "V")

        return Beats


def test_missed_and_false_beats_count_against_the_model(record):
    times = record.sample / record.rate
    told = measures._with_detector(_Called(times[1:] + 0.01), [record])
    n_v = (record.target == "V").sum()
    said = len(times) - 1
    found = (record.target[1:] == "V").sum()
    assert told["missed_beats"] == 1
    assert told["false_beats"] == 0
    assert told["f1_v"] == pytest.approx(2 * found / (n_v + said))
    assert told["f1_n"] == 0.0


def test_auroc_counts_records_without_an_answer():
    score = np.array([0.1, 0.2, 0.8, 0.9, np.nan])
    ill = np.array([False, False, True, True, True])
    told = measures._auroc(score, ~ill, ill)
    assert told["auroc"] == 1.0
    assert (told["n_positive"], told["n_unanswered"]) == (2, 1)


def test_warnings_are_gathered_by_reason():
    with measures.heard() as reasons:
        warning = UnfamiliarSignalWarning.about(
            "x", rows=[0], reason="look upside down"
        )
        warnings.warn(warning, stacklevel=1)
    assert [measures._in_short(one) for one in reasons] == ["upside down"]


@pytest.mark.parametrize("name", sorted(_TEXTS))
def test_cards_say_what_must_be_known(name):
    card = card_of(name, "abc", {"x": 1.0})
    assert "licence" in card.data
    assert "medical device" in card.failures
    assert card.command.split()[2] == name
    json.dumps(card.as_dict())


def test_blocks_tell_every_figure():
    run = {"macro_f1_nsv": 0.7, "macro_f1_nsv_interval": [0.6, 0.8]}
    run |= {"f1_s": 0.5, "f1_v": 0.9}
    one = {
        "auroc": 0.81,
        "auroc_interval": [0.7, 0.9],
        "n_positive": 5,
        "n_negative": 9,
    }
    text = pretrained(
        {
            "measured": {
                "a on DS2": {"with its own detector": run},
                "a on cinc2017": {
                    "n_records": 14,
                    "against normal": {"AF": one},
                    "warned": {"upside down": 2},
                },
            }
        }
    )
    assert "| a | with its own detector |  | 0.7000 | 0.600 to 0.800 |" in text
    assert "| a on cinc2017 | normal, AF | 9, 5 | 0.810 | 0.700 to 0.900 |" in text
    assert "of 14 records: 2 upside down" in text
    beats = {"whole": run | {"accuracy": 0.9}, "pieces": run | {"accuracy": 0.8}}
    told = {"protocol": "p", "chosen": "x", "tried": {"x": beats}}
    assert "| x | pieces | 0.8000 | 0.7000 |" in choice(told)
