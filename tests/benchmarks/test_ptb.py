"""Transfer to PTB: who is on which side, how sure it is, and how it is written."""

import json

import numpy as np
import pytest
import wfdb
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold

from benchmarks import _ptb, ptb_transfer
from benchmarks._ptb_patients import (
    FOLDS,
    INNER_FOLDS,
    Answers,
    auroc,
    draw_patients,
    hold_out,
    measures_search,
    network_search,
    summarise,
)
from benchmarks._record import parser
from benchmarks._render_ptb import ptb_transfer as block
from skecg.datasets import load_heartbeats, load_ptb_sample

RNG = np.random.default_rng(0)
PATIENT = np.repeat([f"p{k:02}" for k in range(30)], 2)
TARGET = np.repeat(np.tile(["healthy", "diseased"], 15), 2)


class Witness(ClassifierMixin, BaseEstimator):
    """Knows each patient by number, and says if it has seen one before."""

    def __init__(self, certainty=0.5):
        self.certainty = certainty

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.seen_ = set(X[:, 0].tolist())
        return self

    def predict_proba(self, X):
        assert not self.seen_ & set(X[:, 0].tolist())
        sick = np.where(X[:, 1] > 0, self.certainty, 0.5)
        return np.stack([sick, 1 - sick], axis=1)


def test_no_patient_is_on_both_sides_and_the_best_setting_answers():
    number = np.unique(PATIENT, return_inverse=True)[1]
    X = np.stack([number, TARGET == "diseased"], axis=1).astype(float)
    cv = StratifiedGroupKFold(INNER_FOLDS)
    search = GridSearchCV(
        Witness(),
        {"certainty": [0.1, 0.9]},
        cv=cv,
        scoring="roc_auc",
        refit=False,
        error_score="raise",
    )
    # scikit-learn's scorer takes "healthy", the last class, for the positive one.
    answers = hold_out(search, X, TARGET, PATIENT, 0)
    assert answers.chosen == [{"certainty": 0.9}] * FOLDS
    assert answers.by_fold == [1.0] * FOLDS
    np.testing.assert_array_equal(answers.probability == 0.9, TARGET == "diseased")
    assert answers.inner == {"{'certainty': 0.1}": 0.0, "{'certainty': 0.9}": 1.0}


def test_weighted_auroc_is_that_of_scikit_learn():
    sick, weight = TARGET == "diseased", RNG.integers(0, 3, size=(5, len(TARGET)))
    probability = RNG.integers(0, 6, size=len(TARGET)) / 6  # with ties
    wanted = [roc_auc_score(sick, probability, sample_weight=one) for one in weight]
    np.testing.assert_allclose(auroc(sick, probability, weight), wanted)
    assert np.isnan(auroc(sick, probability, 1 * sick[np.newaxis])).all()


def test_patients_are_drawn_whole():
    draws = draw_patients(PATIENT)
    np.testing.assert_array_equal(draws[:, ::2], draws[:, 1::2])
    np.testing.assert_array_equal(draws[:, ::2].sum(axis=1), 30)
    assert (draws == 0).any()


def summary():
    sure = np.where(TARGET == "diseased", 0.9, 0.1)
    runs = {
        "transfer": Answers(sure, [1.0], [{"trainable_layers": 1}], {"x": 1.0}),
        "from scratch": Answers(RNG.random(len(TARGET)), [0.5], [{}], {"y": 0.5}),
    }
    runs["transfer"].inner["{'trainable_layers': 1}"] = 1.0
    return summarise({k: [v, v] for k, v in runs.items()}, TARGET, PATIENT)


def test_a_difference_has_an_interval_of_its_own():
    found = summary()
    assert found["transfer"]["auroc"] == 1.0
    assert found["transfer"]["interval"] == (1.0, 1.0)
    assert found["transfer"]["difference_interval"] == (0.0, 0.0)
    other = found["from scratch"]
    low, high = other["difference_interval"]
    assert 0 < low < other["transfer_minus_this"] < high < 1
    assert other["auroc"] == pytest.approx(1 - other["transfer_minus_this"])


def test_settings_are_searched_inside():
    source = FrozenEstimator(Witness())
    layers = network_search(source, 0).param_grid["classifier__trainable_layers"]
    assert layers[0] == 1
    assert layers[-1] == "all"
    assert network_search(None, 0).estimator.classifier.weights is None
    assert isinstance(network_search(source, 3).cv, StratifiedGroupKFold)
    assert "min_samples_leaf" in measures_search("boosting", 0).param_grid


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three records of the sample as PhysioNet would have them."""
    root, sample = tmp_path_factory.mktemp("ptb"), load_ptb_sample()
    reasons = ["Healthy control", "Myocardial infarction", "n/a", "Hypertrophy"]
    for k, reason in enumerate(reasons):
        patient = root / f"patient00{k}"
        patient.mkdir()
        wfdb.wrsamp(
            "s1",
            1000,
            ["mV"] * 12,
            [name.lower() for name in sample.lead_names[0]],
            p_signal=sample.data[k].T.astype(float),
            fmt=["16"] * 12,
            comments=["age: 50", f"Reason for admission: {reason}"],
            write_dir=str(patient),
        )
    return root


def test_records_without_a_diagnosis_are_left_out(folder):
    ptb = _ptb.read_excerpts(str(folder), "diseased")
    assert ptb.target.tolist() == ["healthy", "diseased", "diseased"]
    assert ptb.patient.tolist() == ["patient000", "patient001", "patient003"]
    assert ptb.age.tolist() == [50.0] * 3
    fewer = _ptb.read_excerpts(str(folder), "infarction")
    assert fewer.target.tolist() == ["healthy", "infarction"]


def test_beats_are_level_and_lead_two_comes_first(folder):
    ptb = _ptb.read_excerpts(str(folder), "diseased")
    rows = ptb.rows(1)
    assert rows.data.shape == (len(rows.target), 1, 113)
    assert len(ptb.rows(12).target) == len(rows.target) > 20
    np.testing.assert_allclose(np.median(rows.data, axis=-1), 0, atol=1e-6)
    assert set(np.abs(rows.data[:, 0]).argmax(axis=-1)) <= {37, 38, 39}  # 0.3 s


def test_another_detector_helps_where_the_first_finds_nothing(monkeypatch):
    def detect(signal, *, sampling_rate, method="skecg"):
        return np.arange(3 if method == "hamilton2002" else 0)

    monkeypatch.setattr(_ptb, "detect_rpeaks", detect)
    assert _ptb.find_rpeaks(np.zeros(100), 125.0).tolist() == [0, 1, 2]


def test_the_kaggle_files_give_shuffled_beats_only(tmp_path):
    beats = load_heartbeats()
    rows = np.flatnonzero(np.isin(beats.target, ["N", "V"]))[::100]
    codes = (beats.target[rows] == "V").astype(int)
    for name, label in (
        ("mitbih_train", 2 * codes),
        ("mitbih_test", 2 * codes),
        ("ptbdb_normal", 0 * codes),
        ("ptbdb_abnormal", 0 * codes + 1),
    ):
        table = np.column_stack([beats.data[rows], label])
        np.savetxt(tmp_path / f"{name}.csv", table, delimiter=",", fmt="%.6f")
    options = parser("")
    options.set_defaults(data=str(tmp_path), seeds=[0])
    record = ptb_transfer.measure_kaggle(options.parse_args([]))
    assert record["n_beats"] == 2 * len(rows)
    assert list(record["runs"][0]["shuffled"]) == ["1 lead"]
    assert "patients" not in record
    text = block(json.loads(json.dumps(record)))
    assert "no patient ids" in text
    assert "cannot repeat" not in text


def test_the_block_says_what_cannot_be_repeated():
    shuffled = {name: {"1": 0.5, "all": 0.75} for name in ("1 lead", "12 leads")}
    text = block(
        {
            "protocol": "p",
            "estimator": "e",
            "n_records": 60,
            "n_healthy": 30,
            "n_patients": 30,
            "n_beats": 1234,
            "runs": [{"seed": seed, "shuffled": shuffled} for seed in (0, 1)],
            "patients": summary(),
        }
    )
    assert "60 records (30 healthy) of 30 patients, 1,234 beats" in text
    assert "this part of it cannot repeat them" in text
    assert "| 12 leads | **mean** | **0.5000** | **0.7500** |" in text
    assert "| transfer | 1.0000 | 1.0000 to 1.0000 |" in text
    assert "| 'trainable_layers': 1 | 1.0000 | 2 of 2 |" in text
