"""Rivals are weighted, see their own columns, and are scored over all folds."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import Bunch

from benchmarks._rival_beats import AROUND_AND_CONTEXT, DIFFERENCE, KACHUEE
from benchmarks._rivals import Rival, fit, rivals_for
from benchmarks.rivals import measure, seeds_for
from skecg.datasets._mitbih_facts import DS1

N_COLUMNS = AROUND_AND_CONTEXT.stop


class Listener(DummyClassifier):
    """Remembers its weights."""

    def fit(self, X, y, sample_weight=None):
        self.weights_ = sample_weight
        return super().fit(X, y)


@pytest.fixture
def beats():
    rng = np.random.default_rng(0)
    record = np.repeat(np.array(DS1), 10)
    return Bunch(
        data=rng.normal(size=(record.size, N_COLUMNS)).astype(np.float32),
        target=np.tile(["N", "N", "V", "N", "S"], record.size // 5),
        record=record,
        groups=record,
    )


@pytest.mark.parametrize(("balance", "ratio"), [(0.0, 1.0), (0.5, 2.0), (1.0, 4.0)])
def test_rare_beats_weigh_as_much_as_the_rival_asks(balance, ratio):
    target = np.array(["N"] * 8 + ["V"] * 2)
    rival = Rival("listener", lambda seed: make_pipeline(Listener()), balance)
    weights = fit(rival, 0, np.zeros((10, 1)), target)[-1].weights_
    np.testing.assert_allclose(weights[-1] / weights[0], ratio)


@pytest.mark.parametrize(
    ("name", "seen"),
    [("minirocket", [KACHUEE]), ("boosting", [DIFFERENCE, AROUND_AND_CONTEXT])],
)
def test_a_rival_answers_by_its_own_columns_only(beats, name, seen):
    if name == "minirocket":
        pytest.importorskip("aeon")
    model = fit(rivals_for("beats")[name], 0, beats.data, beats.target)
    other = np.full_like(beats.data, 1e3)
    for columns in seen:
        other[:, columns] = beats.data[:, columns]
    answers = model.predict(beats.data)
    np.testing.assert_array_equal(model.predict(other), answers)
    assert set(answers) == {"N", "S", "V"}


def test_folds_are_scored_together(beats):
    always_n = Rival("majority", lambda seed: make_pipeline(Listener()))
    run = measure(beats, always_n, "ds1-cv", 0)
    assert run["accuracy"] == pytest.approx(0.6)
    assert run["f1_n"] == pytest.approx(0.75)
    low, high = run["macro_f1_nsv_interval"]
    assert low <= run["macro_f1_nsv"] <= high
    assert run["fit_seconds"] > 0
    assert run["predict_seconds"] > 0
    assert set(run["by_record"]) == set(DS1)
    assert run["by_record"][DS1[0]]["V"] == [0, 2, 0]


@pytest.mark.parametrize("split", ["beats", "ds1-cv"])
def test_each_answer_is_held_against_its_own_beat(beats, split):
    beats.data[:, 0] = np.unique(beats.target, return_inverse=True)[1]
    tree = Rival("tree", lambda seed: make_pipeline(DecisionTreeClassifier()))
    assert measure(beats, tree, split, 0)["accuracy"] == 1.0


def test_shuffled_beats_have_no_interval_over_records(beats):
    always_n = Rival("majority", lambda seed: make_pipeline(Listener()))
    run = measure(beats, always_n, "beats", 0)
    assert "macro_f1_nsv_interval" not in run
    assert "by_record" not in run


def test_ds2_is_looked_at_once_where_the_seed_changes_nothing():
    fixed = Rival("fixed", make_pipeline, is_random=False)
    assert seeds_for(fixed, "patients", [3, 4]) == [3]
    assert seeds_for(fixed, "beats", [3, 4]) == [3, 4]  # there the split moves
    assert seeds_for(fixed._replace(is_random=True), "patients", [3, 4]) == [3, 4]


def test_boosting_does_not_depend_on_the_seed(beats):
    rival = rivals_for("patients")["boosting"]
    assert not rival.is_random
    one, other = (
        fit(rival, seed, beats.data, beats.target).predict_proba(beats.data)
        for seed in (0, 1)
    )
    np.testing.assert_array_equal(one, other)
