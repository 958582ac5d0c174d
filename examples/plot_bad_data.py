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
# rows; those without an answer are NaN. The warning carries their numbers, so a program
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
# Inside a record the bad stretches are found first, by kind. No beat is found there.
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
# Every warning and every error of the package, and what to do about each:
# :ref:`sphx_glr_auto_examples_plot_warnings.py` and
# :ref:`sphx_glr_auto_examples_plot_errors.py`.
