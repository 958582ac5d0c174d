"""Draw the pictures of the landing page and of the guide, out of the package's data.

``python tools/draw_pictures.py`` writes `overview.png` and `heartbeat.png` into
`docs/_static`. Nothing in them is drawn by hand: waves are marked by
`skecg.signal.waves.delineate`, the map is Grad-CAM's, the bars are measured here.
"""

import io
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier
from skecg.datasets import (
    load_heartbeats,
    load_ludb_sample,
    load_mitbih_sample,
    make_ecg,
)
from skecg.imaging.paper import render_ecg
from skecg.inspection import grad_cam
from skecg.model_selection import aami_report
from skecg.preprocessing import ImageResizer
from skecg.signal.aami import to_aami
from skecg.signal.beats import extract_beats
from skecg.signal.filters import bandpass, remove_baseline
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.waves import Delineation, delineate

STATIC = Path(__file__).parent.parent / "docs" / "_static"
WAVES = {"p": "#1b7837", "qrs": "#2166ac", "t": "#b2182b"}
WORDS = ("normal (N)", "early (S)", "wide (V)")
CLASSES = {"N": "#2166ac", "S": "#1b7837", "V": "#b2182b"}
SIZE = (320, 520)  # of the pages in which a finding is hidden
RECORD, PATIENT = "30", "201"  # of LUDB and of MIT-BIH: every wave, every class


def main() -> None:
    """Draw both pictures."""
    plt.rcParams.update({"font.size": 11, "axes.spines.top": False})
    plt.rcParams.update({"axes.spines.right": False})
    save(draw_overview(), "overview.png")
    save(draw_heartbeat(), "heartbeat.png")


def save(figure: Figure, name: str) -> None:
    """Write a figure with a palette of 128 colours, which a third of the bytes holds.

    Parameters
    ----------
    figure : Figure
        Is closed.
    name : str
        Of the file in `docs/_static`.
    """
    memory = io.BytesIO()
    figure.savefig(memory, dpi=120, facecolor="white")
    plt.close(figure)
    picture = Image.open(memory).convert("RGB").quantize(128)
    STATIC.mkdir(exist_ok=True)
    picture.save(STATIC / name, optimize=True)


def draw_overview() -> Figure:
    """Return four panels: waves, classes, a map, and two ways of splitting."""
    figure, axes = plt.subplots(2, 2, figsize=(10, 6.2), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.12)
    panels = {
        "Find beats and waves": draw_waves,
        "Tell kinds of beats apart": draw_classes,
        "See where a network looks": draw_map,
        "Compare on patients never seen": draw_splits,
    }
    for ax, (title, draw) in zip(axes.flat, panels.items(), strict=True):
        draw(ax)
        ax.set_title(title, loc="left", fontweight="bold")
    return figure


def one_lead() -> tuple[np.ndarray, float, np.ndarray, Delineation]:
    """Return lead II of a record, its rate, its R-peaks and its waves."""
    ludb = load_ludb_sample()
    rate = ludb.sampling_rate
    row = ludb.record.tolist().index(RECORD)
    lead = bandpass(ludb.data[row, 0], sampling_rate=rate, low=0.5, high=40.0)
    rpeaks = detect_rpeaks(lead, sampling_rate=rate)
    return lead, rate, rpeaks, delineate(lead, rpeaks, sampling_rate=rate)


def draw_waves(ax: Axes) -> None:
    """Draw three seconds with R-peaks, and P, QRS and T in colour."""
    lead, rate, rpeaks, waves = one_lead()
    shade_waves(ax, rate, waves, until=4.0)
    seconds = np.arange(lead.size) / rate
    ax.plot(seconds, lead, "0.15", lw=1.3)
    ax.plot(rpeaks / rate, lead[rpeaks] + 0.08, "v", color="0.15", ms=7, label="R")
    ax.set(xlim=(1, 4), xlabel="seconds", ylabel="mV")
    ax.set_ylim(top=lead[: round(4 * rate)].max() * 1.5)
    ax.legend(loc="upper right", ncols=4, framealpha=1, edgecolor="white", fontsize=10)


def shade_waves(ax: Axes, rate: float, waves: Delineation, *, until: float) -> None:
    """Lay a stripe of colour behind each wave that begins before `until` seconds."""
    for name, color in WAVES.items():
        marks, label = getattr(waves, name), name.upper()
        for onset, offset in zip(marks.onset / rate, marks.offset / rate, strict=True):
            if np.isfinite(onset + offset) and onset < until:
                ax.axvspan(onset, offset, color=color, alpha=0.25, lw=0, label=label)
                label = "_"


def draw_classes(ax: Axes) -> None:
    """Draw the median beats of three classes of one patient, and the beats in them."""
    sample = load_mitbih_sample()
    row = sample.record.tolist().index(PATIENT)
    beats = extract_beats(
        remove_baseline(sample.data[row, :1], sampling_rate=sample.sampling_rate)[None],
        [sample.annotations[row].sample],
        sampling_rate=sample.sampling_rate,
        window=(0.35, 0.55),
        target=[to_aami(sample.annotations[row].symbol)],
    )
    seconds = np.arange(beats.data.shape[-1]) / sample.sampling_rate - 0.35
    for (name, color), word in zip(CLASSES.items(), WORDS, strict=True):
        own = beats.data[beats.target == name, 0]
        ax.plot(seconds, own[:12].T, color=color, lw=0.5, alpha=0.3)
        ax.plot(seconds, np.median(own, axis=0), color=color, lw=2.2, label=word)
    ax.set(xlim=(-0.35, 0.4), ylim=(None, 1.7), xlabel="seconds from R", ylabel="mV")
    ax.legend(frameon=False, loc="upper right")


def draw_map(ax: Axes) -> None:
    """Draw a page with a raised ST segment in V2, and the map of a network on it."""
    pages, raised = pages_with_a_finding(200)
    model = make_pipeline(
        ImageResizer((64, 104)),
        ImageClassifier(
            network_params={"batch_norm": True, "n_filters": 8},
            max_epochs=10,
            batch_size=16,
            lr=5e-3,
            random_state=0,
        ),
    ).fit(pages[:160], raised[:160])
    shown = pages[160:][raised[160:]][3:4]
    evidence = grad_cam(model, shown, target=True, at="input", method="hires_cam")[0]
    marked = shown[0] / 255
    marked[..., 2] *= 1 - 0.75 * evidence / evidence.max()
    ax.imshow(marked)
    ax.set_axis_off()


def pages_with_a_finding(n_pages: int) -> tuple[np.ndarray, np.ndarray]:
    """Return drawn pages, and of which half the ST segment of V2 is raised."""
    rate = 125.0
    layout = (("I", "V1"), ("II", "V2"), ("III", "V3"))
    ecg = make_ecg(
        n_pages,
        sampling_rate=rate,
        duration=5.0,
        n_leads=12,
        noise=0.02,
        random_state=0,
    )
    names = ecg.lead_names[0].tolist()
    raised = np.arange(n_pages) % 2 == 1
    bump = 0.3 * np.r_[np.ones(20), np.linspace(1, 0, 20)]  # mV
    for row in np.flatnonzero(raised):
        ends = ecg.offsets["qrs"][row]
        for end in ends[ends >= 0].astype(int):
            part = ecg.data[row, names.index("V2"), end : end + bump.size]
            part += bump[: part.size]
    draw = {"sampling_rate": rate, "layout": layout, "duration": 5.0, "size": SIZE}
    pages = [render_ecg(each, lead_names=names, **draw) for each in ecg.data]
    return np.array(pages), raised


def draw_splits(ax: Axes) -> None:
    """Draw what one model finds, beats shuffled and patients held out."""
    beats = load_heartbeats()
    splits = {
        "beats shuffled": StratifiedKFold(5, shuffle=True, random_state=0),
        "patients held out": StratifiedGroupKFold(5, shuffle=True, random_state=0),
    }
    warnings.filterwarnings("ignore", "The groups parameter is ignored")
    places = np.arange(3)
    for shift, color, (name, folds) in zip(
        (-0.2, 0.2), ("0.75", "#2166ac"), splits.items(), strict=True
    ):
        parts = list(folds.split(beats.data, beats.target, beats.groups))
        predicted = cross_val_predict(
            KNeighborsClassifier(3), beats.data, beats.target, cv=parts
        )
        found = aami_report(beats.target, predicted, record=beats.record).to_dict()
        bars = [100 * found[f"se_{label}"] for label in CLASSES]
        ax.bar(places + shift, bars, width=0.38, color=color, label=name)
    ax.set_xticks(places, WORDS)
    ax.set(ylabel="beats found, %", ylim=(0, 125), yticks=[0, 50, 100])
    ax.legend(frameon=False, ncols=2, loc="upper right")


def draw_heartbeat() -> Figure:
    """Return two beats with the names of their parts."""
    lead, rate, rpeaks, waves = one_lead()
    first, second = rpeaks[1:3] / rate
    figure, ax = plt.subplots(figsize=(9, 3.6), layout="constrained")
    shade_waves(ax, rate, waves, until=lead.size / rate)
    ax.plot(np.arange(lead.size) / rate, lead, "0.15", lw=1.6)
    top = lead[rpeaks[1:3]].max()
    for name, color in WAVES.items():
        marks = getattr(waves, name)
        middle = (marks.onset[1] + marks.offset[1]) / 2 / rate
        ax.text(middle, -0.42 * top, name.upper(), color=color, ha="center")
    arrow = {"arrowstyle": "<->", "color": "0.15"}
    ax.annotate("", (first, 1.2 * top), (second, 1.2 * top), arrowprops=arrow)
    ax.text((first + second) / 2, 1.25 * top, "RR interval", ha="center")
    to_peak = {"arrowstyle": "-", "color": "0.15"}
    ax.annotate(
        "R-peak", (first, top), (first + 0.1, top), arrowprops=to_peak, va="center"
    )
    onset, end = waves.qrs.onset[1] / rate, waves.t.offset[1] / rate
    ax.annotate("", (onset, -0.6 * top), (end, -0.6 * top), arrowprops=arrow)
    ax.text((onset + end) / 2, -0.75 * top, "QT interval", ha="center")
    ax.set(xlim=(first - 0.35, second + 0.55), ylim=(-0.85 * top, 1.45 * top))
    ax.set(xlabel="seconds", ylabel="mV, lead II")
    return figure


if __name__ == "__main__":
    main()
