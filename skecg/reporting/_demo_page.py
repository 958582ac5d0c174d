"""What the demo's report says and shows."""

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg import __version__
from skecg.reporting._comparison import SPLITS, Comparison
from skecg.reporting._figures import beats_picture, confusion_picture, training_picture
from skecg.reporting._html import ReportFigure, render_page

NETWORK = "residual network"
"""Name of the network among the demo's estimators."""

_TITLE = "Four ways to classify heartbeats, judged by two splits"

_DATA_NOTE = (
    "Data: excerpts of the MIT-BIH Arrhythmia Database 1.0.0 (Moody and Mark 2001, doi "
    "10.1109/51.932724; PhysioNet, doi 10.13026/C2F305), two minutes of each of its 48 "
    "records, chosen so that the rarer classes are well represented. A score on these "
    "excerpts is no score on the database. Licence of the data: Open Data Commons "
    "Attribution (ODC-By) 1.0."
)
_CLASS_NOTE = (
    "Classes are those of ANSI/AAMI EC57, by the map that most papers use: N normal "
    "and bundle branch block, S supraventricular, V ventricular, F fusion of V and N, "
    "Q paced or unclassifiable. Most S beats come from few patients, most F beats from "
    "two, nearly all Q beats from four: with whole patients held out, a fold may have "
    "few of them to learn from."
)
_BEAT_NOTE = (
    "A beat is the stretch of 1.2 RR intervals from its R-peak on, scaled to [0, 1] "
    "and zero-padded to 187 samples at 125 Hz, after Kachuee et al. (2018, doi "
    "10.1109/ICHI.2018.00092), whose residual network is the fourth estimator. The RR "
    "intervals around the beat go to the features and, beside the samples, to the "
    "network."
)
_TUNING_NOTE = (
    "No estimator is tuned: all parameters are defaults, but for the network's epochs "
    "and batch size, which keep the run short."
)


class DemoRun(NamedTuple):
    """A finished run of the demo.

    Attributes
    ----------
    comparison : Comparison
        What was found.
    heartbeats : Bunch
        The data it was found on.
    max_epochs : int
        Epochs of the network.
    seconds : float
        How long it took.
    quick : bool
        Whether it was a trial run, with few beats.
    """

    comparison: Comparison
    heartbeats: Bunch
    max_epochs: int
    seconds: float
    quick: bool


def demo_pictures(run: DemoRun) -> dict[str, bytes]:
    """Draw all pictures of the report.

    Parameters
    ----------
    run : DemoRun
        What was found.

    Returns
    -------
    dict of str to bytes
        PNG files by their names, without suffix.
    """
    matrices = {
        f"confusion-{split}": confusion_picture(
            run.comparison.row(NETWORK, split).report, split
        )
        for split in SPLITS
    }
    return {
        "beats": beats_picture(run.heartbeats),
        **matrices,
        "training-loss": training_picture(run.comparison, NETWORK, "loss"),
        "training-accuracy": training_picture(run.comparison, NETWORK, "accuracy"),
    }


def demo_page(run: DemoRun, pictures: Mapping[str, bytes]) -> str:
    """Write the report.

    Parameters
    ----------
    run : DemoRun
        What was found.
    pictures : mapping of str to bytes
        What `demo_pictures` drew.

    Returns
    -------
    str
        A self-contained HTML page.
    """
    intro = (
        f"{len(run.comparison.y_true):,} real heartbeats of "
        f"{len(np.unique(run.comparison.groups))} patients, and one question: how well "
        "can a model tell the class of a beat? Asked of patients whom it has never met "
        "and, as in most published tables, of beats shuffled regardless of whose they "
        "are."
    )
    if run.quick:
        intro += (
            " A quick trial with few beats and one epoch: the figures mean nothing."
        )
    return render_page(
        run.comparison,
        title=_TITLE,
        intro=intro,
        figures=_sections(pictures),
        facts=_facts(run),
        notes=(_DATA_NOTE, _CLASS_NOTE, _BEAT_NOTE, _TUNING_NOTE),
    )


def _sections(pictures: Mapping[str, bytes]) -> list[ReportFigure]:
    return [
        ReportFigure(
            "Typical beats",
            "Lead MLII (V5 in records 102 and 104), from the R-peak on. Where a beat's "
            "1.2 RR intervals end, zeros follow: a fast rhythm shows as an early drop.",
            {"Median beat and spread of each class": pictures["beats"]},
        ),
        ReportFigure(
            f"What the {NETWORK} takes for what",
            "Share of each class (rows) by what it was taken for, and number of beats.",
            {
                f"Confusion matrix of the {NETWORK}, {title}": pictures[
                    f"confusion-{split}"
                ]
                for split, title in SPLITS.items()
            },
        ),
        ReportFigure(
            f"How the {NETWORK} learns",
            "Loss and accuracy on the training beats, one line per fold. They say how "
            "well the beats that were seen are learnt, and nothing of new patients.",
            {
                f"Training {measure} of the {NETWORK}": pictures[f"training-{measure}"]
                for measure in ("loss", "accuracy")
            },
        ),
    ]


def _facts(run: DemoRun) -> dict[str, str]:
    found, heartbeats = run.comparison, run.heartbeats
    digest = hashlib.sha256(np.ascontiguousarray(heartbeats.data).tobytes())
    digest.update("".join(heartbeats.target).encode())
    support = zip(found.labels, found.rows[0].report.support, strict=True)
    packages = ("numpy", "scikit-learn", "torch", "skorch")
    return {
        "Heartbeats": ", ".join(f"{label} {count:,}" for label, count in support),
        "Patients and records": f"{len(np.unique(found.groups))} patients, "
        f"{len(np.unique(found.record))} records",
        "Splits": f"{found.n_splits} folds each; "
        "patients: StratifiedGroupKFold, beats: StratifiedKFold, both shuffled",
        "Seed": str(found.random_state),
        "Features": f"{len(heartbeats.context_names)} RR intervals and ratios, T wave "
        "(RhythmFeatures, TWaveFeatures)",
        "Network": f"SignalClassifier('resnet1d'), {run.max_epochs} epochs",
        "Time taken": f"{run.seconds:.0f} s",
        "Data": f"load_heartbeats(context=True), SHA-256 {digest.hexdigest()[:16]}",
        "Versions": f"skecg {__version__}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages),
    }
