"""A model is measured on data that it takes, with intervals over patients."""

import copy
import json

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

from labelled_data import record_folder
from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import load_heartbeats, read_data
from skecg.exceptions import MissingClassWarning
from skecg.signal.beats import extract_beats
from skecg.training import evaluate_model, read_data_for, train_model
from skecg.training._evaluation import evaluate_answers

BEATS = load_heartbeats()
BEATS.update(form="beats", patients_known=True)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    return record_folder(tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def record_model(records):
    data = read_data(records, window=(0.2, 0.4), sampling_rate=100.0)
    kept = np.isin(data.target, ["N", "V"])
    for name in ("data", "target", "groups", "record", "time"):
        data[name] = data[name][kept]
    return train_model(data, LogisticRegression(max_iter=500)).estimator


def test_figures_are_scikit_learns():
    model = LogisticRegression(max_iter=500).fit(BEATS.data[::9], BEATS.target[::9])
    found = evaluate_model(model, BEATS)
    said = model.predict(BEATS.data)
    assert found.figures["accuracy"] == pytest.approx(
        accuracy_score(BEATS.target, said)
    )
    macro = f1_score(BEATS.target, said, average="macro")
    assert found.figures["macro_f1"] == pytest.approx(macro)
    assert (found.unit, found.n_units) == ("patients", 47)
    low, high = found.intervals["accuracy"]
    assert low < found.figures["accuracy"] < high
    json.dumps(found.as_dict(), allow_nan=False)
    assert "47 patients resampled" in str(found)


def test_without_groups_there_are_no_intervals():
    found = evaluate_answers(["N", "V"], ["N", "N"], groups=None, unit=None)
    assert (found.intervals, found.unit, found.n_units) == ({}, None, 0)
    assert str(found).splitlines()[0].split() == [
        *("class", "rows", "sensitivity", "precision", "F1")
    ]
    assert repr(found) == "Evaluation(n_rows=2, accuracy=0.5000, macro_f1=0.3333)"


def test_records_are_read_as_the_model_cuts_them(records, record_model):
    data = read_data_for(record_model, records)
    assert data.data.shape[1] == 60
    assert data.sampling_rate == 100.0
    with pytest.warns(MissingClassWarning, match="does not know F, Q, S"):
        found = evaluate_model(record_model, data)
    assert found.figures["se_V"] > 0.5
    # The same as from the records themselves.
    row = 0
    beats = record_model.predict_beats(data.excerpts[[row]])
    of_record = data.record == data.records[row]
    inside = data.time[of_record] < 59
    said = record_model.classifier_.predict(data.data[of_record][inside])
    at = np.searchsorted(beats.time, data.time[of_record][inside] - 1e-6)
    assert (beats.label[at] == said).mean() > 0.95


def test_a_model_of_other_data_is_refused(record_model, records, tmp_path):
    table = tmp_path / "beats.csv"
    table.write_text("1,2,N\n3,4,V\n")
    with pytest.raises(ValueError, match="finds the beats of records by itself"):
        read_data_for(record_model, table)
    with pytest.raises(ValueError, match="labels is for pictures"):
        read_data_for(record_model, records, labels=table)
    beats = LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], ["N", "V"])
    with pytest.raises(ValueError, match="nothing says how to cut them"):
        read_data_for(beats, records)
    strange = LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], ["x", "y"])
    with pytest.raises(ValueError, match="no class is in both"):
        evaluate_model(strange, BEATS)
    with pytest.raises(NotFittedError):
        evaluate_model(LogisticRegression(), BEATS)


class Backwards(BaseEstimator):
    """Cuts beats of any record and turns them round."""

    sampling_rate = 125.0

    def fit(self, X, y=None):
        """Note the shape."""
        self.n_features_in_ = X.shape[1]
        return self

    def segment(self, X):
        """Cut."""
        beats = extract_beats(X, sampling_rate=125.0, window=(0.2, 0.2), edge="pad")
        return beats._replace(data=beats.data[:, ::-1])


def test_a_model_that_cuts_in_a_way_of_its_own(records):
    data = read_data(records, window=(0.2, 0.2))
    model = BeatwiseClassifier(
        Backwards(), FrozenEstimator(LogisticRegression(max_iter=500))
    )
    model.classifier.estimator.fit(data.data[:, ::-1], data.target)
    model.fit(data.excerpts, np.tile(["N", "V"], 4))
    again = read_data_for(model, records)
    assert np.allclose(again.data, data.data[:, ::-1])
    assert again.target.tolist() == data.target.tolist()
    said = model.classifier_.predict(again.data)
    accuracy = evaluate_model(model, again).figures["accuracy"]
    assert accuracy == accuracy_score(data.target, said) > 0.8


def test_a_model_that_nobody_can_cut_for_says_so(records, record_model):
    cut_already = BeatwiseClassifier(None, LogisticRegression())
    cut_already.segmenter_ = None
    with pytest.raises(ValueError, match="cut already"):
        read_data_for(cut_already, records)


def test_as_many_leads_are_read_as_the_model_takes(records, record_model):
    several = copy.copy(record_model)
    several.n_leads_in_ = 2
    data = read_data_for(several, records)
    assert (data.n_leads, data.data.shape[1]) == (2, 2)
    with pytest.raises(ValueError, match="n_leads must be"):
        read_data_for(several, records, lead=("MLII", "V1", "V5"))
