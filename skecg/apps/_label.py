"""`skecg label`: pictures and records one by one, and what comes of the labels."""

import getpass
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from skecg._notice import NOTICE
from skecg.apps._errors import (
    NOT_ALL_USED,
    check_folder,
    refuse_given,
    told_plainly,
    warnings_told,
    wrong_use_told,
)
from skecg.apps._model import ModelFile
from skecg.apps._paths import GivenPath
from skecg.apps._skipped import first_lines

if TYPE_CHECKING:
    from skecg.labelling import ExportResult, Item, LabelSession, LabelStore

_FILE = GivenPath(dir_okay=False, path_type=Path)
_FOLDER = GivenPath(file_okay=False, path_type=Path)


class _Request(NamedTuple):
    """What was asked for instead of the page."""

    export: Path | None
    test_share: float
    seed: int
    link: Literal["hard", "symbolic"] | None
    conflicts: Literal["refuse", "majority", "leave out"]
    patients: Path | None
    agreement: bool
    to_label_studio: Path | None
    from_label_studio: Path | None


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--classes", metavar="A,B,...", help="What may be given, in this order.")
@click.option(
    "--classes-from",
    type=GivenPath(path_type=Path),
    help="Take the classes of a folder with a folder for each, or of a CSV file.",
)
@click.option("--annotator", help="Your name; by default that of the system's user.")
@click.option(
    "--labels", type=_FILE, help="The file of labels.  [default: FOLDER/labels.jsonl]"
)
@click.option(
    "--sampling-rate",
    type=click.FloatRange(0, min_open=True),
    help="Of records in CSV files, in Hz; without it they are no records.",
)
@click.option(
    "--model",
    "models",
    type=ModelFile(),
    multiple=True,
    help="Makes suggestions, for who asks for them: a file, or ecg-images, or "
    "heartbeats for records. May be given twice.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="By default a free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option(
    "--export",
    type=_FOLDER,
    help="Build Training data/ and Test data/ there, outside FOLDER.",
)
@click.option(
    "--test-share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.2,
    show_default=True,
    help="Of an export: the share of files for testing.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Of an export."
)
@click.option(
    "--link",
    type=click.Choice(["hard", "symbolic"]),
    help="Of an export: link files instead of copying them.",
)
@click.option(
    "--conflicts",
    type=click.Choice(["refuse", "majority", "leave out"]),
    default="refuse",
    show_default=True,
    help="Of an export: what becomes of files to which persons gave different classes.",
)
@click.option(
    "--patients",
    type=_FILE,
    help="Of an export: a CSV file with columns file, patient.",
)
@click.option("--agreement", is_flag=True, help="Compare persons: Cohen's kappa.")
@click.option("--to-label-studio", type=_FILE, help="Write the labels as its JSON.")
@click.option("--from-label-studio", type=_FILE, help="Add the labels of its JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line; no page.")
def label(
    *,
    folder: Path,
    classes: str | None,
    classes_from: Path | None,
    annotator: str | None,
    labels: Path | None,
    sampling_rate: float | None,
    models: tuple[Path, ...],
    port: int,
    no_browser: bool,
    as_json: bool,
    **request: Any,
) -> None:
    """Label the pictures and records of FOLDER in the browser, one by one.

    Keys: 1 to 9 and first letters for classes, ? unsure, s skip, u undo, h suggestions,
    arrows back and on, comma and full stop earlier and later in a record. Every
    decision is on the disk before the page moves on; the next call goes on where you
    stopped. Originals are never changed.

    With --export, --agreement, --to-label-studio or --from-label-studio that is done
    with the labels instead, and there is no page.

    Exit codes: 0, it is done; 1, it failed; 2, wrong use; 3, it is done, but some
    labels that were to come in are of no file here: it says which.

    Research use, not a medical device.
    """
    asked = _Request(**request)
    _refuse_idle(asked)
    if asked.to_label_studio is not None:
        check_folder(asked.to_label_studio)
    with told_plainly():
        names = _classes(classes, classes_from)
        session = _session(folder, annotator, names, labels, sampling_rate)
        with warnings_told():
            done = _do(session, asked)
        if done:
            click.echo(json.dumps(done) if as_json else "\n".join(_lines(done)))
            if done.get("not_imported"):
                click.get_current_context().exit(NOT_ALL_USED)
            return
        suggesters = _suggesters(session, models, sampling_rate)
        _serve(session, suggesters, port=port, browser=not no_browser)


def _refuse_idle(asked: _Request) -> None:
    # Whoever gives an option that changes nothing thinks that it does.
    if asked.export is None:
        of_export = ("test_share", "seed", "link", "conflicts", "patients")
        refuse_given(of_export, "is of an export: it goes with --export.")
    others = (asked.agreement, asked.to_label_studio, asked.from_label_studio)
    if asked.export is not None or any(others):
        refuse_given(
            ("models", "port"),
            "is of the page, and there is none beside what was asked for.",
        )
    else:
        refuse_given(
            ["as_json"], "is not for the page: it goes with --export and such."
        )


def _classes(given: str | None, path: Path | None) -> list[str] | None:
    from skecg.labelling import read_classes

    if given is not None and path is not None:
        raise click.UsageError("Give either --classes or --classes-from.")
    if path is not None:
        return list(read_classes(path))
    return None if given is None else [name.strip() for name in given.split(",")]


def _session(
    folder: Path,
    annotator: str | None,
    classes: list[str] | None,
    labels: Path | None,
    sampling_rate: float | None,
) -> "LabelSession":
    from skecg.exceptions import SkecgError
    from skecg.labelling import LabelSession

    try:
        return LabelSession(
            folder,
            _user() if annotator is None else annotator,
            classes,
            labels=labels,
            sampling_rate=sampling_rate,
        )
    except SkecgError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise click.UsageError("Say who you are: --annotator NAME.") from None


def _do(session: "LabelSession", asked: _Request) -> dict[str, Any]:
    from skecg import labelling

    store, items = session.store, session.items
    done: dict[str, Any] = {}
    if asked.from_label_studio is not None:
        came = labelling.read_label_studio(store, items, asked.from_label_studio)
        done["imported"] = came.n_decisions
        done["not_imported"] = [one._asdict() for one in came.left_out]
    if asked.to_label_studio is not None:
        path = asked.to_label_studio
        n_tasks = labelling.write_label_studio(store, items, path)
        done |= {"tasks": n_tasks, "label_studio": str(path)}
    if asked.agreement:
        done["agreement"] = [
            {name: _number(value) for name, value in one._asdict().items()}
            for one in labelling.measure_agreement(store)
        ]
    if asked.export is not None:
        made = _export(store, items, asked)
        left_out = [one._asdict() for one in made.left_out]
        done |= made._asdict() | {"folder": str(made.folder), "left_out": left_out}
    return done


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _export(
    store: "LabelStore", items: "tuple[Item, ...]", asked: _Request
) -> "ExportResult":
    from skecg.labelling import export_labels, read_patients

    patients = None if asked.patients is None else read_patients(asked.patients)
    with wrong_use_told():
        return export_labels(
            store,
            items,
            asked.export or Path(),
            test_share=asked.test_share,
            random_state=asked.seed,
            how="copy" if asked.link is None else f"{asked.link} link",  # type: ignore[arg-type]
            conflicts=asked.conflicts,
            patients=patients,
        )


def _lines(done: dict[str, Any]) -> Iterator[str]:
    if "imported" in done:
        yield f"{done['imported']} labels came in."
        yield from _left_out_lines(done["not_imported"], "Did not come in")
    if "tasks" in done:
        yield f"Wrote {done['tasks']} tasks to {done['label_studio']}."
    if "agreement" in done:
        yield from _agreement_lines(done["agreement"])
    if "training" in done:
        yield from _export_lines(done)
    yield from _left_out_lines(done.get("left_out", []), "Left out")


def _agreement_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    if not found:
        yield "Fewer than two persons have labelled anything."
    for one in found:
        kappa = "not defined" if one["kappa"] is None else f"{one['kappa']:.3f}"
        share = f"{one['observed']:.1%} alike, " if one["n_files"] else ""
        pair = f"{one['first']} and {one['second']}"
        yield f"{pair}: {one['n_files']} files, {share}Cohen's kappa {kappa}"


def _export_lines(done: dict[str, Any]) -> Iterator[str]:
    for part in ("training", "test"):
        counts = ", ".join(f"{n} {name}" for name, n in done[part].items())
        yield f"{part}: {counts}"
    yield f"Wrote {done['folder']}: {done['n_groups']} groups, none of them divided."


def _left_out_lines(left_out: list[dict[str, str]], what: str) -> Iterator[str]:
    if left_out:
        yield f"{what}: {len(left_out)}"
    told = (f"{one['file']}: {one['reason']}" for one in left_out)
    yield from first_lines(told, len(left_out), where="; --json names all")


def _suggesters(
    session: "LabelSession", models: tuple[Path, ...], sampling_rate: float | None
) -> list[Any]:
    from skecg.labelling import ModelSays, RuleOfThumb

    suggesters: list[Any] = [RuleOfThumb(session)]
    if models:
        from skecg.screening import FileJudge, open_model
    for file in models:
        try:
            judge = FileJudge(open_model(file).estimator, sampling_rate=sampling_rate)
        except TypeError as error:  # it does not say at which rate it works
            raise click.UsageError(str(error)) from error
        kind: Any = "record" if judge.of_records else "picture"
        suggesters.append(ModelSays(judge, kind))
    return suggesters


def _serve(
    session: "LabelSession", suggesters: list[Any], *, port: int, browser: bool
) -> None:
    from skecg.apps._web import web_needed

    with web_needed():
        from skecg.apps.web import run_page
        from skecg.apps.web._label_page import LabelPage

    def ready(address: str) -> None:
        click.echo(
            f"Label {len(session.items)} files as {session.annotator}: {address}"
        )
        click.echo(f"Stop with Ctrl+C. {NOTICE}")

    page = LabelPage(session, suggesters).page()
    run_page(page, port=port, browser=browser, on_ready=ready)
    counts = session.progress()
    click.echo(
        f"{counts.n_labelled} labelled, {counts.n_unsure} unsure, {counts.n_skipped} "
        f"skipped of {counts.n_items}, in {session.store.path}"
    )
