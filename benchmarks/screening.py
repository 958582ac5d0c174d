"""A folder of scans: `skecg.screening.screen` beside a straight loop.

The loop decodes, resizes and predicts batch after batch, with the same decoder, kernel
and network. `screen` does more: it hashes every file, writes its journal to the disk
and sorts a table. Each is in a process of its own, with the same number of threads for
torch, and they take turns. The seconds are the clock's, since what is measured is how
well two cores are made use of: on a machine that does other work they say nothing.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks._detectors import versions_of
from benchmarks._record import parser, report
from benchmarks._timing import medians, ratio
from benchmarks._turns import take_turns
from skecg import load, save
from skecg.classifiers import ImageClassifier
from skecg.imaging.decode import read_image
from skecg.imaging.resize import area_resize
from skecg.preprocessing import ImageResizer
from skecg.screening import screen

SIZE = (182, 256)
BATCH = 32
THREADS = 2
CONTESTANTS = ("loop", "screen")


def fitted(paths: list[Path]) -> Pipeline:
    """Return a small network that was trained for a moment; its answers are noise."""
    classes = [f"class {index % 4}" for index in range(8)]
    model = make_pipeline(
        ImageResizer(SIZE), ImageClassifier(max_epochs=1, random_state=0)
    )
    return model.fit(paths[:8], classes)


def links(paths: list[Path], folder: Path, n_files: int) -> None:
    """Name the same files again and again, until there are enough names."""
    for index in range(n_files):
        source = paths[index % len(paths)]
        (folder / f"{index:06}{source.suffix}").symlink_to(source.resolve())


def prepare(name: str, folder: str) -> Callable[[], np.ndarray]:
    """Return what is timed: a call that answers for every file of a folder."""
    files = sorted(str(path) for path in (Path(folder) / "scans").iterdir())
    model = load(Path(folder) / "model.skecg")
    return {"loop": _loop, "screen": _screen}[name](model, files, folder)


def _loop(model: Any, files: list[str], _: str) -> Callable[[], np.ndarray]:
    def loop() -> np.ndarray:
        answers = []
        for start in range(0, len(files), BATCH):
            batch = files[start : start + BATCH]
            pictures = [area_resize(read_image(p, color="grey"), SIZE) for p in batch]
            answers.append(model[-1].predict_proba(np.stack(pictures)))
        return np.concatenate(answers)

    return loop


def _screen(model: Any, files: list[str], folder: str) -> Callable[[], np.ndarray]:
    output = Path(folder) / "scans.csv"

    def run() -> np.ndarray:
        (Path(folder) / "scans.csv.journal").unlink(missing_ok=True)
        result = screen(model, files, output, batch_size=BATCH, n_workers=THREADS)
        rows = sorted(result.rows(), key=lambda row: row["path"])
        names = [f"P({one})" for one in model.classes_]
        return np.array([[float(row[name]) for name in names] for row in rows])

    return run


def check_same(folder: str) -> float:
    """Return how far the two answer differently at most."""
    loop, screened = (prepare(name, folder)() for name in CONTESTANTS)
    most = float(np.abs(loop - screened).max())
    if most > 1e-5:  # the table has six digits
        raise RuntimeError(f"The loop and `screen` differ by {most}.")
    return most


def main() -> None:
    """Measure and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--images", metavar="DIR", required=True, help="of full scans")
    options.add_argument("--files", type=int, default=320)
    options.add_argument("--rounds", type=int, default=9)
    chosen = options.parse_args()
    torch.set_num_threads(THREADS)
    paths = sorted(Path(chosen.images).rglob("full_*/*/*.jpg"))
    if not paths:
        options.error(f"no full_*/<class>/*.jpg below {chosen.images}")
    height, width = read_image(paths[0]).shape[:2]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "scans").mkdir()
        links(paths, Path(folder) / "scans", chosen.files)
        save(fitted(paths), Path(folder) / "model.skecg")
        differ = check_same(folder)
        times = take_turns(
            prepare, CONTESTANTS, folder, rounds=chosen.rounds, threads=THREADS
        )
    per_second = {n: chosen.files / s for n, s in medians(times.wall).items()}
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths))
    report(
        "screening",
        {
            "protocol": f"{chosen.files} names of {len(paths)} JPEGs of {width} x "
            f"{height}, brought to {SIZE[1]} x {SIZE[0]} in grey; convnet_small; "
            f"batches of {BATCH}; {THREADS} threads for torch, and {THREADS} batches "
            f"at a time in screen; medians of {chosen.rounds} rounds in turns after "
            "one of warm-up",
            "files_a_second": {n: round(v, 1) for n, v in per_second.items()},
            "gain": round(ratio(times.wall["loop"], times.wall["screen"]), 2),
            "processor_time_of_screen_over_loop": round(
                ratio(times.cpu["screen"], times.cpu["loop"]), 2
            ),
            "greatest_difference": differ,
            "load_average": round(os.getloadavg()[0], 1),
            "seconds": round(time.perf_counter() - started),
            "peers": versions_of("pillow"),
            "data_sha256": digest.hexdigest(),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
