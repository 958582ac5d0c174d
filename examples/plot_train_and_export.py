"""
From a folder to a model for other programs
===========================================

What ``skecg train`` does, in Python: settle who is held out, train, measure, and keep
the model with a card that says how; then write its network for a program that knows
nothing of Python.
"""

# %%
# Settled first
# -------------
# A plan settles who is held out, and says what is wrong with the data before the long
# part begins. These beats know their patients, so patients it will be.
import numpy as np
from sklearn.utils import Bunch

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats
from skecg.training import plan_training

beats = load_heartbeats()
kept = np.flatnonzero(np.isin(beats.target, ["N", "V"]))[::4]
data = Bunch(
    form="beats",
    data=beats.data[kept],
    target=beats.target[kept],
    groups=beats.groups[kept],
    patients_known=True,
    subset=None,
    sampling_rate=beats.sampling_rate,
)
network = SignalClassifier(
    "convnet1d",
    sampling_rate=beats.sampling_rate,
    max_epochs=6,
    batch_size=32,
    random_state=0,
)
plan = plan_training(data, network, calibrate=True)
print(f"{len(plan.parts)} training, seed {plan.random_state}")

# %%
# Trained and measured
# --------------------
# A part of the patients in training sets the temperature, so that probabilities mean
# what they say. The figures are from patients who had no part in any of it, their
# intervals from drawing patients.
training = plan.run()
print(training.n_train, "beats to train,", training.n_test, "to test")
print("held out:", training.split)
print(training.evaluation)

# %%
# Row by row the true class, in each column what was said.
from sklearn.metrics import ConfusionMatrixDisplay

evaluation = training.evaluation
display = ConfusionMatrixDisplay(
    evaluation.confusion, display_labels=list(evaluation.labels)
)
_ = display.plot(colorbar=False)

# %%
# Kept with its card
# ------------------
import tempfile
from pathlib import Path

import skecg

folder = tempfile.TemporaryDirectory()
file = Path(folder.name) / "beats.skecg"
skecg.save(training.estimator, file, card=training.card)
print(training.card.protocol)

# %%
# Written for others
# ------------------
# ONNX is a format that browsers, phones and C++ programs run. The file is tried out
# on beats before it gets its name, and must answer as the estimator does. What has to
# be done around the network is listed. (``pip install skecg[onnx]``)
from skecg.export import export_onnx

made = export_onnx(
    training.estimator,
    file.with_suffix(".onnx"),
    X=data.data[:200, np.newaxis].astype(np.float32),
    tolerance=1e-4,
)
print(f"{made.path.name}, {made.path.stat().st_size / 1000:.0f} kB")
print("takes", made.input_shape, made.input_dtype, "at", made.sampling_rate, "Hz")
print("answers with", made.classes, f"and is off by {made.difference:.0e} at most")
print("before it:", made.before or "nothing", "- after it:", made.after or "nothing")
folder.cleanup()
