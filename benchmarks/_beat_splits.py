"""Which beats are trained on and which are tested, under each protocol."""

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, train_test_split
from sklearn.utils import Bunch

from skecg.datasets._mitbih_facts import DS1, DS2, RECORDS
from skecg.model_selection import InterPatientSplit

Fold = tuple[np.ndarray, np.ndarray]

PROTOCOLS = {
    "beats": "MIT-BIH, 48 records, Kachuee beats, five AAMI classes, stratified random "
    "80/20 over beats (patients on both sides)",
    "patients": "MIT-BIH, Kachuee beats, trained on the 22 records of DS1, tested on "
    "the 22 of DS2 (de Chazal 2004), literature symbol map",
    "ds1-cv": "MIT-BIH, Kachuee beats of the 22 records of DS1, five folds of whole "
    "patients, predictions pooled, literature symbol map",
}

N_FOLDS = 5


def records_of(split: str) -> tuple[str, ...]:
    """Return the records that a protocol reads."""
    return {"beats": RECORDS, "ds1-cv": DS1, "patients": DS1 + DS2}[split]


def folds(beats: Bunch, split: str, seed: int) -> list[Fold]:
    """Return training and test rows, fold by fold."""
    if split == "beats":
        return [_shuffled(beats, seed)]
    if split == "patients":
        rows = InterPatientSplit().split(beats.data, beats.target, record=beats.record)
        return list(rows)
    cv = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    return list(cv.split(beats.data, beats.target, groups=beats.groups))


def _shuffled(beats: Bunch, seed: int) -> Fold:
    train, test = train_test_split(
        np.arange(len(beats.target)),
        test_size=0.2,
        stratify=beats.target,
        random_state=seed,
    )
    return train, test
