"""
What happens to data that cannot be used
========================================

Electrodes fall off, files are cut short, a class has no patient. What can be used is
used, what cannot is named in a warning, and only where nothing is left is it an error.
"""

# %%
# Rows that cannot be used
# ------------------------
# Three records: a good one, a flat line, and one that is not there. The table keeps its
# rows; those without an answer are NaN. The
# :class:`~skecg.exceptions.SignalQualityWarning` carries their numbers, so a program
# can act on them.
import warnings

import numpy as np

from skecg.datasets import make_ecg
from skecg.exceptions import NoUsableRowError, SignalQualityWarning
from skecg.features import RhythmFeatures

ecg = make_ecg(3, sampling_rate=250.0, random_state=0)
X = ecg.data.copy()
X[1], X[2] = 0.0, np.nan
features = RhythmFeatures(sampling_rate=250.0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", SignalQualityWarning)
    table = features.fit_transform(X)
print(np.isnan(table).all(axis=1))
print("rows:", caught[0].message.rows, "-", caught[0].message.reason)

# %%
# Where no row is left it is an error, which is also a ``ValueError``:
try:
    features.fit_transform(X[1:])
except NoUsableRowError as error:
    print(error)

# %%
# Stretches that cannot be used
# -----------------------------
# Inside a record the bad stretches are found first, by kind:
# :class:`~skecg.signal.quality.QualityMask`. No beat is found there.
import matplotlib.pyplot as plt

from skecg.signal.quality import quality_mask
from skecg.signal.rpeaks import detect_rpeaks

record = make_ecg(1, sampling_rate=250.0, duration=100.0, random_state=1).data.ravel()
record[2500:5000] = np.nan  # not recorded
record[7500:10000] = 0.2  # the electrode is off
rng = np.random.default_rng(0)
record[12500:] = rng.normal(scale=0.3, size=12500)  # and from here on only noise
mask = quality_mask(record, sampling_rate=250.0)
found = detect_rpeaks(record, sampling_rate=250.0)

seconds = np.arange(record.size) / 250.0
figure, ax = plt.subplots(figsize=(9, 3), layout="constrained")
ax.plot(seconds, record, "0.3", lw=0.8)
ax.plot(found / 250.0, record[found], "v", label="R-peaks")
for name, color in {"missing": "C1", "flat": "C2", "noisy": "C3"}.items():
    bad = getattr(mask, name)
    ax.fill_between(
        seconds,
        0,
        1,
        where=bad,
        color=color,
        alpha=0.3,
        lw=0,
        label=name,
        transform=ax.get_xaxis_transform(),
    )
ax.set(xlabel="seconds", ylabel="mV")
_ = figure.legend(loc="outside upper center", ncols=4, frameon=False)

# %%
# Files
# -----
# :class:`~skecg.exceptions.DataFileNotFoundError` is a ``FileNotFoundError``, and
# :class:`~skecg.exceptions.DataFileError` a ``ValueError``, for files that are there
# but damaged. :class:`~skecg.exceptions.DownloadError` is for those that do not come,
# or come changed. A model's file that is none, or was tampered with, is refused too.
import tempfile
from pathlib import Path

import skecg
from skecg.datasets import read_mitbih
from skecg.exceptions import DataFileNotFoundError, ModelFileError

with tempfile.TemporaryDirectory() as folder:
    try:
        read_mitbih(folder)
    except DataFileNotFoundError as error:
        print(str(error).replace(folder, "FOLDER"))
    file = Path(folder) / "model.skecg"
    file.write_bytes(b"not a model")
    try:
        skecg.load(file)
    except ModelFileError as error:
        print(str(error).replace(folder, "FOLDER"))

# %%
# Catch them all
# --------------
# All errors are :class:`~skecg.exceptions.SkecgError`, all warnings
# :class:`~skecg.exceptions.SkecgWarning`; those about rows are
# :class:`~skecg.exceptions.RowsWarning`, such as
# :class:`~skecg.exceptions.GridNotFoundWarning` of pictures without ECG paper. The
# others: :class:`~skecg.exceptions.LeadWarning`,
# :class:`~skecg.exceptions.DroppedBeatWarning`,
# :class:`~skecg.exceptions.SkippedPagesWarning`,
# :class:`~skecg.exceptions.GroupsWarning` and
# :class:`~skecg.exceptions.MissingClassWarning`, which say that a figure may be too
# kind or lacks a class; :class:`~skecg.exceptions.TrainingDivergedError` and
# :class:`~skecg.exceptions.ModelNotStorableError`, which say what to change.
# :class:`~skecg.exceptions.UnfamiliarSignalWarning` tells that a model was trained on
# other units or leads, :class:`~skecg.exceptions.ModelNotExportableError` that a model
# has no form elsewhere, and :class:`~skecg.exceptions.MissingExtraError` what to
# install.
