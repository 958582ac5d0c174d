"""Beats for the rivals: what the networks get, and what boosting likes better.

Each row holds the Kachuee beat, the beat around its R-peak less the median beat of its
record, the same beat as it is, and the context columns. The median is over all beats of
the record, whatever their class and whichever side of a split they are on: it knows the
patient, and no label.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.utils import Bunch

from benchmarks._beats import read_beats
from skecg.signal.rhythm import CONTEXT_COLUMNS

N_CONTEXT = len(CONTEXT_COLUMNS)
N_KACHUEE = 187
R_PEAK = 0.4  # s from the start of a beat that is cut around R
N_AROUND = 150

KACHUEE = slice(0, N_KACHUEE)
DIFFERENCE = slice(N_KACHUEE, N_KACHUEE + N_AROUND)
AROUND = slice(DIFFERENCE.stop, DIFFERENCE.stop + N_AROUND)
AROUND_AND_CONTEXT = slice(AROUND.start, AROUND.stop + N_CONTEXT)


def read_rival_beats(folder: str, records: Sequence[str]) -> Bunch:
    """Read every Kachuee beat with its context, its surroundings and its difference."""
    beats = read_beats(folder, records=records, context=True)
    around = read_beats(folder, records=records, form="centered")
    rows = rows_of(beats, around)
    medians = median_beats(around)
    whole = np.stack([medians[name] for name in beats.record.tolist()])
    found = rows >= 0  # at a record's ends some have no room around R
    difference = np.zeros_like(whole)
    difference[found] = around.data[rows[found]] - whole[found]
    samples, context = beats.data[:, :N_KACHUEE], beats.data[:, N_KACHUEE:]
    columns = [samples, difference, whole + difference, context]
    return Bunch(**{**beats, "data": np.concatenate(columns, axis=1)})


def rows_of(beats: Bunch, others: Bunch) -> np.ndarray:
    """Return in which row of the others each beat stands, -1 if in none."""
    places = zip(others.record.tolist(), others.sample_index.tolist(), strict=True)
    row_at = {place: row for row, place in enumerate(places)}
    wanted = zip(beats.record.tolist(), beats.sample_index.tolist(), strict=True)
    return np.array([row_at.get(place, -1) for place in wanted])


def median_beats(beats: Bunch) -> dict[str, np.ndarray]:
    """Return the median beat of each record."""
    return {
        str(record): np.median(beats.data[beats.record == record], axis=0)
        for record in np.unique(beats.record)
    }
