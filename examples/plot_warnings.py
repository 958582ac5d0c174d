"""
Every warning, and what to do
=============================

A warning is given where work goes on, and the result is not what it would be with
better data. Each has a type of its own, so that one can be let pass and another made an
error.
"""

# %%
# What goes wrong
# ---------------
# Eight calls that all return something, each with the kind of warning that it gives.
import tempfile
import textwrap
import warnings
from pathlib import Path

import numpy as np
import wfdb
from PIL import Image

import skecg
from skecg import datasets, exceptions, model_selection, preprocessing

sample = datasets.load_mitbih_sample()
rate = sample.sampling_rate
record = sample.data[:1, 0, :5000]
place = tempfile.TemporaryDirectory()
folder = Path(place.name)


def a_gap() -> object:
    """Cut a record with a hole: the beats that touch it are left out."""
    holed = np.where(np.abs(np.arange(5000) - 2050) < 50, np.nan, record)
    segmenter = preprocessing.PatientBeatSegmenter(sampling_rate=rate)
    return segmenter.fit(holed).segment(holed)


def a_flat_line() -> object:
    """Ask for the typical beat of a flat line: it has none, and is NaN."""
    segmenter = preprocessing.BeatSegmenter(sampling_rate=rate)
    return segmenter.fit_transform(np.stack([record[0], 0 * record[0]]))


def other_units() -> object:
    """Give microvolts to a model that knows millivolts: its answers are worthless."""
    model = skecg.load_pretrained("heartbeats", sampling_rate=rate)
    return model.predict_proba(1000 * record)


def white_paper() -> object:
    """Look for a grid where there is none: the picture stays whole."""
    X = np.full((2, 300, 400), 255, dtype=np.uint8)
    X[0, 50:251:5, 40:381] = X[0, 50:251, 40:381:5] = 180
    return preprocessing.GridCropper().fit_transform(X)


def two_pages() -> object:
    """Read a file of two pages: the second one is no row."""
    page, other = (Image.new("L", (60, 40), level) for level in (200, 250))
    (folder / "scans" / "Normal").mkdir(parents=True)
    file = folder / "scans" / "Normal" / "a.tif"
    page.save(file, save_all=True, append_images=[other])
    return datasets.read_image_folder(folder / "scans")


def no_patients() -> object:
    """Split without groups: one patient may stand on both sides."""
    return next(model_selection.GroupValidSplit().split(np.zeros((4, 1)), [0, 0, 1, 1]))


def a_class_of_one_patient() -> object:
    """Hold out the only patient of a class: nobody can learn it."""
    splitter = model_selection.GroupValidSplit(random_state=0)
    return next(splitter.split(np.zeros((4, 1)), list("NNVV"), groups=[1, 1, 2, 2]))


def another_lead() -> object:
    """Read records of which one lacks the lead: another one stands in."""
    marks = sample.annotations[0]
    n = int(np.sum(marks.sample < 2500))
    signal = sample.data[0, :1, :2500].T.astype(np.float64)
    for name, lead in (("a", "MLII"), ("b", "V1")):
        how = {"units": ["mV"], "sig_name": [lead], "fmt": ["16"], "fs": int(rate)}
        wfdb.wrsamp(name, p_signal=signal, write_dir=str(folder), **how)
        wfdb.wrann(name, "atr", marks.sample[:n], marks.symbol[:n], write_dir=folder)
    return datasets.read_record_folder(folder)


calls = {
    a_gap: exceptions.DroppedBeatWarning,
    a_flat_line: exceptions.SignalQualityWarning,
    other_units: exceptions.UnfamiliarSignalWarning,
    white_paper: exceptions.GridNotFoundWarning,
    two_pages: exceptions.SkippedPagesWarning,
    no_patients: exceptions.GroupsWarning,
    a_class_of_one_patient: exceptions.MissingClassWarning,
    another_lead: exceptions.LeadWarning,
}
for call, kind in calls.items():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", kind)
        call()
    text = str(caught[0].message).replace(str(folder), "FOLDER")
    print(f"{kind.__name__}\n  {call.__doc__}")
    print(textwrap.fill(text, 80, initial_indent="  - ", subsequent_indent="    "))

# %%
# Acting on them
# --------------
# Warnings about rows carry the numbers of the rows. All of the package's own have one
# base, so a script that must not go on with half of its data makes them errors, and no
# one else's.
with warnings.catch_warnings():
    warnings.simplefilter("error", exceptions.SkecgWarning)
    for call in (white_paper, no_patients):
        try:
            call()
        except exceptions.RowsWarning as warning:
            print(f"rows {warning.rows} {warning.reason}")
        except exceptions.SkecgWarning as warning:
            print(f"of no rows: {type(warning).__name__}")
place.cleanup()
