"""What stands on the cards of the packaged models."""

import json
from typing import Any

from benchmarks._record import RESULTS
from skecg.persistence import ModelCard

_MITBIH = (
    "MIT-BIH Arrhythmia Database 1.0.0 (Moody and Mark 2001, doi 10.1109/51.932724), "
    "the 22 records of DS1 (de Chazal et al. 2004), {leads}, about 51,000 beats of 22 "
    "patients, literature symbol map; licence ODC-By 1.0. No beat of DS2 took part, "
    "nor of the paced records; but record 201 of DS1 and 202 of DS2 are one patient."
)
_OF_BEATS = (
    "Trained at the experts' places of the beats, as they stand in whole records of "
    "half an hour: beats of pieces of 10 to 60 s were tried too, and gained less on "
    "pieces than they cost on whole records. What was chosen was chosen inside DS1 by "
    "whole patients. Intervals are bootstrapped over records."
)
_NO_DEVICE = (
    "Not a medical device, and tested on patients of no clinic: for research and "
    "teaching. "
)
_BEAT_FAILURES = _NO_DEVICE + (
    "Q: DS1 has eight such beats, so paced and unclassifiable beats are called "
    "something else. F is hardly ever found. S is the weak class: early beats alone "
    "are found, long runs of them may pass for a fast sinus rhythm, and the irregular "
    "beats of atrial fibrillation may be called S; fibrillation is no class here. "
    "Bundle branch block counts as N, and infarction is not looked at. Records shorter "
    "than 10 s, in other units, upside down or of another lead bring a warning, and "
    "their answers should not be believed."
)
_TEXTS: dict[str, dict[str, str]] = {
    "heartbeats": {
        "data": _MITBIH.format(leads="the lead MLII"),
        "protocol": _OF_BEATS,
        "failures": _BEAT_FAILURES,
        "command": "python tools/train_pretrained.py heartbeats --mitdb DIR",
    },
    "heartbeats-two-leads": {
        "data": _MITBIH.format(leads="the lead MLII and the other one, mostly V1"),
        "protocol": _OF_BEATS,
        "failures": _BEAT_FAILURES
        + " The second lead must be like V1: of records with another one take the "
        "model of one lead.",
        "command": "python tools/train_pretrained.py heartbeats-two-leads --mitdb DIR",
    },
    "heartbeats-kachuee": {
        "data": _MITBIH.format(leads="the lead MLII, as beats of Kachuee et al. 2018"),
        "protocol": "resnet1d with the defaults of SignalClassifier, nothing chosen. "
        "Intervals are bootstrapped over records. The same network reaches an accuracy "
        "of 0.989 and a macro-F1 of 0.933 where beats are split at random, patients on "
        "both sides: that is the figure to hold against papers that do so, and it is "
        "not what to expect of a new patient.",
        "failures": _NO_DEVICE
        + "A beat by itself, scaled to [0, 1], holds no rhythm before it and nothing "
        "of its patient's usual beat: most S beats of patients that it has never seen "
        "are missed, and many N are called V or S. To classify records take "
        "'heartbeats'; this one is a place to start from, for beats in this form.",
        "command": "python tools/train_pretrained.py heartbeats-kachuee --mitdb DIR",
    },
    "ecg-images": {
        "data": "ECG Images dataset of Cardiac Patients, version 2 (Khan and Hussain "
        "2021, doi 10.17632/gwbz3fsgp8.2), 369 different printouts of one hospital, "
        "licence CC BY 4.0; the 24 inside the package and near copies left out. The "
        "network began with SqueezeNet 1.0 (Iandola et al. 2016), ImageNet weights "
        "decoded from the authors' compressed model, licence BSD-2-Clause.",
        "protocol": "Cross-validated in 4 folds, stratified, near copies together; "
        "picture-wise, for patients are unknown: one patient's printouts may stand on "
        "both sides. How much of the network learns was chosen on the same folds, "
        "which makes their figures a little too good; the temperature, a single number "
        "inside the last layer, was fitted on their answers. Trained on all 369 then. "
        "Intervals are bootstrapped over pictures.",
        "failures": _NO_DEVICE
        + "One hospital, one printer, one layout of 3 x 4 leads and a rhythm strip, "
        "header and footer cut off: pictures of another layout, photographs and whole "
        "pages were not tested, and nothing warns of them. Acute infarction has 18 "
        "pictures to learn from and is missed often. 'Abnormal_Heartbeat' is what this "
        "hospital called so.",
        "command": "python tools/train_pretrained.py ecg-images --images DIR "
        "--weights FILE",
    },
}


def card_of(name: str, data_sha256: str, figures: dict[str, float | str]) -> ModelCard:
    """Return the card of a model.

    Parameters
    ----------
    name : str
        Of the model.
    data_sha256 : str
        Of what it was trained on.
    figures : dict
        What it reaches.

    Returns
    -------
    ModelCard
    """
    return ModelCard(**_TEXTS[name], data_sha256=data_sha256, figures=figures)


def figures_for(name: str) -> dict[str, float | str]:
    """Gather the figures of a model that the measurements kept, if they did."""
    told: dict[str, float | str] = {}
    path = RESULTS / "pretrained.json"
    kept = json.loads(path.read_text())["measured"] if path.exists() else {}
    for title, found in kept.items():
        if title.partition(" on ")[0] == name:
            where = title.partition(" on ")[2]
            told |= _flat(found, _PLACES.get(where, where))
    if name == "heartbeats":
        choice = json.loads((RESULTS / "pretrained_choice-beats.json").read_text())
        for where, run in choice["tried"][choice["chosen"]].items():
            title = "whole records" if where == "whole" else "pieces of 10 to 60 s"
            told |= _flat(run, f"one network, folds of DS1, {title}")
    if name == "ecg-images":
        choice = json.loads((RESULTS / "pretrained_choice-images.json").read_text())
        told |= _flat(choice["tried"][choice["chosen"]], "cross-validated")
    return told


_PLACES = {
    "DS2": "DS2",
    "cinc2017": "Challenge 2017, 400 records",
    "cinc2021": "Challenge 2021, 60 records",
    "ptbdb": "PTB, 62 excerpts",
    "the packaged pictures": "the 24 packaged pictures",
}
_SHOWN = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "macro_f1_nsv": "macro-F1 of N, S, V",
    "f1_n": "F1 of N",
    "f1_s": "F1 of S",
    "f1_v": "F1 of V",
    "f1_f": "F1 of F",
    "auroc": "AUROC",
    "log_loss": "log loss",
    "log_loss_softened": "log loss at the temperature",
    "missed_beats": "beats missed",
    "false_beats": "beats that are none",
}


def _flat(found: dict[str, Any], where: str) -> dict[str, float | str]:
    # One line for each figure, with its interval where it has one.
    told: dict[str, float | str] = {}
    for key, value in found.items():
        if isinstance(value, dict) and key not in ("warned", "confused", "f1"):
            told |= _flat(value, f"{where}, {key}" if key not in _PASSED else where)
        elif key in _SHOWN and key.startswith(("macro_f1", "accuracy", "auroc", "f1_")):
            span = found.get(f"{key}_interval")
            text = f"{value:.3f}"
            if span:
                text += f" (95 % {span[0]:.3f} to {span[1]:.3f})"
            if key == "auroc":
                text += f", {found['n_positive']} against {found['n_negative']}"
            told[f"{where}: {_SHOWN[key]}"] = text
        elif key in _SHOWN:
            told[f"{where}: {_SHOWN[key]}"] = round(float(value), 3)
    return told


_PASSED = ("against normal", "premature")
