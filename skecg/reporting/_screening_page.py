"""A screening on one page: thumbnails, sort and filter, and what is behind it."""

import base64
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib import resources
from itertools import islice
from pathlib import Path, PurePath
from string import Template
from typing import Any

from sklearn.base import BaseEstimator

from skecg._files import replaced
from skecg.persistence import ModelCard
from skecg.reporting import _screening_words as words
from skecg.reporting._thumbnails import Thumbnail, picture_thumbnail, record_thumbnail
from skecg.screening import RecordBeats, ScreeningResult

_COLOURS = ("k0", "k1", "k2", "k3", "k4")
_PLAIN = "kn"  # the least urgent class, and what has none


def write_screening_report(
    result: ScreeningResult,
    path: str | os.PathLike[str],
    *,
    estimator: BaseEstimator | None = None,
    card: ModelCard | Mapping[str, Any] | None = None,
    title: str = "Screening",
    n_thumbnails: int = 100,
    n_rows: int = 5000,
) -> Path:
    """Write what a screening found as one HTML page that needs nothing from elsewhere.

    The most urgent files come first, with a thumbnail each: a scan with what its
    network looked at, a record with its beats in the colours of their classes. The page
    sorts and filters by itself, fits a phone and a dark room, and can be printed.

    Parameters
    ----------
    result : ScreeningResult
        What `skecg.screening.screen` returned; table and journal must still be there.
    path : str or os.PathLike
        Where to; a file that is there is replaced in one step.
    estimator : estimator, optional
        The one that judged the files, for the maps over pictures. Without it, or where
        it holds no network, pictures have none.
    card : ModelCard or mapping, optional
        What is known of the model, as `skecg.persistence.read_manifest` has it under
        ``"card"``. Without it the page says that nothing is known.
    title : str, default="Screening"
        Of the page.
    n_thumbnails : int, default=100
        How many files, the most urgent ones, have a thumbnail.
    n_rows : int, default=5000
        How many files, the most urgent ones, are on the page. It tells how many there
        are, and where the others are.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    ValueError
        If a number is below zero.
    OSError
        If the page cannot be written, or table or journal are gone.

    Notes
    -----
    Rows are written as they are read: in memory is one thumbnail at a time, and the
    beats of the records that have one. Names, reasons and cards are escaped, and the
    page forbids itself every script and style but its own.

    This is for research, not a medical device.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.pipeline import make_pipeline
    >>> from skecg.classifiers import ImageClassifier
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.preprocessing import ImageResizer
    >>> from skecg.reporting import write_screening_report
    >>> from skecg.screening import screen
    >>> scans = load_ecg_images()
    >>> model = make_pipeline(
    ...     ImageResizer((32, 48)), ImageClassifier(max_epochs=1, random_state=0)
    ... ).fit(scans.paths, scans.target)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = screen(model, scans.paths[:4], Path(folder) / "scans.csv")
    ...     page = write_screening_report(
    ...         result, Path(folder) / "scans.html", estimator=model
    ...     )
    ...     "not a medical device" in page.read_text()
    True
    """
    if min(n_thumbnails, n_rows) < 0:
        raise ValueError(
            "n_thumbnails and n_rows must be 0 or more, got "
            f"{n_thumbnails} and {n_rows}."
        )
    page = Path(path)
    head, tail = _template(result, title, card, min(n_thumbnails, n_rows), n_rows)
    rows = _Rows(result, estimator, n_thumbnails)
    with replaced(page) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace")
        text.write(head)
        for rank, row in enumerate(islice(result.rows(), n_rows)):
            text.write(rows.as_html(rank, row))
        text.write(tail)
        text.flush()
        text.detach()
    return page


class _Rows:
    """Turns rows of the table into items of the page's list."""

    def __init__(
        self,
        result: ScreeningResult,
        estimator: BaseEstimator | None,
        n_thumbnails: int,
    ) -> None:
        self._result = result
        self._estimator = estimator
        self._n_thumbnails = n_thumbnails
        self._colours = _colours_of(result)
        self._beats: dict[str, RecordBeats] = {}
        if result.of_records:
            first = islice(result.rows(), n_thumbnails)
            self._beats = result.beats_of(row["path"] for row in first)

    def as_html(self, rank: int, row: Mapping[str, str]) -> str:
        path = PurePath(row["path"])
        kind = row["class"] or row["outcome"]
        confidence = row["confidence"]
        thumbnail = self._thumbnail(row) if rank < self._n_thumbnails else None
        of = "record" if self._result.of_records else "picture"
        colour = self._colours.get(row["class"], _PLAIN)
        what = (
            f'<div class="what"><h3>{escape(path.name)}</h3>'
            f'<p class="told"><span class="badge {colour}">{escape(kind)}</span>'
            f"{_meter(confidence)}</p>"
            f"{_line('beats', self._in_beats(row))}{_line('reason', row['reason'])}"
            f"{_line('folder', str(path.parent))}</div>"
        )
        parts = [_figure(thumbnail), what]  # strips are wide, and stand to the right
        return (
            f'<li class="file {of if thumbnail else "bare"}" data-rank="{rank}" '
            f'data-confidence="{escape(confidence)}" data-name="{escape(path.name)}" '
            f'data-kind="{escape(kind)}">'
            f"{''.join(reversed(parts) if of == 'record' else parts)}</li>\n"
        )

    def _thumbnail(self, row: Mapping[str, str]) -> Thumbnail | None:
        path, told = row["path"], row["class"] or row["outcome"]
        if row["outcome"] == "unreadable":
            return None
        if not self._result.of_records:
            return picture_thumbnail(path, self._estimator, f"Scan, {told}")
        beats = self._beats.get(path)
        if beats is None or not beats.time.size:
            return None
        lead = row["lead"].split(", ")[0]
        alt = f"Ten seconds of lead {lead}, {told}: {self._in_beats(row)}"
        return record_thumbnail(path, lead, beats, self._colours, alt)

    def _in_beats(self, row: Mapping[str, str]) -> str:
        if not self._result.of_records or row["beats"] in ("", "0"):
            return ""
        counts = {name: row[f"beats({name})"] for name in self._colours}
        told = ", ".join(f"{n} {name}" for name, n in counts.items() if n != "0")
        return f"{row['beats']} beats of lead {row['lead']}: {told}"


def _template(
    result: ScreeningResult,
    title: str,
    card: ModelCard | Mapping[str, Any] | None,
    n_thumbnails: int,
    n_rows: int,
) -> tuple[str, str]:
    # What stands above the rows of the page, and what below them.
    folder = resources.files("skecg.reporting") / "templates"
    page, style, script = (
        (folder / f"screening.{ending}").read_text(encoding="utf-8")
        for ending in ("html", "css", "js")
    )
    above, below = page.split("$rows\n")
    texts = {
        "title": escape(title),
        "intro": escape(words.intro(result)),
        "counts": "\n".join(_counts(result)),
        "kinds": "\n".join(_kinds(result)),
        "shown": escape(words.shown(result, n_thumbnails, n_rows)),
        "not_judged": "\n".join(words.not_judged(result)),
        "model": "\n".join(_facts(words.model_facts(result, card))),
        "notes": "\n".join(f"<li>{escape(note)}</li>" for note in words.notes(result)),
        "style": style,
        "style_hash": _hash(style),
        "script": script,
        "script_hash": _hash(script),
    }
    return Template(above).substitute(texts), Template(below).substitute(texts)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _colours_of(result: ScreeningResult) -> dict[str, str]:
    # By urgency; the least urgent class has no colour, so that the others stand out.
    names = list(result.classes)
    coloured = dict(zip(names[:-1], _COLOURS, strict=False))
    return {name: coloured.get(name, _PLAIN) for name in names}


def _facts(facts: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for name, *texts in facts:
        told = "".join(f"<dd>{escape(text)}</dd>" for text in texts)
        yield f"<dt>{escape(name)}</dt>{told}"


def _counts(result: ScreeningResult) -> Iterator[str]:
    colours = _colours_of(result)
    for name, count in words.counts(result):
        yield (
            f'<div class="{colours.get(name, _PLAIN)}"><dt>{escape(name)}</dt>'
            f"<dd>{count:,}</dd></div>"
        )


def _kinds(result: ScreeningResult) -> Iterator[str]:
    for name, count in words.counts(result):
        yield f'<option value="{escape(name)}">{escape(name)} ({count:,})</option>'


def _figure(thumbnail: Thumbnail | None) -> str:
    if thumbnail is None:
        return ""
    caption = f"<figcaption>{escape(thumbnail.caption)}</figcaption>"
    return f'<figure class="thumb">{thumbnail.html}{caption}</figure>'


def _meter(confidence: str) -> str:
    if not confidence:
        return ""
    share = f"{float(confidence):.0%}"
    return (
        f'<meter min="0" max="1" value="{float(confidence):.4g}">{share}</meter>'
        f'<span class="share">{share}</span>'
    )


def _line(kind: str, text: str) -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if text else ""
