"""Beats with what a cardiologist looks at besides: both leads, P wave, rhythm."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from benchmarks._record import FOLDER
from skecg.datasets import read_mitbih
from skecg.exceptions import LeadWarning
from skecg.nn.augmentation import MixUp

TRIED = FOLDER / "beats_choice.jsonl"
CHOICE = (
    "chosen by macro-F1 on a fifth of the training part of seed 0, trained on half of "
    "the rest (`python -m benchmarks.beats_choice`); the test part of seed 0 took no "
    "part, those of the other seeds hold beats of its training part"
)
WINDOW = (0.6, 1.0)  # seconds before and after R: the widest that was tried
CHOSEN_WINDOW = (0.4, 0.8)
N_CONTEXT = 8
RECIPE: dict[str, Any] = {
    "network": "convnet1d",
    "context": N_CONTEXT,
    "max_epochs": 20,  # 14 on half of the rows while choosing
    "augment": [MixUp()],
}
_RATE = 125.0
_MOST = 5.0  # seconds, or a ratio: beyond it a pause is a pause
_SPREAD = 3.0  # brings the logarithms to the height of the signals in mV


def read_context_beats(folder: str, records: Sequence[str] | None = None) -> Bunch:
    """Read beats in mV around R, both leads, and the columns of `rr_context`.

    `data` has the shape (n_beats, 2, 208): 1.6 s, then the eight columns, repeated on
    each lead. Only the first lead that `read_mitbih` chooses decides which beats there
    are; the second is cut at the same marks.
    """
    with warnings.catch_warnings():
        # 102 and 104 have no MLII: their first lead is used, as RESULTS.md says.
        warnings.simplefilter("ignore", LeadWarning)
        beats = read_mitbih(
            folder, records=records, beats="centered", window=WINDOW, context=True
        )
    second = [_other_lead(folder, beats, name) for name in dict.fromkeys(beats.record)]
    signals = np.stack(
        [beats.data[:, :-N_CONTEXT], np.concatenate(second)],
        axis=1,
    )
    columns = tame(beats.data[:, -N_CONTEXT:])
    both = np.repeat(columns[:, np.newaxis], 2, axis=1)
    return Bunch(**{**beats, "data": np.concatenate([signals, both], axis=2)})


def read_chosen_beats(folder: str) -> Bunch:
    """Read the same beats, as much of each as the recipe sees."""
    beats = read_context_beats(folder)
    return Bunch(**{**beats, "data": crop(beats.data, *CHOSEN_WINDOW)})


def tame(columns: np.ndarray) -> np.ndarray:
    """Take logarithms, so that half and double are as far from the usual rhythm.

    Row by row and with fixed limits: nothing is learnt from other beats.
    """
    return _SPREAD * np.log(np.clip(columns, 1 / _MOST, _MOST))


def crop(data: np.ndarray, before: float, after: float) -> np.ndarray:
    """Keep a part of the window, and the columns behind it."""
    first = round((WINDOW[0] - before) * _RATE)
    last = round((WINDOW[0] + after) * _RATE)
    signals, columns = data[..., first:last], data[..., -N_CONTEXT:]
    return np.concatenate([signals, columns], axis=-1)


def tried() -> list[dict[str, Any]]:
    """Return what every variant gave on the validation part."""
    wanted = ("variant", "accuracy", "macro_f1", "f1", "fit_cpu_seconds")
    lines = TRIED.read_text().splitlines() if TRIED.exists() else []
    return [{key: json.loads(line)[key] for key in wanted} for line in lines]


def _other_lead(folder: str, beats: Bunch, record: str) -> np.ndarray:
    import wfdb

    (first,) = set(beats.lead[beats.record == record])
    names = wfdb.rdheader(str(Path(folder) / record)).sig_name
    (other,) = set(names) - {first}
    return read_mitbih(
        folder, records=[record], lead=other, beats="centered", window=WINDOW
    ).data
