"""What the packaged models say of records that took no part in their training."""

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

import skecg
from benchmarks._beat_runs import figures, log_on_ds2
from benchmarks._beats import read_beats
from benchmarks._pretrained_beats import Record, read_records
from benchmarks.images import interval, scores
from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import load_ecg_images
from skecg.datasets._mitbih_facts import DS2
from skecg.exceptions import SkecgWarning, UnfamiliarSignalWarning
from skecg.model_selection.bootstrap import percentile_interval
from skecg.signal.patient import patient_beats

CLASSES = ("N", "S", "V")
TOLERANCE = 0.15  # s
N_BOOTSTRAPS = 1000
SEED = 0
PREMATURE = {
    "V": ("427172004", "17338001", "164884008"),
    "S": ("284470004", "63593006"),
}
"""SNOMED codes of ventricular and of supraventricular premature beats."""


def heartbeats_on_ds2(name: str, mitdb: str, n_leads: int) -> dict[str, Any]:
    """Score a model of records on DS2: at the experts' places, and with its own."""
    records = read_records(mitdb, DS2, n_leads=n_leads)
    model = skecg.load_pretrained(name, sampling_rate=records[0].rate)
    told = {
        "at annotated places": _at_annotated_places(model, records),
        "with its own detector": _with_detector(model, records),
    }
    for which, run in told.items():
        log_on_ds2(f"pretrained-{name}", f"packaged model, {which}", run)
    return told


def kachuee_on_ds2(name: str, mitdb: str) -> dict[str, Any]:
    """Score a model of Kachuee's beats on DS2."""
    beats = read_beats(mitdb, records=DS2)
    model = skecg.load_pretrained(name)
    told = figures(beats.target, model.predict(beats.data), record=beats.record)
    log_on_ds2(f"pretrained-{name}", "packaged model, at annotated places", told)
    return {"at annotated places": told}


def packaged_pictures(name: str) -> dict[str, Any]:
    """Score a model of printouts on those inside the package."""
    pictures = load_ecg_images()
    model = skecg.load_pretrained(name)
    answers = model.predict_proba(pictures.paths)
    said = model.classes_[answers.argmax(axis=1)]
    return {
        "n_images": len(said),
        **scores(pictures.target, said),
        "macro_f1_interval": interval(pictures.target, said, SEED),
        "log_loss": float(log_loss(pictures.target, answers)),
        "confused": {
            f"{true} called {called}": count
            for (true, called), count in Counter(
                zip(pictures.target.tolist(), said.tolist(), strict=True)
            ).items()
            if true != called
        },
    }


def on_cinc2017(model_name: str, folder: str) -> dict[str, Any]:
    """Tell normal rhythm from the rest by how sure the model is of other beats than N.

    The rule was set before the first look: one less the mean probability of N.
    """
    lines = (Path(folder) / "REFERENCE_v3.csv").read_text().split()
    target = dict(line.split(",") for line in lines)
    names = sorted(target)
    signals, rate = _read_all(Path(folder), names, [0])
    answers, warned = _answers(model_name, signals, rate)
    labels = np.array([target[name] for name in names])
    normal = _column(model_name, "N")
    score = np.array(
        [np.nan if one is None else 1 - one[:, normal].mean() for one in answers]
    )
    told = {
        title: _auroc(score, labels == "N", np.isin(labels, rest))
        for title, rest in {
            "AF or other rhythm": ["A", "O"],
            "AF": ["A"],
            "other rhythm": ["O"],
            "too noisy": ["~"],
        }.items()
    }
    return {"n_records": len(names), "against normal": told, "warned": warned}


def on_cinc2021(
    model_name: str, folder: str, lead_names: tuple[str, ...]
) -> dict[str, Any]:
    """Find records with premature beats by the surest beat of each.

    The rule was set before the first look: the highest probability of V or of S that a
    beat of the record gets.
    """
    headers = sorted(Path(folder).glob("*.hea"))
    codes = [_codes(path) for path in headers]
    signals, rate = _read_all(Path(folder), [one.stem for one in headers], lead_names)
    answers, warned = _answers(model_name, signals, rate)
    told = {}
    for label, wanted in PREMATURE.items():
        column = _column(model_name, label)
        score = np.array(
            [np.nan if one is None else one[:, column].max() for one in answers]
        )
        there = np.array([bool(found & set(wanted)) for found in codes])
        told[label] = _auroc(score, ~there, there)
    return {
        "n_records": len(headers),
        "leads": lead_names,
        "premature": told,
        "warned": warned,
    }


def on_ptb(model_name: str, folder: str) -> dict[str, Any]:
    """Tell infarction from health by beats that are not N: what nobody should do."""
    headers = sorted(Path(folder).glob("patient*/*.hea"))
    reasons = [_reason(path) for path in headers]
    names = [str(one.relative_to(folder).with_suffix("")) for one in headers]
    signals, rate = _read_all(Path(folder), names, ("ii",))
    answers, warned = _answers(model_name, signals, rate)
    normal = _column(model_name, "N")
    score = np.array(
        [np.nan if one is None else 1 - one[:, normal].mean() for one in answers]
    )
    healthy = np.array([reason == "Healthy control" for reason in reasons])
    ill = np.array([reason == "Myocardial infarction" for reason in reasons])
    return {
        "n_records": len(names),
        "infarction": _auroc(score, healthy, ill),
        "warned": warned,
    }


def _at_annotated_places(
    model: BeatwiseClassifier, records: list[Record]
) -> dict[str, Any]:
    said = [
        model.classifier_.predict(
            patient_beats(one.signal, one.sample, sampling_rate=one.rate)
        )
        for one in records
    ]
    names = np.repeat([one.name for one in records], [len(one) for one in said])
    target = np.concatenate([one.target for one in records])
    return figures(target, np.concatenate(said), record=names)


def _with_detector(model: BeatwiseClassifier, records: list[Record]) -> dict[str, Any]:
    # Of each record and class: beats that are right, that there are, that were said.
    counts = np.zeros((len(records), len(CLASSES), 3))
    missed = false = 0
    for row, one in enumerate(records):
        signal = one.signal[0] if len(one.signal) == 1 else one.signal
        with heard():
            beats = model.predict_beats(signal[np.newaxis])
        pairs = matched(one.sample / one.rate, beats.time)
        missed += len(one.sample) - len(pairs)
        false += len(beats.time) - len(pairs)
        for column, label in enumerate(CLASSES):
            true, said = one.target == label, beats.label == label
            right = (true[pairs[:, 0]] & said[pairs[:, 1]]).sum()
            counts[row, column] = right, true.sum(), said.sum()
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(len(records), size=(N_BOOTSTRAPS, len(records)))
    f1 = _f1(counts.sum(axis=0))
    return {
        **{f"f1_{c.lower()}": float(v) for c, v in zip(CLASSES, f1, strict=True)},
        "macro_f1_nsv": float(f1.mean()),
        "macro_f1_nsv_interval": list(
            percentile_interval(
                np.nanmean(_f1(counts[drawn].sum(axis=1)), axis=-1), confidence=0.95
            )
        ),
        "missed_beats": missed,
        "false_beats": false,
    }


def matched(true: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Pair times that are each other's nearest and within 150 ms.

    Returns
    -------
    ndarray of int of shape (n_pairs, 2)
        Indices into both.
    """
    if not (true.size and found.size):
        return np.empty((0, 2), dtype=int)
    nearest = _nearest(true, found)
    back = _nearest(found, true)
    which = np.arange(true.size)
    good = (back[nearest] == which) & (np.abs(found[nearest] - true) <= TOLERANCE)
    return np.stack([which[good], nearest[good]], axis=1)


def _nearest(of: np.ndarray, among: np.ndarray) -> np.ndarray:
    right = np.clip(np.searchsorted(among, of), 1, max(1, among.size - 1))
    right = np.minimum(right, among.size - 1)
    left = np.maximum(right - 1, 0)
    return np.where(of - among[left] <= among[right] - of, left, right)


def _f1(counts: np.ndarray) -> np.ndarray:
    right, there, said = np.moveaxis(counts, -1, 0)
    with np.errstate(invalid="ignore"):
        return 2 * right / (there + said)


def _read_all(
    folder: Path, names: list[str], leads: list[int] | tuple[str, ...]
) -> tuple[list[np.ndarray], float]:
    import wfdb

    signals, rate = [], 0.0
    for name in names:
        record = wfdb.rdrecord(str(folder / name))
        places = [
            record.sig_name.index(one) if isinstance(one, str) else one for one in leads
        ]
        signal = np.ascontiguousarray(record.p_signal[:, places].T)
        signals.append(signal[0] if len(places) == 1 else signal)
        rate = float(record.fs)
    return signals, rate


def _answers(
    name: str, signals: list[np.ndarray], rate: float
) -> tuple[list[np.ndarray | None], dict[str, int]]:
    # The probabilities of the beats of each record, and how many records brought which
    # warning.
    model = skecg.load_pretrained(name, sampling_rate=rate)
    answers: list[np.ndarray | None] = []
    warned: Counter[str] = Counter()
    for signal in signals:
        with heard() as reasons:
            try:
                answers.append(model.predict_beats(signal[np.newaxis]).probability)
            except skecg.exceptions.NoUsableRowError:
                answers.append(None)
                reasons.append("have no two beats that can be found")
        warned.update(_in_short(reason) for reason in reasons)
    return answers, dict(sorted(warned.items()))


@contextmanager
def heard() -> Iterator[list[str]]:
    """Gather what the package warns of, instead of showing it."""
    reasons: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SkecgWarning)
        yield reasons
    reasons += [
        one.message.reason
        for one in caught
        if isinstance(one.message, UnfamiliarSignalWarning)
    ]


def _in_short(reason: str) -> str:
    kinds = {
        "upside down": "upside down",
        "like none": "strange shape",
        "as high": "QRS too high",
        "of the height": "QRS too low",
        "heart rate": "heart rate",
        "shorter": "too short",
        "missing": "unusable stretches",
        "no two beats": "no beats",
    }
    return next((kind for part, kind in kinds.items() if part in reason), reason)


def _column(name: str, label: str) -> int:
    model = skecg.load_pretrained(name, sampling_rate=360.0)
    return model.classes_.tolist().index(label)


def _auroc(
    score: np.ndarray, negative: np.ndarray, positive: np.ndarray
) -> dict[str, Any]:
    # Records without an answer are left out, and counted.
    used = (negative | positive) & ~np.isnan(score)
    told: dict[str, Any] = {
        "n_positive": int((positive & used).sum()),
        "n_negative": int((negative & used).sum()),
        "n_unanswered": int(((negative | positive) & np.isnan(score)).sum()),
    }
    s, y = score[used], positive[used]
    rng = np.random.default_rng(SEED)
    values = []
    for _ in range(N_BOOTSTRAPS):
        drawn = rng.integers(len(y), size=len(y))
        if y[drawn].any() and not y[drawn].all():
            values.append(roc_auc_score(y[drawn], s[drawn]))
    low, high = percentile_interval(np.array(values), confidence=0.95)
    return {"auroc": float(roc_auc_score(y, s)), "auroc_interval": [low, high], **told}


def _codes(header: Path) -> set[str]:
    lines = header.read_text().splitlines()
    found = next(line for line in lines if line.startswith("# Dx"))
    return set(found.split(":", 1)[1].replace(" ", "").split(","))


def _reason(header: Path) -> str:
    lines = header.read_text().splitlines()
    found = next((line for line in lines if "Reason for admission" in line), ":")
    return found.split(":", 1)[1].strip()
