"""
Every error, and what to do
===========================

An error is raised where no answer would be right. Each has a type of its own, which is
also one of Python's: whoever catches ``ValueError`` or ``OSError`` catches it too. Its
text says what was there, what was wanted, and how to mend it.
"""

# %%
# Ways to fail
# ------------
# Each of these functions raises the error beside it below.
import sys
import tempfile
import textwrap
from pathlib import Path
from unittest import mock

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

import skecg
from skecg import datasets, exceptions
from skecg.classifiers import SignalClassifier
from skecg.export import export_onnx
from skecg.features import RhythmFeatures
from skecg.imaging.decode import read_image

beats = datasets.load_heartbeats()
X, y = beats.data[::40], beats.target[::40]
place = tempfile.TemporaryDirectory()
folder = Path(place.name)


def no_folder() -> object:
    """Name a folder that is not there."""
    return datasets.read_mitbih(folder / "mitdb")


def a_torn_picture() -> object:
    """Read the first half of a picture."""
    whole = Path(datasets.load_ecg_images().paths[0]).read_bytes()
    (folder / "scan.jpg").write_bytes(whole[: len(whole) // 2])
    return read_image(folder / "scan.jpg")


def no_server() -> object:
    """Download from where nobody answers."""
    where = {"data_home": folder, "base_url": "http://127.0.0.1:9/"}
    return datasets.fetch_mitbih(records=["100"], **where)


def nothing_but_flat_lines() -> object:
    """Measure the rhythm of flat lines only."""
    return RhythmFeatures(sampling_rate=250.0).fit_transform(np.zeros((2, 2500)))


def too_large_steps() -> object:
    """Train with a learning rate that throws the weights away."""
    network = SignalClassifier(optimizer="sgd", lr=1e6, lr_schedule="constant")
    return network.fit(1e4 * X, y)


def a_function_in_a_model() -> None:
    """Keep a model with code in it, which a file without pickle cannot hold."""
    skecg.save(FunctionTransformer(lambda X: X + 1).fit(X), folder / "a.skecg")


def no_network() -> object:
    """Export what is no network."""
    return export_onnx(LogisticRegression().fit([[0], [1]], [0, 1]), "a.onnx")


def not_installed() -> object:
    """Export without the packages that it needs; here they are hidden."""
    network = SignalClassifier(max_epochs=1).fit(X, y)
    with mock.patch.dict(sys.modules, {"onnx": None}):
        return export_onnx(network, folder / "a.onnx")


def no_model() -> object:
    """Load a file that is no model."""
    (folder / "b.skecg").write_bytes(b"not a model")
    return skecg.load(folder / "b.skecg")


# %%
# Caught
# ------
# ``SkecgError`` is the base of them all. Behind the type stands what else it is.
calls = {
    no_folder: exceptions.DataFileNotFoundError,
    a_torn_picture: exceptions.DataFileError,
    no_server: exceptions.DownloadError,
    nothing_but_flat_lines: exceptions.NoUsableRowError,
    too_large_steps: exceptions.TrainingDivergedError,
    a_function_in_a_model: exceptions.ModelNotStorableError,
    no_network: exceptions.ModelNotExportableError,
    not_installed: exceptions.MissingExtraError,
    no_model: exceptions.ModelFileError,
}
for call, kind in calls.items():
    try:
        call()
    except exceptions.SkecgError as error:
        also = kind.__mro__[2].__name__
        text = str(error).replace(str(folder), "FOLDER")
        print(f"{kind.__name__}, also {also}\n  {call.__doc__}")
        print(textwrap.fill(text, 80, initial_indent="  - ", subsequent_indent="    "))
place.cleanup()

# %%
# Errors of the package on the left, what each is in Python on the right.
import matplotlib.pyplot as plt

kinds = list(calls.values())
parents = sorted({kind.__mro__[2].__name__ for kind in kinds})
heights = np.linspace(0, len(kinds) - 1, len(parents))
figure, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
for row, kind in enumerate(kinds):
    end = heights[parents.index(kind.__mro__[2].__name__)]
    ax.plot([0, 1], [row, end], "C0", lw=1)
    ax.text(-0.02, row, kind.__name__, ha="right", va="center")
for name, height in zip(parents, heights, strict=True):
    ax.text(1.02, height, name, va="center")
ax.set(xlim=(-0.9, 1.7))
ax.set_axis_off()
