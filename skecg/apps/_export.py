"""`skecg export`: the network of a model for programs without Python."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skecg._notice import NOTICE
from skecg.apps._errors import (
    check_output,
    refuse_given,
    told_plainly,
    warnings_told,
    wrong_use_told,
)
from skecg.apps._model import ModelFile
from skecg.apps._paths import GivenPath

if TYPE_CHECKING:
    from skecg.export import OnnxExport


@click.command()
@click.argument("model", type=ModelFile())
@click.option(
    "-o",
    "--output",
    metavar="M.onnx",
    required=True,
    type=GivenPath(dir_okay=False, path_type=Path),
    help="The ONNX file.",
)
@click.option(
    "--pixels",
    type=click.Choice(["uint8", "float32"]),
    default="uint8",
    show_default=True,
    help="What pictures come in: bytes, or numbers from 0 to 1.",
)
@click.option(
    "--opset",
    type=int,
    default=18,
    show_default=True,
    help="Version of ONNX's operators.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def export(
    *, model: Path, output: Path, pixels: str, opset: int, force: bool, as_json: bool
) -> None:
    """Write the network of MODEL as an ONNX file, and check that it answers the same.

    MODEL is a file, or the name of a model inside the package, such as ecg-images. What
    stands around the network, such as resizing, is no part of the file: it is
    told, and written into the file's metadata.

    Exit codes: 0, done; 1, it failed, or this model cannot be exported; 2, wrong use.

    Research use, not a medical device.
    """
    check_output(output, force=force)
    with told_plainly(), warnings_told():
        from skecg.export import export_onnx
        from skecg.persistence import load
        from skecg.training._evaluate import kind_of

        estimator = load(model)
        if kind_of(estimator) == "signal":
            refuse_given(["pixels"], "is for pictures; this is a model of signals.")
        with wrong_use_told():
            told = export_onnx(
                estimator,
                output,
                pixels=pixels,  # type: ignore[arg-type]
                opset=opset,
            )
    if as_json:
        facts = told._asdict() | {"path": str(told.path), "notice": NOTICE}
        click.echo(json.dumps(facts))
    else:
        click.echo("\n".join(_lines(told)))


def _lines(told: "OnnxExport") -> Iterator[str]:
    shape = " x ".join("n" if size is None else str(size) for size in told.input_shape)
    rate = "" if told.sampling_rate is None else f", {told.sampling_rate:g} Hz"
    yield f"X: {shape}, {told.input_dtype}{rate}"
    yield f"logits, probabilities: n x {len(told.classes)}, in the order of"
    yield f"  {', '.join(map(str, told.classes))}"
    for when, steps in (("before", told.before), ("after", told.after)):
        if steps:
            yield f"Not in the file, to be done {when} it:"
            yield from (f"  {step}" for step in steps)
    yield f"Probabilities differ from the model's by {told.difference:.1g} at most."
    yield f"Wrote {click.format_filename(told.path)}. {NOTICE}"
