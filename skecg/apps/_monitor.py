"""`skecg monitor`: a stream in, events out."""

import contextlib
import signal
import sys
import threading
import webbrowser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import click

from skecg.apps._errors import NOT_ALL_USED, told_plainly, wrong_use_told
from skecg.apps._harmless import harmless
from skecg.apps._model import ModelFile
from skecg.apps._paths import GivenPath
from skecg.apps._skipped import first_lines
from skecg.apps._web import web_needed

if TYPE_CHECKING:
    from skecg.monitoring import BadLine, Chunk, LineSource

_OF_RECORDS, _OF_PICTURES = "heartbeats", "ecg-images"  # inside the package
_JOURNAL = ".skecg-monitor"
_LIVE = ("tcp://", "ws://", "wss://", "lsl://")
_MOST_TRIES = 10  # in a row, to connect
_FILE = GivenPath(dir_okay=False, path_type=Path)


class _Source(NamedTuple):
    """Where the chunks come from."""

    chunks: Iterable["Chunk"]
    rate: float
    lines: "LineSource | None"


@click.command()
@click.argument("source", metavar="RECORD|FOLDER|-|ADDRESS", type=GivenPath())
@click.option(
    "--model",
    type=ModelFile(),
    help="A classifier of records, or of pictures for a folder: a file, or the name of "
    "one inside the package. By default heartbeats or ecg-images.",
)
@click.option("--no-model", is_flag=True, help="Alarms only, no class.")
@click.option("--rate", type=click.FloatRange(80), help="Samples per second.")
@click.option(
    "--speed", type=click.FloatRange(0, min_open=True), help="Replay so fast."
)
@click.option("--lead", help="Of a record or LSL; by default the first one.")
@click.option("--window", type=click.FloatRange(1), default=10.0, show_default=True)
@click.option("--step", type=click.FloatRange(0.5), default=5.0, show_default=True)
@click.option("--lateness", type=click.FloatRange(0), default=0.0, show_default=True)
@click.option(
    "--journal",
    type=_FILE,
    help="Of a folder: what was told already, FOLDER/.skecg-monitor.",
)
@click.option("--jsonl", type=_FILE, help="Append events to this file.")
@click.option("--webhook", metavar="URL", help="Send events there by POST.")
@click.option(
    "--spool",
    type=GivenPath(file_okay=False, path_type=Path),
    help="Folder for events that --webhook has not delivered yet.",
)
@click.option("--page", is_flag=True, help="Show it on a page on this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the page.")
@click.option("--no-browser", is_flag=True, help="Only print the page's address.")
@click.option("--json", "as_json", is_flag=True, help="Print events as JSON lines.")
def monitor(*, source: str, **options: Any) -> None:
    """Watch a signal and tell alarms and changes of class as they happen.

    RECORD is one to be replayed (WFDB, EDF, DICOM, or CSV with a column "time"), with
    --speed 60 sixty times as fast as it was recorded; "-" reads lines from standard
    input, and an ADDRESS from a server: tcp://HOST:PORT, or ws://HOST:PORT and wss://
    for WebSockets. A line is JSON, {"time": 12.0, "samples": [0.1, 0.2], "patient":
    "bed 4"}, or "time,value". lsl://NAME is a stream of the lab streaming layer. When a
    connection is lost it is made again. All of these need --rate.
    FOLDER is looked into for new scans until Ctrl+C, and each is classified once.

    Exit codes: 0, the stream has ended; 1, it failed; 2, wrong use; 3, it has ended,
    but some lines could not be read, samples came too late, or events wait in the
    spool.

    Research use, not a medical device.
    """
    _check(source, options)
    with contextlib.ExitStack() as stack:
        stack.enter_context(told_plainly())
        if Path(source).is_dir():
            complaints = _watch(stack, Path(source), options)
        else:
            complaints = _run(stack, _open(source, options), options)
    for text in complaints:
        click.echo(harmless(text), err=True)
    if complaints:
        click.get_current_context().exit(NOT_ALL_USED)


def _check(source: str, options: dict[str, Any]) -> None:
    if Path(source).is_dir():
        _check_of_folder(options)
    elif options["journal"]:
        raise click.UsageError("--journal is for a folder.")
    live = source == "-" or source.startswith(_LIVE)
    if live and options["rate"] is None:
        raise click.UsageError("A live source needs --rate, the samples per second.")
    if not live and options["rate"] is not None:
        raise click.UsageError("A record has a rate of its own: leave out --rate.")
    lead = None if source.startswith("lsl://") else options["lead"]
    if live and (options["speed"] or lead):
        raise click.UsageError("--speed and --lead are for records that are replayed.")
    if (options["webhook"] is None) != (options["spool"] is None):
        raise click.UsageError("--webhook and --spool go together.")
    if options["model"] and options["no_model"]:
        raise click.UsageError("--model and --no-model exclude each other.")


def _check_of_folder(options: dict[str, Any]) -> None:
    for name in ("no_model", "rate", "speed", "lead", "page"):
        if options[name]:
            option = name.replace("_", "-")
            raise click.UsageError(f"--{option} is for signals, not for a folder.")


def _open(source: str, options: dict[str, Any]) -> _Source:
    from skecg import monitoring
    from skecg.datasets import read_record
    from skecg.datasets._read_record import is_record_file

    if source == "-":
        lines = monitoring.LineSource(sys.stdin.buffer, options["rate"])
        return _Source(monitoring.Ticking(lines), options["rate"], lines)
    if source.startswith(_LIVE):
        with wrong_use_told():
            feed = _feed(source, options["rate"], options["lead"])
        own_lines = getattr(feed, "source", None)
        return _Source(monitoring.Ticking(feed), options["rate"], own_lines)
    # A WFDB record may be named without an ending.
    has_ending = is_record_file(source) or source.lower().endswith(".csv")
    file = source if has_ending else f"{source}.hea"
    record = read_record(file, lead=options["lead"])
    rate = record.sampling_rate
    chunks = monitoring.replay(
        record.data[:1],
        sampling_rate=rate,
        patient=record.record,
        speed=options["speed"],
    )
    return _Source(chunks, rate, None)


def _feed(source: str, rate: float, lead: str | None) -> Any:
    from skecg import monitoring

    if source.startswith("lsl://"):
        name = source.removeprefix("lsl://")
        leads = [0 if lead is None else lead]
        return monitoring.LslFeed(name, rate, leads=leads, max_failures=_MOST_TRIES)
    if source.startswith("tcp://"):
        return monitoring.TcpFeed(*_address(source), rate, max_failures=_MOST_TRIES)
    return monitoring.WebSocketFeed(source, rate, max_failures=_MOST_TRIES)


def _address(source: str) -> tuple[str, int]:
    parts = urlsplit(source)
    try:
        port = parts.port
    except ValueError:
        port = None
    if not parts.hostname or not port:
        raise click.UsageError(f"Write tcp://HOST:PORT, got {source!r}.")
    return parts.hostname, port


def _run(
    stack: contextlib.ExitStack, given: _Source, options: dict[str, Any]
) -> list[str]:
    from skecg import monitoring

    with wrong_use_told():
        stream = monitoring.StreamMonitor(
            _load(given.rate, options),
            sampling_rate=given.rate,
            window=options["window"],
            step=options["step"],
            lateness=options["lateness"],
        )
        sinks = list(_sinks(stack, options))
    board = monitoring.LiveBoard(given.rate)
    if options["page"]:
        sinks.append(board.tell)
        _show(stack, board, options)
    stopped = stack.enter_context(_stopped_by_interrupt())
    chunks = _shown(given.chunks, board, options["page"], stopped)
    n_refused = 0
    try:
        for event in stream.watch(chunks):
            n_refused += event.kind == "bad_input"
            for sink in sinks:
                sink(event)
        board.end()
        if options["page"]:
            _wait()
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    return [*_complaints(given.lines, stream.n_late, n_refused), *_left(sinks)]


def _watch(
    stack: contextlib.ExitStack, folder: Path, options: dict[str, Any]
) -> list[str]:
    from skecg import monitoring
    from skecg.pretrained import pretrained_path
    from skecg.screening import open_model

    model = open_model(options["model"] or pretrained_path(_OF_PICTURES))
    if model.of_records:
        raise click.UsageError(
            "A folder is watched for scans, and this model is for records. Take one "
            f"of pictures, such as {_OF_PICTURES}."
        )
    with wrong_use_told():
        sinks = list(_sinks(stack, options))
    journal = options["journal"] or folder / _JOURNAL
    n_refused = 0
    try:
        for event in monitoring.watch_folder(folder, model.estimator, journal=journal):
            n_refused += event.kind == "bad_input"
            for sink in sinks:
                sink(event)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    refused = [f"{n_refused} files could not be read."] if n_refused else []
    return [*refused, *_left(sinks)]


def _load(rate: float, options: dict[str, Any]) -> Any:
    from skecg.persistence import load
    from skecg.pretrained import list_pretrained, load_pretrained, pretrained_path

    if options["no_model"]:
        return None
    inside = {pretrained_path(name): name for name in list_pretrained()}
    path = options["model"] or pretrained_path(_OF_RECORDS)
    if path in inside:
        return load_pretrained(inside[path], sampling_rate=rate)
    return load(path)


def _sinks(stack: contextlib.ExitStack, options: dict[str, Any]) -> Iterator[Any]:
    from skecg import monitoring

    yield _print_json if options["as_json"] else _print
    if options["jsonl"]:
        file = monitoring.JsonLines(options["jsonl"])
        stack.callback(file.close)
        yield file
    if options["webhook"]:
        yield monitoring.Webhook(options["webhook"], options["spool"])


def _print_json(event: Any) -> None:
    click.echo(event.as_json())


def _print(event: Any) -> None:
    words = [f"{event.time:10.1f} s", event.patient, event.kind.replace("_", " ")]
    words += [event.label] if event.label else []
    words += ["is over"] if event.phase == "end" and "back" not in event.kind else []
    value = "" if event.value is None else f", {event.value:.1f}"
    since = f"since {event.onset:.1f} s{value}, confidence {event.confidence:.2f}"
    click.echo(harmless("  ".join(filter(None, [*words, since]))))


def _show(stack: contextlib.ExitStack, board: Any, options: dict[str, Any]) -> None:
    with web_needed():
        from skecg.apps.web import page_beside
        from skecg.apps.web._live_page import LivePage
    live = LivePage(board)
    address = stack.enter_context(page_beside(live.page(), port=options["port"]))
    stack.callback(live.close)
    click.echo(f"Watch it at {address}", err=True)
    if not options["no_browser"]:
        webbrowser.open(address)


@contextlib.contextmanager
def _stopped_by_interrupt() -> Iterator[threading.Event]:
    """Note Ctrl+C beside raising it.

    An exception that falls into a callback of a compiler, which is at work when a
    stream begins, is told and lost.
    """
    stopped = threading.Event()

    def stop(*_: object) -> None:
        stopped.set()
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _shown(
    chunks: Iterable["Chunk"], board: Any, page: Any, stopped: threading.Event
) -> Iterator["Chunk"]:
    for chunk in chunks:
        if stopped.is_set():
            raise KeyboardInterrupt
        if page:
            board.take(chunk)
        yield chunk


def _wait() -> None:
    click.echo("The stream has ended; Ctrl+C ends the page.", err=True)
    threading.Event().wait()


def _complaints(
    lines: "LineSource | None", late: dict[str, int], n_refused: int
) -> Iterator[str]:
    if lines is not None and lines.n_bad:
        yield f"{lines.n_bad} lines could not be read:"
        yield from first_lines(map(_as_text, lines.bad), lines.n_bad)
    for patient, count in late.items():
        if count:
            yield f"{count} samples of {patient or 'the patient'} came too late."
    if n_refused:
        yield f"Chunks were refused, {n_refused} reason(s): see the bad_input events."


def _as_text(bad: "BadLine") -> str:
    return f"line {bad.number}: {bad.reason}: {bad.text}"


def _left(sinks: list[Any]) -> Iterator[str]:
    from skecg.monitoring import Webhook

    for sink in sinks:
        if isinstance(sink, Webhook) and (left := sink.close()):
            yield (
                f"{left} events wait in the spool for {sink.url} ({sink.last_error}); "
                "the next run with it sends them."
            )
