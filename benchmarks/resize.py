"""A scan made small: `area_resize` beside OpenCV, Pillow and two sparse matrices.

All take the same array of one channel on one thread, in turns, and the time is the
processor's, so that what else it does counts less; how far each is from the
exact matrix of coverage stands beside its time. OpenCV's INTER_AREA is the peer; the
matrices are the exact ones, applied by SciPy to rows and then to columns. Then a folder
of JPEGs goes through `ImageResizer` on two threads and through a plain loop over the
same files with the same decoder, and the memory of it is measured. Last, what compiling
costs: the first call with an empty cache and with a full one.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._detectors import versions_of
from benchmarks._record import parser, report, say
from benchmarks._timing import interleave, medians, ratio
from skecg.imaging.decode import read_image
from skecg.imaging.resize import area_resize, bilinear_resize
from skecg.preprocessing import ImageResizer

SIZE = (182, 256)
REPEATED = 6  # times that the folder's files are read, to have some dozens
REMEMBERED = 40  # times, where memory is measured
THREADS = 2


def coverage(n_in: int, n_out: int) -> np.ndarray:
    """Return which part of each new pixel each old one makes up."""
    edges = np.arange(n_out + 1) * (n_in / n_out)
    left, right = np.arange(n_in), np.arange(1, n_in + 1)
    overlap = np.minimum(edges[1:, None], right) - np.maximum(edges[:-1, None], left)
    return np.maximum(overlap, 0) * (n_out / n_in)


def contestants(image: np.ndarray) -> dict[str, Callable[[], np.ndarray]]:
    """Return what is timed, by name."""
    import cv2
    from PIL import Image
    from scipy import sparse

    cv2.setNumThreads(1)
    rows, columns = (
        sparse.csr_array(coverage(*both).astype(np.float32))
        for both in zip(image.shape, SIZE, strict=True)
    )
    scan = Image.fromarray(image)
    width_first = SIZE[::-1]

    def two_matrices() -> np.ndarray:
        return np.rint((columns @ (rows @ image).T).T).astype(np.uint8)

    return {
        "skecg area_resize": lambda: area_resize(image, SIZE),
        "OpenCV INTER_AREA": lambda: cv2.resize(
            image, width_first, interpolation=cv2.INTER_AREA
        ),
        "two sparse matrices": two_matrices,
        "Pillow BOX": lambda: np.asarray(
            scan.resize(width_first, Image.Resampling.BOX)
        ),
        "skecg bilinear_resize": lambda: bilinear_resize(image, SIZE),
        "Pillow BILINEAR": lambda: np.asarray(
            scan.resize(width_first, Image.Resampling.BILINEAR)
        ),
    }


def one_scan(image: np.ndarray, *, rounds: int) -> dict[str, Any]:
    """Return times, ratios to OpenCV, and distances from the exact mean."""
    calls = contestants(image)
    rows, columns = (coverage(*both) for both in zip(image.shape, SIZE, strict=True))
    exact = rows @ image.astype(np.float64) @ columns.T
    seconds = interleave(calls, rounds=rounds, clock=time.process_time)
    peer = seconds["OpenCV INTER_AREA"]
    return {
        "milliseconds": {n: round(1000 * s, 4) for n, s in medians(seconds).items()},
        "fastest_milliseconds": {
            name: round(1000 * float(times.min()), 4) for name, times in seconds.items()
        },
        "opencv_over_this": {
            name: round(ratio(peer, times), 2) for name, times in seconds.items()
        },
        "worst_grey_levels_off": {
            name: round(float(np.abs(call() - exact).max()), 3)
            for name, call in calls.items()
        },
    }


def folder(paths: list[Path], *, rounds: int) -> dict[str, Any]:
    """Return the seconds for a folder of files, on threads and in a plain loop."""
    many = paths * REPEATED

    def loop() -> np.ndarray:
        return np.stack([area_resize(read_image(p, color="grey"), SIZE) for p in many])

    resizer = ImageResizer(SIZE, n_jobs=THREADS).fit(many)
    if not np.array_equal(resizer.transform(many), loop()):
        raise RuntimeError("ImageResizer and the loop do not give the same pixels.")
    calls = {"loop": loop, "ImageResizer": partial(resizer.transform, many)}
    seconds = interleave(calls, rounds=rounds)
    pixels = read_image(paths[0]).size
    return {
        "n_files": len(many),
        "n_threads": THREADS,
        **{name: round(median, 3) for name, median in medians(seconds).items()},
        "gain": round(ratio(seconds["loop"], seconds["ImageResizer"]), 2),
        "decoded_megabytes": round(pixels / 3 / 2**20, 1),  # of one file, in grey
        **memory(paths),
    }


def memory(paths: list[Path]) -> dict[str, float]:
    """Return by how many MB a fresh process grows over many files."""
    code = (
        "import sys; from benchmarks._timing import peak_growth;"
        "from skecg.preprocessing import ImageResizer; files = sys.argv[1:];"
        f"resizer = ImageResizer({SIZE}, n_jobs={THREADS}).fit(files);"
        f"resizer.transform(files[:{THREADS}]);"
        f"print(peak_growth(lambda: resizer.transform(files * {REMEMBERED})))"
    )
    n_files = REMEMBERED * len(paths)
    return {
        "n_files_of_memory": n_files,
        "output_megabytes": round(n_files * SIZE[0] * SIZE[1] / 2**20, 1),
        "peak_growth_megabytes": round(float(_in_process(code, *map(str, paths))), 1),
    }


def compiling() -> dict[str, float]:
    """Return the seconds of the first call, with an empty cache and with a full one."""
    code = (
        "import time, numpy; from skecg.imaging.resize import area_resize;"
        "image = numpy.zeros((1572, 2213), numpy.uint8); start = time.process_time();"
        f"area_resize(image, {SIZE}); print(time.process_time() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        cold = _in_process(code, NUMBA_CACHE_DIR=cache)
        cached = _in_process(code, NUMBA_CACHE_DIR=cache)
    return {"cold": round(float(cold), 2), "cached": round(float(cached), 2)}


def _in_process(code: str, *words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | environment,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def main() -> None:
    """Measure all of it and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--images", metavar="DIR", required=True, help="of full scans")
    options.add_argument("--rounds", type=int, default=101)
    chosen = options.parse_args()
    paths = sorted(Path(chosen.images).rglob("full_*/*/*.jpg"))
    if not paths:
        options.error(f"no full_*/<class>/*.jpg below {chosen.images}")
    image = read_image(paths[0], color="grey")
    started = time.perf_counter()
    figures = one_scan(image, rounds=chosen.rounds)
    say(f"one scan: {time.perf_counter() - started:.0f} s")
    rounds = max(3, chosen.rounds // 20)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths))
    report(
        "resize",
        {
            "protocol": f"{paths[0].name}, {image.shape[0]} x {image.shape[1]} grey "
            f"uint8 to {SIZE[0]} x {SIZE[1]}, one thread; processor time, medians of "
            f"{chosen.rounds} interleaved rounds after one of warm-up, ratios round by "
            "round; the "
            f"folder {rounds} rounds by the wall clock; nothing is random",
            **figures,
            "folder": folder(paths, rounds=rounds),
            "load_average": round(os.getloadavg()[0], 1),
            "first_call_seconds": compiling(),
            "peers": versions_of("opencv-python-headless", "pillow", "scipy", "numba"),
            "data_sha256": digest.hexdigest(),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
