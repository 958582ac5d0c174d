"""`skecg train`: labelled data into a model that says how good it is."""

import contextlib
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skecg._notice import NOTICE
from skecg.apps._errors import (
    NOT_ALL_USED,
    check_output,
    refuse_given,
    told_plainly,
    warnings_told,
    wrong_use_told,
)
from skecg.apps._leads import Leads, chosen_leads, leads_option
from skecg.apps._paths import GivenPath
from skecg.apps._progress import progress
from skecg.apps._skipped import skipped_json, skipped_lines

if TYPE_CHECKING:
    from skecg.training import Training

_SPLITS = ("patients", "parts", "pictures", "beats")


class _Size(click.ParamType):
    # Height and width, as 182x256.
    name = "HxW"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        height, _, width = value.lower().partition("x")
        if not (height.isdigit() and width.isdigit() and int(height) and int(width)):
            self.fail(f"{value!r} is no size; write height and width as 182x256.")
        return int(height), int(width)


@click.command()
@click.argument("data", type=GivenPath(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="M.skecg",
    required=True,
    type=GivenPath(dir_okay=False, path_type=Path),
    help="The model.",
)
@click.option(
    "--kind",
    type=click.Choice(["signal", "image"]),
    help="What DATA must hold. By default what is found there.",
)
@click.option(
    "--network",
    metavar="NAME",
    help="By default resnet1d or convnet_small. patient, of records: three small ones "
    "that see each beat beside its own record's.",
)
@click.option(
    "--epochs",
    metavar="N",
    type=click.IntRange(1),
    help="By default 10, and 6 of the network patient.",
)
@click.option(
    "--class-weight",
    type=click.Choice(["balanced", "sqrt"]),
    help="Let rare classes weigh more.",
)
@click.option(
    "--size",
    metavar="HxW",
    type=_Size(),
    help="Of pictures, in pixels; by default 182x256.",
)
@click.option(
    "--split",
    type=click.Choice(_SPLITS),
    help="What is held out. By default the most honest one that DATA allow.",
)
@click.option(
    "--test-fraction",
    metavar="P",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.25,
    show_default=True,
    help="Share that is held out.",
)
@click.option(
    "--folds",
    metavar="N",
    type=click.IntRange(2),
    help="Cross-validate instead, and train on everything.",
)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Learn from a quarter of the training part how sure to be.",
)
@click.option(
    "--labels",
    metavar="TABLE",
    type=GivenPath(dir_okay=False, path_type=Path),
    help="CSV of pictures: columns file, label, and patient or split if known.",
)
@click.option(
    "--lead", metavar="NAME", help="Of WFDB records; by default the commonest."
)
@leads_option
@click.option("--sampling-rate", metavar="HZ", type=float, help="Of a CSV's beats.")
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def train(
    *, data: Path, output: Path, force: bool, as_json: bool, **options: Any
) -> None:
    """Train a network on DATA and write a model that says how good it is.

    DATA is a folder with one folder of pictures per class; a folder of WFDB records
    whose beats are annotated (.atr); or a CSV file with a heartbeat on each line, its
    class in the last column or in one called label, its patient in one called patient.

    Whole patients are held out where they are known, and the figures are from them.
    Where they are not the figures are too good, which the model says wherever it is
    asked.

    Exit codes: 0, done; 1, it failed; 2, wrong use; 3, done, but some files, records or
    lines could not be used.

    Research use, not a medical device.
    """
    check_output(output, force=force)
    if options["folds"] is not None:
        refuse_given(["test_fraction"], "does not go with --folds, which hold all out.")
    with contextlib.ExitStack() as stack:
        stack.enter_context(told_plainly())
        stack.enter_context(warnings_told())
        from skecg.persistence import save

        plan = _plan(data, options)
        if plan.plan.split == "parts":
            refuse_given(["test_fraction"], "is not for data that come in parts.")
        on_progress = None if as_json else stack.enter_context(progress())
        try:
            trained = plan.run(on_progress=on_progress)
        except KeyboardInterrupt:
            raise click.ClickException("broken off; nothing was written.") from None
        save(trained.estimator, output, card=trained.card)
    skipped = plan.data.skipped
    if as_json:
        click.echo(json.dumps(_as_dict(trained, output, skipped)))
    else:
        click.echo("\n".join(_lines(trained, output, skipped)))
    if skipped:
        click.get_current_context().exit(NOT_ALL_USED)


def _plan(source: Path, options: dict[str, Any]) -> Any:
    from skecg.datasets import read_data
    from skecg.training import default_estimator, plan_training

    leads = chosen_leads(options["lead"], options["leads"])
    with wrong_use_told():
        data = read_data(
            source,
            kind=options["kind"],
            labels=options["labels"],
            lead=leads.lead,
            n_leads=leads.n_leads,
            beats="patient" if options["network"] == "patient" else None,
            sampling_rate=options["sampling_rate"],
            on_error="skip",
        )
        estimator = default_estimator(
            data,
            network=options["network"],
            max_epochs=options["epochs"],
            size=options["size"],
            class_weight=options["class_weight"],
            random_state=options["seed"],
        )
        return plan_training(
            data,
            estimator,
            split=options["split"],
            test_fraction=options["test_fraction"],
            n_folds=options["folds"],
            calibrate=options["calibrate"],
            random_state=options["seed"],
            command=_command(source, options),
        )


def _command(source: Path, options: dict[str, Any]) -> str:
    # What made the model, wherever it was written to.
    words = ["skecg", "train", str(source)]
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif isinstance(value, tuple) and not isinstance(value, Leads):
            words += [flag, "x".join(map(str, value))]
        elif value is not None and value is not False:
            words += [flag, str(value)]
    return shlex.join(words)


def _as_dict(trained: "Training", output: Path, skipped: list[Any]) -> dict[str, Any]:
    return {
        "model": str(output),
        "split": trained.split,
        "n_train": trained.n_train,
        "n_test": trained.n_test,
        "evaluation": trained.evaluation.as_dict(),
        "card": trained.card.as_dict(),
        "skipped": skipped_json(skipped),
        "notice": NOTICE,
    }


def _lines(trained: "Training", output: Path, skipped: list[Any]) -> Iterator[str]:
    yield click.wrap_text(f"Data: {trained.card.data}", 88)
    yield click.wrap_text(f"Measured: {trained.card.protocol}", 88)
    yield f"\n{trained.evaluation}\n"
    if trained.card.failures:
        yield click.wrap_text(trained.card.failures, 88)
    yield from skipped_lines(skipped)
    yield f"Wrote {click.format_filename(output)}. {NOTICE}"
