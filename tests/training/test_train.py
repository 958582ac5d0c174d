"""What is held out is not learnt from, and the card says what was done."""

from typing import ClassVar

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from skecg.classifiers import ImageClassifier, SignalClassifier
from skecg.exceptions import GroupsWarning, MissingClassWarning
from skecg.training import default_estimator, plan_training, train_model

MODEL = LogisticRegression()


def beats(n_patients=8, n_each=12, *, known=True, seed=0):
    """Waves of two classes; a patient's have an offset of their own."""
    rng = np.random.default_rng(seed)
    patients = np.repeat([f"p{index}" for index in range(n_patients)], n_each)
    target = np.tile(["N", "V"], n_patients * n_each // 2)
    data = rng.normal(size=(len(target), 30)) + np.where(target == "V", 1, -1)[:, None]
    return Bunch(
        form="beats",
        data=data,
        target=target,
        groups=patients if known else None,
        patients_known=known,
        subset=None,
        sampling_rate=100.0,
        sha256="ab" * 32,
        skipped=[],
    )


class Witness(ClassifierMixin, BaseEstimator):
    """Remembers what it was trained on; knows nothing."""

    seen: ClassVar[list[np.ndarray]] = []

    def fit(self, X, y):
        """Keep the rows."""
        self.classes_ = np.unique(y)
        Witness.seen.append(X[:, 0].copy())
        return self

    def predict(self, X):
        """Say whether a row was learnt from."""
        return np.where(np.isin(X[:, 0], Witness.seen[-1]), "V", "N")

    def predict_proba(self, X):
        """Say it as numbers."""
        return np.column_stack([self.predict(X) == one for one in ("N", "V")]) * 1.0


@pytest.mark.parametrize("n_folds", [None, 4])
@pytest.mark.parametrize("split", ["patients", "beats"])
def test_no_row_that_is_measured_was_learnt_from(split, n_folds):
    Witness.seen = []
    data = beats()
    trained = train_model(data, Witness(), split=split, n_folds=n_folds)
    # It says V of what it has seen; so there is no V if nothing was seen.
    assert trained.evaluation.confusion[:, 1].sum() == 0
    n_rows = len(data.target)
    assert trained.n_test == (n_rows if n_folds else n_rows // 4)
    assert trained.n_train == (n_rows if n_folds else n_rows - trained.n_test)
    assert len(Witness.seen[-1]) == trained.n_train


@pytest.mark.parametrize("calibrate", [False, True])
def test_no_patient_is_on_two_sides(calibrate):
    plan = plan_training(beats(), MODEL, calibrate=calibrate)
    (fold,) = plan.plan.folds
    (part,) = plan.parts
    sides = [part.fit, fold.test] + ([part.calibrate] if calibrate else [])
    patients = [set(beats().groups[rows]) for rows in sides]
    assert sum(map(len, patients)) == len(set.union(*patients)) == 8


def test_the_most_honest_split_is_the_default():
    assert train_model(beats(), MODEL).split == "patients"
    assert train_model(beats(known=False), MODEL).split == "beats"
    data = beats(known=False)
    data.subset = np.repeat(["train", "test"], len(data.target) // 2)
    (fold,) = plan_training(data, MODEL).plan.folds
    assert (data.subset[fold.train] == "train").all()
    assert (data.subset[fold.test] == "test").all()


def test_parts_that_share_patients_are_warned_of():
    data = beats()
    data.subset = np.where(np.arange(96) < 54, "train", "test")  # in the midst of p4
    with pytest.warns(GroupsWarning, match="share 1 patients, like p4"):
        trained = train_model(data, MODEL)
    assert "The parts share 1 patients: optimistic." in trained.card.protocol


def test_pictures_of_known_patients_are_not_split_by_picture():
    data = beats()
    data.form = "pictures"
    with pytest.raises(ValueError, match="hold out whole ones"):
        plan_training(data, MODEL, split="pictures")
    data.patients_known = False
    assert plan_training(data, MODEL).plan.split == "pictures"


def test_the_card_says_what_was_done():
    card = train_model(beats(), MODEL, command="make it").card
    assert card.data.startswith("96 beats of 8 patients: 48 N, 48 V.")
    assert card.data_sha256 == "ab" * 32
    assert card.protocol == (
        "Whole patients held out. Trained on 72 rows of 6 patients, measured on 24 "
        "rows of 2 patients. The model in this file is the one that was measured. "
        "Seed 0."
    )
    assert card.figures["accuracy"] > 0.9
    assert "accuracy 95% interval" in card.figures
    assert "V was measured on 12 rows only." in card.failures
    assert card.command == "make it"
    optimistic = train_model(beats(known=False), MODEL).card.protocol
    assert "optimistic, and no measure for a new patient" in optimistic
    folds = train_model(beats(), MODEL, n_folds=4).card.protocol
    assert "in 4 folds" in folds
    assert "trained on all 96 rows of 8 patients in the same way" in folds


def test_a_temperature_that_cannot_be_learnt_is_not_made_up():
    data = beats()
    data.data[:, 0] = np.where(data.target == "V", 100, -100)
    trained = train_model(data, MODEL, calibrate=True)
    assert isinstance(trained.estimator, LogisticRegression)
    assert "not calibrated" in trained.card.protocol


def test_calibrating_makes_a_sure_model_humble():
    data = beats(n_patients=40, seed=1)
    data.data = np.random.default_rng(2).normal(size=data.data.shape)
    data.data[:, 0] += np.where(data.target == "V", 0.5, -0.5)
    sure = make_pipeline(LogisticRegression(C=1e6))
    X = np.random.default_rng(3).normal(size=(200, 30)) * 3
    plain = train_model(data, sure).estimator.predict_proba(X).max(axis=1)
    humble = train_model(data, sure, calibrate=True).estimator
    assert humble.predict_proba(X).max(axis=1).mean() < plain.mean()


def test_a_class_of_one_patient_is_warned_of_and_named():
    data = beats()
    data.target[data.groups == "p3"] = "F"
    with pytest.warns(MissingClassWarning, match="Class F cannot be measured"):
        trained = train_model(data, MODEL)
    assert "F was not measured" in trained.card.failures


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"split": "people"}, "split must be one of"),
        ({"split": "pictures"}, "not for beats"),
        ({"split": "parts"}, "do not come in parts"),
        ({"n_folds": 9}, "2 to 8 folds"),
        ({"n_folds": 1}, "2 to 8 folds"),
        ({"test_fraction": 1.0}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_trained(options, told):
    with pytest.raises(ValueError, match=told):
        plan_training(beats(), MODEL, **options)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"target": np.full(96, "N")}, "of one class, 'N'"),
        ({"groups": np.full(96, "ann")}, "with one patient"),
        (
            {"target": np.where(np.isin(np.arange(96), [0, 13, 26, 39]), "V", "N")},
            "too few rows to calibrate",
        ),
    ],
)
def test_data_that_cannot_be_split(change, told):
    data = beats()
    data.update(change)
    with pytest.raises(ValueError, match=told):
        plan_training(data, MODEL, calibrate=True)


def test_the_default_goes_by_the_form_of_the_data():
    pictures = default_estimator(Bunch(form="pictures"), size=(8, 9), random_state=3)
    assert pictures[0].size == (8, 9)
    assert isinstance(pictures[-1], ImageClassifier)
    assert pictures[-1].random_state == 3
    data = Bunch(form="records", sampling_rate=125.0)
    assert default_estimator(data)[-1].sampling_rate == 125.0
    assert isinstance(default_estimator(beats()), SignalClassifier)
    for form, network in (("pictures", "resnet1d"), ("beats", "resnet18")):
        with pytest.raises(ValueError, match="is called"):
            default_estimator(Bunch(form=form), network=network)


def test_progress_counts_all_trainings():
    told = []
    model = default_estimator(beats(), network="convnet1d", max_epochs=2)
    train_model(beats(), model, n_folds=2, on_progress=lambda *one: told.append(one))
    assert [(done, of) for done, of, _ in told] == [(n, 6) for n in range(1, 7)]
    assert told[-1][2].endswith("3 of 3 trainings")
    assert model.callbacks is None
