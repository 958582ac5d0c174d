"""Drawing ECG paper: `render_ecg` beside matplotlib, on the same records.

Matplotlib draws the same strips on the same grid with the same calibration pulses and
names, to the same size. It is timed in two ways: a figure made anew for each record, as
most scripts do, and one figure kept, whose background is copied back and whose traces
alone are set and drawn. Both end with the picture in an array.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._detectors import versions_of
from benchmarks._record import parser, report, say
from benchmarks._timing import interleave, medians, ratio
from skecg.datasets import load_ptb_sample
from skecg.imaging._layout import LEADS
from skecg.imaging.paper import EcgLayout, render_beats, render_ecg

SIZE = (850, 1100)
RATE = 1000.0
STEP = 5.0  # mm between heavy lines
N_BEATS = 200


class Figure:
    """A page in matplotlib: everything but the traces.

    Parameters
    ----------
    where : EcgLayout
        Of the page that `render_ecg` makes.
    """

    def __init__(self, where: EcgLayout) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Sheet

        height, width = SIZE
        sheet = Sheet(figsize=(width / 100, height / 100), dpi=100)
        self.canvas = FigureCanvasAgg(sheet)
        self.ax = sheet.add_axes((0, 0, 1, 1))
        self.ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        self.ax.axis("off")
        self._rule(where.px_per_mm)
        self.traces = []
        for strip in where.strips:
            self.ax.text(strip.origin + 4, strip.baseline - 36, strip.lead)
            if strip.start == 0:
                self._pulse(where, strip.baseline)
            (trace,) = self.ax.plot([], [], color="black", linewidth=1.15)
            self.traces.append(trace)

    def _rule(self, px_per_mm: float) -> None:
        from matplotlib.collections import LineCollection

        height, width = SIZE
        for step, colour in ((1.0, "#f7c5c0"), (STEP, "#e8827c")):
            columns = np.arange(0, width, step * px_per_mm)
            rows = np.arange(0, height, step * px_per_mm)
            lines = [[(x, 0), (x, height)] for x in columns]
            lines += [[(0, y), (width, y)] for y in rows]
            self.ax.add_collection(LineCollection(lines, colors=colour, linewidths=0.7))

    def _pulse(self, where: EcgLayout, baseline: float) -> None:
        scale = where.px_per_mm
        x = np.array([7.5, 10, 10, 15, 15, 17.5]) * scale
        y = np.array([0, 0, 1, 1, 0, 0]) * where.px_per_mv
        self.ax.plot(x, baseline - y, color="black", linewidth=1.15)

    def keep_background(self) -> None:
        """Draw the page once and keep it, to be copied back before each record."""
        for trace in self.traces:
            trace.set_animated(True)
        self.canvas.draw()
        self.background = self.canvas.copy_from_bbox(self.ax.bbox)

    def set_traces(self, record: np.ndarray, where: EcgLayout) -> None:
        """Put the samples of a record where `render_ecg` has them."""
        for trace, strip in zip(self.traces, where.strips, strict=True):
            first, last = round(strip.start * RATE), round(strip.stop * RATE)
            samples = record[LEADS.index(strip.lead), first:last]
            x = strip.origin + np.arange(samples.size) / RATE * where.px_per_second
            trace.set_data(x, strip.baseline - samples * where.px_per_mv)

    def picture(self) -> np.ndarray:
        """Return what is drawn as an array of its own."""
        return np.asarray(self.canvas.buffer_rgba())[..., :3].copy()


def new_figure(record: np.ndarray, where: EcgLayout) -> np.ndarray:
    """Draw a record on a page of its own."""
    figure = Figure(where)
    figure.set_traces(record, where)
    figure.canvas.draw()
    return figure.picture()


def on_background(record: np.ndarray, where: EcgLayout, figure: Figure) -> np.ndarray:
    """Draw a record on a copy of a page that was drawn before."""
    figure.canvas.restore_region(figure.background)
    figure.set_traces(record, where)
    for trace in figure.traces:
        figure.ax.draw_artist(trace)
    return figure.picture()


def likeness(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return which share of our ink has ink of theirs within a pixel."""
    dark, other = (picture.max(axis=2) < 100 for picture in (ours, theirs))
    near = np.zeros_like(other)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            near |= np.roll(other, (down, across), axis=(0, 1))
    return float((dark & near).sum() / dark.sum())


def per_second(call: Callable[[], Any], n_pictures: int) -> float:
    """Return pictures for a second of the processor's time, whatever else runs."""
    call()
    start = time.process_time()
    call()
    return n_pictures / (time.process_time() - start)


def layouts(records: np.ndarray) -> dict[str, float]:
    """Return pictures a second for each layout and size."""
    settings: dict[str, dict[str, Any]] = {
        "3x4+rhythm, 850 x 1100": {},
        "3x4+rhythm, 850 x 1100, grey": {"style": "grey"},
        "12x1, 850 x 1100": {"layout": "12x1"},
        "3x4+rhythm, 1572 x 2213": {"size": (1572, 2213)},
        "3x4+rhythm, 182 x 256": {"size": (182, 256)},
    }
    speeds = {}
    for name, options in settings.items():

        def draw(options: dict[str, Any] = options) -> None:
            for record in records:
                render_ecg(record, sampling_rate=RATE, **options)

        speeds[name] = round(per_second(draw, len(records)), 1)
    beats = records[0, 1, : N_BEATS * 40].reshape(N_BEATS, -1)
    speeds["single beats, 128 x 128"] = round(
        per_second(lambda: render_beats(beats, sampling_rate=RATE), N_BEATS), 1
    )
    return speeds


def main() -> None:
    """Time all of them and report medians and ratios."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    sample = load_ptb_sample()
    middles = np.median(sample.data, axis=-1, keepdims=True)
    records = sample.data - middles
    ours, where = render_ecg(records[0], sampling_rate=RATE, return_layout=True)
    kept = Figure(where)
    kept.keep_background()
    alike = likeness(ours, on_background(records[0], where, kept))

    def over(draw: Callable[[np.ndarray], Any]) -> Callable[[], None]:
        def run() -> None:
            for record in records:
                draw(record)

        return run

    seconds = interleave(
        {
            "skecg": over(lambda record: render_ecg(record, sampling_rate=RATE)),
            "matplotlib, background kept": over(
                lambda record: on_background(record, where, kept)
            ),
            "matplotlib, new figure": over(lambda record: new_figure(record, where)),
        },
        rounds=chosen.rounds,
        clock=time.process_time,
    )
    say("matplotlib: done")
    times = medians(seconds)
    report(
        "render",
        {
            "protocol": f"{len(records)} records of the PTB sample, 12 leads of 10 s "
            f"at {RATE:g} Hz, as 3x4 leads with a rhythm strip, {SIZE[0]} x {SIZE[1]} "
            f"pixels in colour; medians of {chosen.rounds} interleaved rounds after "
            "one of warm-up, ratios round by round; one thread, seconds of the "
            "processor's time, for the machine did other work; nothing is random",
            "per_second": {
                name: round(len(records) / one, 1) for name, one in times.items()
            },
            "ratio": {
                name: round(ratio(one, seconds["skecg"]), 2)
                for name, one in seconds.items()
            },
            "by_layout": layouts(records),
            "ink_in_common": round(alike, 4),
            "peers": versions_of("matplotlib", "numba", "pillow"),
            "data_sha256": sample.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
