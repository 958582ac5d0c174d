"""Memory of ten thousand scans through `ImageResizer` and `ImageClassifier.predict`.

The files are those of the folder, over and over. What the process grows by is the
kernel's count of its pages, C's and torch's too, above what it held with a fitted
pipeline that has predicted before and after C's free memory went back to the system.
Beside it stand what the result of the resizer takes, which is the least that can be
done where one step ends before the next begins, and what one batch takes: the network's
rows, alone through the same steps. The classifier is also given the files themselves,
at their full size and in colour, a few hundred and four times as many.
"""

import ctypes
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from sklearn.pipeline import Pipeline, make_pipeline
from torch import nn

from benchmarks._detectors import versions_of
from benchmarks._record import parser, report, say
from benchmarks._timing import peak_growth
from skecg.classifiers import ImageClassifier
from skecg.classifiers._predicting import rows_that_suit
from skecg.imaging.decode import read_image
from skecg.preprocessing import ImageResizer

SIZE = (182, 256)
THREADS = 2  # that decode
N_FILTERS = 8
DIRECT = (400, 1600)  # files that the classifier decodes itself
MEGABYTE = 2**20


def classifier(paths: list[Path]) -> ImageClassifier:
    """Return a small network that was trained on a few files, as they are."""
    model = ImageClassifier(
        network_params={"n_filters": N_FILTERS},
        max_epochs=1,
        batch_size=4,
        n_jobs=THREADS,
        random_state=0,
    )
    return model.fit(paths[:4], ["a", "b", "a", "b"])


def pipeline(paths: list[Path]) -> Pipeline:
    """Return the same behind a resizer."""
    resizer = ImageResizer(SIZE, n_jobs=THREADS)
    small = resizer.fit_transform(paths[:4])
    model = classifier(paths).fit(small, ["a", "b", "a", "b"])
    return make_pipeline(resizer, model)


def growth(call: Callable[[], object]) -> dict[str, float]:
    """Return by how many MB the process grew, and how long it took."""
    ctypes.CDLL(None).malloc_trim(0)  # or what earlier calls left would hide it
    start, processor = time.perf_counter(), time.process_time()
    grown = peak_growth(call)
    return {
        "growth": round(grown, 1),
        "seconds": round(time.perf_counter() - start, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
    }


def through_steps(paths: list[Path], n_files: int) -> dict[str, Any]:
    """Measure both steps, and each alone."""
    many, model = _repeated(paths, n_files), pipeline(paths)
    rows = rows_that_suit(torch.device("cpu"), SIZE[0] * SIZE[1])
    model.predict(many[:rows])
    one_batch = growth(lambda: model.predict(many[:rows]))
    say(f"a batch of {rows}: {one_batch}")
    whole = growth(lambda: model.predict(many))
    say(f"{n_files} files: {whole}")
    resized = growth(lambda: model[0].transform(many))
    output = n_files * SIZE[0] * SIZE[1] / MEGABYTE
    batch = one_batch["growth"]
    return {
        "n_files": n_files,
        "rows_of_a_batch": rows,
        "output_megabytes": round(output, 1),
        "computed_megabytes": {
            "decoding": round(_decoding(paths) / MEGABYTE, 1),
            "network": round(_network(model[1], (rows, 1, *SIZE)) / MEGABYTE, 1),
        },
        "batch_megabytes": batch,
        "resizer": resized,
        "pipeline": whole,
        "batches_above_output": round((whole["growth"] - output) / batch, 2),
        "is_within_two_batches": whole["growth"] <= output + 2 * batch,
    }


def direct(paths: list[Path]) -> dict[str, Any]:
    """Measure the classifier on files of one size, few and many."""
    model = classifier(paths)
    height, width, n_channels = model.image_shape_in_
    rows = rows_that_suit(torch.device("cpu"), height * width)
    model.predict(paths[:rows])
    grown = {}
    for n_files in DIRECT:
        many = _repeated(paths, n_files)
        grown[str(n_files)] = growth(lambda many=many: model.predict(many))
        say(f"{n_files} files of {width} x {height}: {grown[str(n_files)]}")
    picture = height * width * n_channels
    return {
        "rows_of_a_batch": rows,
        "picture_megabytes": round(picture / MEGABYTE, 2),
        "stack_megabytes": {str(n): round(n * picture / MEGABYTE, 1) for n in DIRECT},
        "computed_megabytes": {
            "two_batches": round(2 * rows * picture / MEGABYTE, 1),
            "network": round(
                _network(model, (rows, n_channels, height, width)) / MEGABYTE, 1
            ),
        },
        "by_files": grown,
    }


def _repeated(paths: list[Path], n_files: int) -> list[Path]:
    return (paths * -(-n_files // len(paths)))[:n_files]


def _decoding(paths: list[Path]) -> int:
    # A file, Pillow's picture, its bytes, and the array; on each thread.
    pixels = read_image(paths[0], color="grey").size
    return THREADS * (max(path.stat().st_size for path in paths) + 3 * pixels)


def _network(model: ImageClassifier, shape: tuple[int, ...]) -> int:
    # The batch, and what goes into and out of the layer where that is most.
    largest = 0

    def note(_: nn.Module, inputs: Any, output: torch.Tensor) -> None:
        nonlocal largest
        largest = max(largest, inputs[0].nbytes + output.nbytes)

    module = model.net_.module_
    leaves = [layer for layer in module.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(note) for layer in leaves]
    batch = torch.zeros(shape)
    with torch.inference_mode():
        module(batch)
    for hook in hooks:
        hook.remove()
    return batch.nbytes + largest


def main() -> None:
    """Measure all of it and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--images", metavar="DIR", required=True, help="of scans")
    options.add_argument("--files", type=int, default=10_000)
    chosen = options.parse_args()
    torch.set_num_threads(1)
    paths = sorted(Path(chosen.images).rglob("cropped_*/*/*.jpg"))
    if not paths:
        options.error(f"no cropped_*/<class>/*.jpg below {chosen.images}")
    height, width = read_image(paths[0]).shape[:2]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths))
    steps = through_steps(paths, chosen.files)
    report(
        "picture_memory",
        {
            "protocol": f"{len(paths)} JPEGs of {width} x {height}, repeated; "
            f"{THREADS} threads decode, one computes; convnet_small with {N_FILTERS} "
            "filters; growth of the resident pages of one process, in MB of 2^20 bytes",
            "through_the_steps": steps,
            "direct": direct(paths),
            "load_average": round(os.getloadavg()[0], 1),
            "peers": versions_of("pillow"),
            "data_sha256": digest.hexdigest(),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
