"""What can be kept, what cannot, and that nothing is lost while it is written."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

import skecg
from instances import for_image_features, for_images, for_records, short_name
from instances import for_tables as rules
from persistence_models import answer, small_network, waves
from skecg.classifiers import Checkpoint, ImageClassifier, Stage, StagedUnfreezing
from skecg.datasets import load_ecg_images, load_mitbih_sample
from skecg.exceptions import ModelNotStorableError
from skecg.features import RhythmFeatures, TWaveFeatures
from skecg.nn import register_network
from skecg.nn.augmentation import MixUp, Noise, Scale
from skecg.preprocessing import BandpassFilter, ImageResizer

RATE = 125.0
X, Y = waves()
RECORDS = load_mitbih_sample().data[:8, :, 1000:1500]
KINDS = np.where(np.arange(8) % 2, "normal", "abnormal")


def kept(estimator: BaseEstimator, file) -> BaseEstimator:
    """Return what comes back out of the file."""
    skecg.save(estimator, file)
    return skecg.load(file)


def assert_same(estimator, X, file):
    expected = answer(estimator, X)
    again = answer(kept(estimator, file), X)
    if expected.dtype.kind in "fc":
        np.testing.assert_allclose(again, expected, rtol=0, atol=1e-6)
    else:
        np.testing.assert_array_equal(again, expected)


@pytest.mark.parametrize("estimator", for_records(RATE), ids=short_name)
def test_every_estimator_on_records_answers_as_before(estimator, file):
    assert_same(clone(estimator).fit(RECORDS, KINDS), RECORDS, file)


@pytest.mark.parametrize(
    "estimator", [*for_images(), *for_image_features()], ids=short_name
)
def test_every_estimator_on_pictures_answers_as_before(estimator, file):
    pictures = ImageResizer((40, 60)).fit_transform(load_ecg_images().data[:8])
    assert_same(clone(estimator).fit(pictures, KINDS), pictures, file)


@pytest.mark.parametrize("estimator", rules(), ids=short_name)
def test_rules_answer_as_before(estimator, file):
    features = np.random.default_rng(0).random((20, 3))
    assert_same(clone(estimator).fit(features, Y[:20]), features, file)


@pytest.mark.parametrize(
    "estimator",
    [
        CalibratedClassifierCV(small_network(), method="temperature", cv=2),
        CalibratedClassifierCV(small_network(), method="isotonic", cv=2),
        CalibratedClassifierCV(small_network(), method="sigmoid", cv=2),
        VotingClassifier(
            [("net", small_network()), ("line", LogisticRegression())], voting="soft"
        ),
        VotingClassifier(
            [("line", LogisticRegression()), ("trees", RandomForestClassifier(2))]
        ),
        StackingClassifier([("net", small_network())], cv=2),
        make_pipeline(SimpleImputer(), SelectKBest(k=3), LogisticRegression()),
        MLPClassifier(max_iter=500, tol=0.1, n_iter_no_change=1, random_state=0),
        GaussianProcessClassifier(),
        TunedThresholdClassifierCV(
            LogisticRegression(), cv=2, scoring="balanced_accuracy"
        ),
        GridSearchCV(small_network(), {"lr": [1e-3, 1e-2]}, cv=2, scoring="f1_macro"),
        GridSearchCV(SVC(), {"C": [1, 2]}, cv=StratifiedKFold(2)),
        make_pipeline(BandpassFilter(sampling_rate=RATE), small_network()),
        RandomForestClassifier(5, random_state=0),
        GradientBoostingClassifier(n_estimators=3, random_state=0),
        HistGradientBoostingClassifier(max_iter=3, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_estimators_around_others_answer_as_before(estimator, file):
    assert_same(clone(estimator).fit(X, Y), X, file)


def test_a_union_of_features_with_a_classifier(file):
    features = make_union(
        RhythmFeatures(sampling_rate=RATE), TWaveFeatures(sampling_rate=RATE)
    )
    model = make_pipeline(features, StandardScaler(), RandomForestClassifier(3))
    assert_same(model.fit(RECORDS, KINDS), RECORDS, file)


def test_what_a_network_was_trained_with_is_kept(file):
    first = small_network(sampling_rate=RATE).fit(X, Y)
    model = small_network(
        weights=FrozenEstimator(first),
        trainable_layers=2,
        augment=[Scale(), Noise(0.1), MixUp()],
        class_weight={"flat": 1.0, "wave": 2.0},
        optimizer=torch.optim.SGD,
        lr_schedule="constant",
        callbacks=[StagedUnfreezing([Stage(1, 1), Stage(2, "all", lr=1e-3)])],
        max_epochs=2,
        sampling_rate=RATE,
    ).fit(X, Y)
    again = kept(model, file)
    assert again.history_ == model.history_
    assert again.optimizer is torch.optim.SGD
    assert again.augment == model.augment
    np.testing.assert_allclose(
        again.weights.predict_proba(X), first.predict_proba(X), atol=1e-6
    )
    # and it can be trained again, to the same end
    once_more = clone(again).fit(X, Y).predict_proba(X)
    np.testing.assert_allclose(once_more, model.predict_proba(X), atol=1e-6)


def test_a_checkpoint_among_the_callbacks_is_no_obstacle(file, tmp_path):
    model = small_network(callbacks=[Checkpoint(str(tmp_path))]).fit(X, Y)
    assert_same(model, X, file)


def test_a_loaded_checkpoint_writes_nowhere_until_it_is_told_where(file, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    model = small_network(callbacks=[("keep", Checkpoint(str(there)))]).fit(X, Y)
    shutil.rmtree(there)
    again = kept(model, file)
    assert str(there).encode() not in b"".join(read_all(file))
    with pytest.raises(ValueError, match=r"no directory: it came .* out of a file"):
        again.fit(X, Y)
    assert not there.exists()
    again.set_params(callbacks=[Checkpoint(here)]).fit(X, Y)
    assert len(list(here.glob("*/*.safetensors"))) == 1
    assert model.callbacks[0][1].directory == str(there)  # saving changes no model


def read_all(file):
    with zipfile.ZipFile(file) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_a_back_bone_by_its_name(file):
    pictures = np.random.default_rng(0).integers(0, 255, (4, 32, 32), dtype=np.uint8)
    model = ImageClassifier("resnet18", max_epochs=1, batch_size=2, random_state=0)
    assert_same(model.fit(pictures, Y[:4]), pictures, file)


def test_predicting_precision_can_be_set_afterwards(file):
    again = kept(small_network().fit(X, Y), file)
    lower = again.set_params(predict_precision="bfloat16").predict_proba(X)
    assert np.isfinite(lower).all()


def test_torchs_random_numbers_go_on_as_if_nothing_had_been_loaded(file):
    skecg.save(small_network().fit(X, Y), file)
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    skecg.load(file)
    assert torch.equal(torch.rand(3), expected)


def test_no_pickle_is_in_the_file(file):
    skecg.save(make_pipeline(StandardScaler(), small_network()).fit(X, Y), file)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert set(names) == {
            "manifest.json",
            "estimator.skops",
            "networks/0.safetensors",
        }
        with archive.open("estimator.skops") as inner, zipfile.ZipFile(inner) as parts:
            kinds = {name.rsplit(".", 1)[1] for name in parts.namelist()}
    assert kinds <= {"json", "npy"}


def test_loading_imports_no_unpickler_and_calls_no_torch_load(file, monkeypatch):
    skecg.save(small_network().fit(X, Y), file)

    def refuse(*args, **kwargs):
        raise AssertionError("something was unpickled")

    monkeypatch.setattr(torch, "load", refuse)
    monkeypatch.setattr("pickle.loads", refuse)
    monkeypatch.setattr("pickle.load", refuse)
    monkeypatch.setattr("pickle.Unpickler", refuse)
    skecg.load(file)


class Unregistered(torch.nn.Sequential):
    def __init__(self, n_leads, n_times, n_classes):
        super().__init__(
            torch.nn.Flatten(), torch.nn.Linear(n_leads * n_times, n_classes)
        )


def test_a_network_class_outside_the_registry_is_refused_by_name(file):
    model = small_network().set_params(network=Unregistered).fit(X, Y)
    with pytest.raises(ModelNotStorableError, match=r"Unregistered.*register_network"):
        skecg.save(model, file)
    assert not file.exists()


def test_a_network_class_that_is_registered_is_kept_by_its_name(file):
    register_network("kept_by_name")(Unregistered)
    model = small_network().set_params(network="kept_by_name").fit(X, Y)
    assert_same(model, X, file)


def test_keys_that_would_come_back_as_others_are_refused(file):
    model = LogisticRegression(class_weight={False: 1, True: 9}).fit(X, Y == "wave")
    with pytest.raises(ModelNotStorableError, match=r"keys of builtins\.bool"):
        skecg.save(model, file)


def test_neighbours_in_a_tree_are_refused_with_a_way_out(file):
    rows = X[:, :3]
    model = KNeighborsClassifier().fit(rows, Y)
    with pytest.raises(ModelNotStorableError, match=r"KDTree.*algorithm='brute'"):
        skecg.save(model, file)
    assert_same(KNeighborsClassifier(algorithm="brute").fit(rows, Y), rows, file)


def double(X):
    return 2 * X


@pytest.mark.parametrize("function", [double, lambda X: X], ids=["named", "lambda"])
def test_functions_of_ones_own_are_refused_by_name(function, file):
    model = make_pipeline(FunctionTransformer(function), LogisticRegression())
    with pytest.raises(ModelNotStorableError, match=r"double|lambda"):
        skecg.save(model.fit(X, Y), file)


def test_an_estimator_that_is_not_fitted_is_refused(file):
    with pytest.raises(NotFittedError):
        skecg.save(small_network(), file)


def test_a_crash_while_writing_leaves_the_old_file(file, monkeypatch):
    first = LogisticRegression().fit(X, Y)
    skecg.save(first, file)

    def crash(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        skecg.save(small_network().fit(X, Y), file)
    np.testing.assert_array_equal(skecg.load(file).coef_, first.coef_)
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_killed_process_leaves_the_old_file(file):
    skecg.save(LogisticRegression().fit(X, Y), file)
    before = file.read_bytes()
    code = (
        "import os, signal, sys, skecg\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "skecg.save(LogisticRegression().fit([[0.], [1.]], [0, 1]), sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], check=False)
    assert done.returncode == -9
    assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_an_error_and_nothing_is_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        skecg.save(LogisticRegression().fit(X, Y), tmp_path / "none" / "model.skecg")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_as_readable_as_any_other(file):
    skecg.save(LogisticRegression().fit(X, Y), file)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~mask
    file.chmod(0o640)
    skecg.save(LogisticRegression().fit(X, Y), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
