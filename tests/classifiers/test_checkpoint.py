"""Tests of trainings that are killed and go on."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from safetensors.torch import save
from skorch.callbacks import EarlyStopping

from skecg.classifiers import Checkpoint, SignalClassifier, Stage, StagedUnfreezing
from skecg.classifiers._callbacks import EpochMeasures
from skecg.exceptions import SkecgWarning
from skecg.model_selection import GroupValidSplit
from skecg.nn.augmentation import MixUp, Noise

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 80))
y = np.where(X[:, 20:30].mean(axis=1) > 0, "up", "down")
groups = np.arange(60) // 5
STAGES = StagedUnfreezing([Stage(1, 1), Stage(3, 4, lr=1e-4, optimizer="rmsprop")])
SPLIT = GroupValidSplit(0.25, random_state=0)

SETTINGS = {
    "one cycle": {},
    "constant": {"lr_schedule": "constant", "optimizer": "sgd"},
    "augmented": {"augment": [Noise(), MixUp()]},
    "validated": {"valid_split": SPLIT},
    "staged": {"lr_schedule": "constant", "callbacks": [STAGES]},
    "stopped early": {
        "valid_split": SPLIT,
        "lr_schedule": "constant",
        "max_epochs": 30,
        "callbacks": [
            EarlyStopping(
                "valid_macro_f1", lower_is_better=False, patience=3, load_best=True
            )
        ],
    },
}


class KilledError(Exception):
    pass


def fit(directory=None, **settings):
    callbacks = settings.pop("callbacks", [])
    if directory is not None:
        callbacks = [Checkpoint(directory), *callbacks]
    options = {"max_epochs": 6, "batch_size": 16, "random_state": 3, **settings}
    return SignalClassifier("convnet1d", callbacks=callbacks, **options).fit(
        X, y, groups
    )


def kill_in(epoch, monkeypatch):
    """Make every training die in the middle of an epoch."""
    whole = EpochMeasures.on_batch_end

    def dies(self, net, **kwargs):
        if len(net.history) == epoch and len(net.history[-1, "batches"]) == 2:
            raise KilledError
        whole(self, net, **kwargs)

    monkeypatch.setattr(EpochMeasures, "on_batch_end", dies)


@pytest.mark.parametrize("epoch", [1, 2, 4])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_killed_training_ends_where_an_undisturbed_one_ends(
    settings, epoch, tmp_path, monkeypatch
):
    undisturbed = fit(**settings)
    with monkeypatch.context() as patch:
        kill_in(epoch, patch)
        with pytest.raises(KilledError):
            fit(tmp_path, **settings)
    resumed = fit(tmp_path, **settings)
    np.testing.assert_array_equal(
        resumed.predict_proba(X), undisturbed.predict_proba(X)
    )
    drop = [
        {k: v for k, v in row.items() if k != "duration"} for row in resumed.history_
    ]
    for row, wanted in zip(drop, undisturbed.history_, strict=True):
        assert row == pytest.approx({k: wanted[k] for k in row})


def test_what_was_done_is_not_done_again(tmp_path, monkeypatch):
    first = fit(tmp_path)
    monkeypatch.setattr(
        EpochMeasures, "on_batch_end", lambda *a, **k: pytest.fail("trained again")
    )
    np.testing.assert_array_equal(
        fit(tmp_path).predict_proba(X), first.predict_proba(X)
    )


def test_every_training_has_its_own_folder(tmp_path):
    for settings in ({}, {"random_state": 4}, {"lr": 1e-4}, {"augment": [Noise()]}):
        fit(tmp_path, max_epochs=1, **settings)
    assert len(list(tmp_path.iterdir())) == 4
    fit(tmp_path, max_epochs=1)
    assert len(list(tmp_path.iterdir())) == 4
    X[0, 0] += 1
    fit(tmp_path, max_epochs=1)
    X[0, 0] -= 1
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize(
    "content", [b"", b"not tensors", "half", save({"other": torch.zeros(1)})]
)
def test_a_file_that_cannot_be_read_is_told_and_replaced(tmp_path, content):
    first = fit(tmp_path)
    (path,) = tmp_path.glob("*/*.safetensors")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    with pytest.warns(SkecgWarning, match="cannot be read .* begins anew"):
        again = fit(tmp_path)
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))
    assert fit(tmp_path).history_[-1]["epoch"] == 6


def test_a_full_disk_leaves_the_epoch_before(tmp_path, monkeypatch):
    undisturbed = fit()

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        kill_in(3, patch)
        with pytest.raises(KilledError):
            fit(tmp_path)
        patch.undo()
        patch.setattr("skecg.classifiers._checkpoint.save_file", full)
        with pytest.raises(OSError, match="No space left"):
            fit(tmp_path)
    assert [path.name for path in tmp_path.glob("*/*")] == ["epoch.safetensors"]
    resumed = fit(tmp_path)
    np.testing.assert_array_equal(
        resumed.predict_proba(X), undisturbed.predict_proba(X)
    )


SCRIPT = """
import sys
import numpy as np
from skecg.classifiers import Checkpoint, SignalClassifier
rng = np.random.default_rng(0)
X = rng.normal(size=(4000, 200)); y = rng.integers(0, 2, size=4000)
model = SignalClassifier("convnet1d", max_epochs=5, random_state=0, device="cpu",
                         callbacks=[Checkpoint(sys.argv[1])])
np.save(sys.argv[2], model.fit(X, y).predict_proba(X[:50]))
"""


def test_a_process_that_is_killed_outright(tmp_path):
    def start(kept, result):
        arguments = [sys.executable, "-W", "error", "-c", SCRIPT, kept, result]
        return subprocess.Popen([str(each) for each in arguments])

    victim = start(tmp_path / "kept", tmp_path / "never.npy")
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("kept/*/epoch.safetensors")):
        assert time.monotonic() < deadline
        assert victim.poll() is None
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL
    assert not (tmp_path / "never.npy").exists()
    for folder, name in (("kept", "resumed.npy"), ("fresh", "undisturbed.npy")):
        assert start(tmp_path / folder, tmp_path / name).wait(timeout=240) == 0
    np.testing.assert_array_equal(
        np.load(tmp_path / "resumed.npy"), np.load(tmp_path / "undisturbed.npy")
    )
