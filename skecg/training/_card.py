"""What a training says of itself."""

import numpy as np
from sklearn.utils import Bunch

from skecg.persistence import ModelCard
from skecg.training._evaluation import Evaluation
from skecg.training._split import SPLITS, SplitPlan

_FEW = 20  # rows of a class below which its figures are a matter of chance


def make_card(
    data: Bunch,
    plan: SplitPlan,
    evaluation: Evaluation,
    *,
    trained: np.ndarray,
    calibrated: np.ndarray | None,
    is_calibrated: bool,
    random_state: int,
    command: str,
) -> ModelCard:
    """Write the card of a model.

    Parameters
    ----------
    data : Bunch
        From `skecg.datasets.read_data`.
    plan : SplitPlan
        Who was held out.
    evaluation : Evaluation
        The figures.
    trained : ndarray of int
        Rows that the model was trained on.
    calibrated : ndarray of int or None
        Those among them that were kept for its temperature.
    is_calibrated : bool
        Whether one could be learnt.
    random_state : int
        Seed.
    command : str
        What made it.

    Returns
    -------
    ModelCard
    """
    return ModelCard(
        data=_data_in_words(data, plan),
        data_sha256=getattr(data, "sha256", None) or "",
        protocol=" ".join(
            _protocol(
                data,
                plan,
                trained,
                calibrated,
                random_state,
                is_calibrated=is_calibrated,
            )
        ),
        figures=evaluation.as_card(),
        failures=_failures(data, evaluation),
        command=command,
    )


def _data_in_words(data: Bunch, plan: SplitPlan) -> str:
    classes, counts = np.unique(data.target, return_counts=True)
    told = ", ".join(f"{n:,} {name}" for name, n in zip(classes, counts, strict=True))
    what = "pictures" if data.form == "pictures" else "beats"
    text = f"{len(data.target):,} {what}{_of_units(data, plan)}: {told}."
    if data.form == "records":
        leads = f"Lead {data.lead}"
        if data.n_leads > 1:
            leads = f"{data.n_leads} leads, {data.lead} first"
        text += (
            f" {leads}, brought to {data.sampling_rate:g} Hz; each record "
            "counts as a patient, but 201 and 202 of MIT-BIH as one."
        )
    n_skipped = len(getattr(data, "skipped", ()))
    if n_skipped:
        unit = {"pictures": "files", "records": "records", "beats": "lines"}[data.form]
        text += f" {n_skipped} {unit} could not be used and were left out."
    return f"{text} Origin and licence: as its owner knows."


def _of_units(data: Bunch, plan: SplitPlan, rows: np.ndarray | None = None) -> str:
    if data.groups is None or plan.unit != "patients":
        return ""
    groups = data.groups if rows is None else data.groups[rows]
    n_patients = len(np.unique(groups))
    return f" of {n_patients:,} patient{'s' if n_patients > 1 else ''}"


def _protocol(
    data: Bunch,
    plan: SplitPlan,
    trained: np.ndarray,
    calibrated: np.ndarray | None,
    random_state: int,
    *,
    is_calibrated: bool,
) -> list[str]:
    def told(rows: np.ndarray) -> str:
        name = "row" if rows.size == 1 else "rows"
        return f"{rows.size:,} {name}{_of_units(data, plan, rows)}"

    words = SPLITS[plan.split]
    words = words[0].upper() + words[1:]
    if len(plan.folds) == 1:
        how = (
            f"{words}. Trained on {told(trained)}, measured on "
            f"{told(plan.folds[0].test)}. The model in this file is the one that was "
            "measured."
        )
    else:
        how = (
            f"{words}, cross-validated in {len(plan.folds)} folds. Each row was "
            "measured by a model that had not seen it. The model in this file was "
            f"trained on all {told(trained)} in the same way, and not measured itself."
        )
    told_of = [how]
    if plan.n_shared:
        told_of.append(f"The parts share {plan.n_shared} {plan.unit}: optimistic.")
    if calibrated is not None and is_calibrated:
        told_of.append(
            f"Its temperature was learnt from {told(calibrated)} of the training part."
        )
    elif calibrated is not None:
        told_of.append(
            f"Its probabilities are not calibrated: all of the {told(calibrated)} kept "
            "for that were classified rightly, which tells no temperature."
        )
    if data.form == "records":
        share = 1 - data.n_missed / data.n_marked
        told_of.append(
            "Beats were cut where R-peaks were detected, as they are in use: at "
            f"{share:.2%} of the {data.n_marked:,} marked beats. The others, and "
            f"{data.n_surplus:,} detections without a mark, are in no figure."
        )
    told_of.append(f"Seed {random_state}.")
    return told_of


def _failures(data: Bunch, evaluation: Evaluation) -> str:
    counts = dict(zip(evaluation.labels, evaluation.support.tolist(), strict=True))
    told = []
    for name in np.unique(data.target).tolist():
        n_measured = counts.get(name, 0)
        if not n_measured:
            told.append(f"{name} was not measured: nothing held out is of it.")
        elif n_measured < _FEW:
            rows = "row" if n_measured == 1 else "rows"
            told.append(f"{name} was measured on {n_measured} {rows} only.")
        elif evaluation.figures[f"se_{name}"] < 1 / 2:
            found = evaluation.figures[f"se_{name}"]
            share = f"only {found:.0%}" if found else "none"
            told.append(f"It finds {share} of {name}.")
    return " ".join(told)
