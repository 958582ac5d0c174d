"""Memory of `skecg.screening.screen` while it goes through 100,000 files.

A few hundred different printouts are drawn from synthetic records, saved as JPEG, and
linked under as many names as are asked for: to `screen` each name is a file of its own,
to be opened, hashed, decoded and classified. What is noted is the kernel's count of the
process's resident pages as the files go by; a page with thumbnails is written last.
"""

import ctypes
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks._detectors import versions_of
from benchmarks._record import parser, report, say
from benchmarks._timing import resident
from skecg.classifiers import ImageClassifier
from skecg.datasets import make_ecg
from skecg.imaging.paper import render_ecg
from skecg.preprocessing import ImageResizer
from skecg.reporting import write_screening_report
from skecg.screening import screen

RATE = 125.0
PAPER = (120, 180)  # pixels of a printout
SIZE = (48, 72)  # what the network sees
N_DIFFERENT = 200
POINTS = 20  # of the curve


def draw(folder: Path) -> list[Path]:
    """Save different printouts and return their paths."""
    ecg = make_ecg(
        N_DIFFERENT, sampling_rate=RATE, duration=2.5, n_leads=1, random_state=0
    )
    paths = []
    for index, record in enumerate(ecg.data):
        picture = render_ecg(
            record,
            sampling_rate=RATE,
            layout=(("I",),),
            lead_names=["I"],
            duration=2.5,
            size=PAPER,
        )
        paths.append(folder / f"{index:03}.jpg")
        Image.fromarray(picture).save(paths[-1])
    return paths


def link(paths: list[Path], folder: Path, n_files: int) -> list[str]:
    """Give the files as many names as are asked for."""
    names = []
    for index in range(n_files):
        name = folder / f"{index // 1000:03}" / f"{index:06}.jpg"
        name.parent.mkdir(exist_ok=True)
        os.link(paths[index % len(paths)], name)
        names.append(str(name))
    return names


def fitted(paths: list[Path]) -> Pipeline:
    """Return a small network that was trained for a moment; its answers are noise."""
    model = make_pipeline(
        ImageResizer(SIZE),
        ImageClassifier(network_params={"n_filters": 4}, max_epochs=1, random_state=0),
    )
    return model.fit(paths[:8], ["normal", "other"] * 4)


def run(folder: Path, n_files: int) -> dict[str, Any]:
    """Screen so many files and note the memory on the way."""
    (folder / "drawn").mkdir()
    (folder / "scans").mkdir()
    drawn = draw(folder / "drawn")
    model = fitted(drawn)
    screen(model, drawn, folder / "warm.csv")  # what torch sets up once
    files = link(drawn, folder / "scans", n_files)
    ctypes.CDLL(None).malloc_trim(0)
    curve, every = [], max(n_files // POINTS, 1)

    def note(n_done: int, _: int, __: str) -> None:
        if n_done >= len(curve) * every:
            curve.append((n_done, round(resident(), 1)))
            say(f"{n_done} files: {curve[-1][1]} MB")

    started, processor = time.perf_counter(), time.process_time()
    before = resident()
    result = screen(model, files, folder / "scans.csv", on_progress=note)
    screened = {
        "seconds": round(time.perf_counter() - started, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
    }
    after = resident()
    page = write_screening_report(result, folder / "scans.html", estimator=model)
    memory = np.array([point[1] for point in curve])
    half = np.array(curve[len(curve) // 2 :])
    slope = np.polyfit(half[:, 0], half[:, 1], 1)[0] if len(half) > 2 else np.nan
    return {
        "n_files": n_files,
        "outcomes": dict(result.outcomes),
        **screened,
        "before_megabytes": round(before, 1),
        "curve": curve,
        "most_megabytes": float(memory.max()),
        "bytes_a_file": round(float(slope) * 2**20),
        "with_table_megabytes": round(after, 1),
        "with_page_megabytes": round(resident(), 1),
        "page_megabytes": round(page.stat().st_size / 2**20, 1),
        "journal_megabytes": round(result.journal.stat().st_size / 2**20, 1),
    }


def main() -> None:
    """Measure and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--files", type=int, default=100_000)
    chosen = options.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), chosen.files)
    report(
        "screening_memory",
        {
            "protocol": f"{found['n_files']:,} names (hard links) of {N_DIFFERENT} "
            f"different JPEGs of {PAPER[1]} x {PAPER[0]}, drawn from synthetic "
            f"records; convnet_small with 4 filters at {SIZE[1]} x {SIZE[0]}; batches "
            "of 32, two at a time; resident pages of the one process, in MB of 2^20 "
            "bytes",
            **found,
            "load_average": round(os.getloadavg()[0], 1),
            "peers": versions_of("pillow"),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
