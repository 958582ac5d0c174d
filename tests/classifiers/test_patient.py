"""The classifier for patients that it has never seen."""

import numpy as np
import pytest
from sklearn.base import clone

from skecg.classifiers import make_patient_classifier
from skecg.datasets import load_heartbeats
from skecg.model_selection import InterPatientSplit, aami_report
from skecg.signal.patient import patient_columns


@pytest.fixture(scope="module")
def heartbeats():
    return load_heartbeats(beats="patient")


def test_it_votes_with_networks_of_other_draws(heartbeats):
    few = heartbeats.data[::40], heartbeats.target[::40]
    clf = make_patient_classifier(n_networks=2, max_epochs=1, random_state=0)
    clf.fit(*few)
    voices = [network.predict_proba(few[0]) for network in clf.estimators_]
    assert not np.allclose(voices[0], voices[1])
    np.testing.assert_allclose(clf.predict_proba(few[0]), np.mean(voices, axis=0))
    again = clone(clf).fit(*few)
    np.testing.assert_array_equal(
        again.predict_proba(few[0]), clf.predict_proba(few[0])
    )


def test_seeds_follow_the_random_state():
    def seeds(state):
        voters = make_patient_classifier(random_state=state).estimators
        return [network.random_state for _, network in voters]

    assert seeds(0) == seeds(0)
    assert seeds(0) != seeds(1)
    assert len(set(seeds(0))) == 3


@pytest.mark.parametrize("number", [{"n_leads": 0}, {"n_networks": 0}])
def test_nothing_to_build(number):
    with pytest.raises(ValueError, match="at least one lead and one network"):
        make_patient_classifier(**number)


@pytest.mark.parametrize(("built_for", "n_leads"), [(2, 1), (1, 2)])
def test_beats_of_another_number_of_leads_are_refused(built_for, n_leads):
    """Some of their columns would be taken for samples, or samples for columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(8, 2 * n_leads, 150 + len(patient_columns(n_leads))))
    y = np.array(["N", "V"] * 4)
    clf = make_patient_classifier(built_for, n_networks=1, max_epochs=1, random_state=0)
    told = (
        rf"built for beats of {built_for} lead.*got shape \(8, {2 * n_leads}, .*"
        rf"of {n_leads} lead.*n_leads of the beats"
    )
    with pytest.raises(ValueError, match=told):
        clf.fit(X, y)
    fitting = make_patient_classifier(
        n_leads, n_networks=1, max_epochs=1, random_state=0
    )
    assert fitting.fit(X, y).predict(X).shape == (8,)
    other = rng.normal(size=(3, 2 * built_for, 150 + len(patient_columns(built_for))))
    with pytest.raises(ValueError, match=rf"got shape \(3, {2 * built_for}, "):
        fitting.predict(other)


def test_rows_without_leads_are_refused():
    clf = make_patient_classifier(n_networks=1, max_epochs=1)
    with pytest.raises(ValueError, match=r"got shape \(4, 211\)\. Give"):
        clf.fit(np.ones((4, 211)), ["N", "N", "V", "V"])


def test_it_knows_ectopic_beats_of_patients_held_out(heartbeats):
    """On the packaged minutes of DS1 and DS2; the whole records are a benchmark."""
    rows = InterPatientSplit().split(
        heartbeats.data, heartbeats.target, record=heartbeats.record
    )
    train, test = next(rows)
    clf = make_patient_classifier(n_networks=1, max_epochs=6, random_state=0)
    clf.fit(heartbeats.data[train], heartbeats.target[train])
    report = aami_report(heartbeats.target[test], clf.predict(heartbeats.data[test]))
    f1 = dict(zip(report.labels, report.f1, strict=True))
    assert f1["V"] > 0.7
    assert f1["N"] > 0.8
