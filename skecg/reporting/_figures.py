"""The pictures of a report, as PNG files."""

from typing import Any, Literal

from sklearn.utils import Bunch

from skecg.inspection import BeatsDisplay, ConfusionDisplay, HistoryDisplay, render_png
from skecg.model_selection import AAMIReport
from skecg.reporting._comparison import SPLITS, Comparison
from skecg.signal.aami import AAMI_CLASSES

# The page's own colours for the two splits.
_COLOURS = {"patients": "#0b6aa8", "beats": "#b35a00"}
_COLOUR_MAPS = {"patients": "Blues", "beats": "Oranges"}


def beats_picture(heartbeats: Bunch) -> bytes:
    """Draw typical beats of each class.

    Parameters
    ----------
    heartbeats : Bunch
        As `load_heartbeats` returns it, with or without context columns.

    Returns
    -------
    bytes
        A PNG file.
    """
    names = heartbeats.get("context_names", ())
    n_times = heartbeats.data.shape[1] - len(names)

    def draw(ax: Any) -> None:
        BeatsDisplay.from_data(
            heartbeats.data[:, :n_times],
            heartbeats.target,
            sampling_rate=heartbeats.sampling_rate,
            labels=AAMI_CLASSES,
            ax=ax,
            amplitude_label="amplitude (0 to 1)",
        )

    return render_png(draw, figsize=(6.8, 4.5), font_size=11.0)


def confusion_picture(report: AAMIReport, split: str) -> bytes:
    """Draw one confusion matrix, each row as shares of its class.

    Parameters
    ----------
    report : AAMIReport
        Of the predictions to show.
    split : {"patients", "beats"}
        For title and colour.

    Returns
    -------
    bytes
        A PNG file.
    """

    def draw(ax: Any) -> None:
        ConfusionDisplay.from_report(report, ax=ax, cmap=_COLOUR_MAPS[split])
        ax.set_title(SPLITS[split], color=_COLOURS[split])

    return render_png(draw, figsize=(4.6, 4.6), font_size=11.0)


def training_picture(
    comparison: Comparison, estimator: str, measure: Literal["loss", "accuracy"]
) -> bytes:
    """Draw the training curves of a network's folds under both splits.

    Parameters
    ----------
    comparison : Comparison
        What `compare_splits` found.
    estimator : str
        Name of the network.
    measure : {"loss", "accuracy"}
        What is drawn.

    Returns
    -------
    bytes
        A PNG file.
    """

    def draw(ax: Any) -> None:
        for split, title in SPLITS.items():
            HistoryDisplay.from_histories(
                comparison.row(estimator, split).histories,
                measure=measure,
                name=title,
                ax=ax,
                color=_COLOURS[split],
            )
        ax.set_ylim(0, 1 if measure == "accuracy" else None)

    return render_png(draw, figsize=(4.6, 3.6), font_size=11.0)
