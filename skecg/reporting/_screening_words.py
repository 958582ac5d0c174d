"""What a page on a screening says in words: counts, reasons, the model, how to read."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice
from pathlib import PurePath
from typing import Any

from skecg import __version__
from skecg.persistence import ModelCard
from skecg.persistence._card import card_in_words
from skecg.screening import ScreeningResult

_MOST_NAMED = 200  # files that were not judged


def _files(result: ScreeningResult, n_files: int) -> str:
    what = "record" if result.of_records else "picture"
    return f"{n_files:,} {what}{'' if n_files == 1 else 's'}"


def intro(result: ScreeningResult) -> str:
    """Return what came of it in a sentence."""
    referred = result.outcomes.get("uncertain: refer", 0)
    return (
        f"{_files(result, result.n_files)}: {result.outcomes.get('classified', 0):,} "
        f"classified, {referred:,} referred to a person, {result.n_not_judged:,} not "
        "judged."
    )


def shown(result: ScreeningResult, n_thumbnails: int, n_rows: int) -> str:
    """Return what of it is on the page, if that is not all."""
    parts = []
    if n_thumbnails < min(result.n_files, n_rows):
        parts.append(f"The first {n_thumbnails:,} have a thumbnail.")
    if n_rows < result.n_files:
        parts.append(
            f"On this page are the {n_rows:,} most urgent of {result.n_files:,} files; "
            f"all are in {result.output.name}."
        )
    return " ".join(parts)


def counts(result: ScreeningResult) -> Iterator[tuple[str, int]]:
    """Yield each class and outcome and how many files have it, by urgency."""
    for name in result.urgency:
        yield name, result.classes.get(name, result.outcomes.get(name, 0))


def not_judged(result: ScreeningResult) -> Iterator[str]:
    """Yield lines of HTML that name files and reasons."""
    if not result.n_not_judged:
        yield "<p>Every file was judged.</p>"
        return
    yield "<ul>"
    for row in islice(result.not_judged(), _MOST_NAMED):
        name, reason = PurePath(row["path"]).name, row["reason"]
        yield f"<li><strong>{escape(name)}</strong>: {escape(reason)}</li>"
    yield "</ul>"
    if result.n_not_judged > _MOST_NAMED:
        left = result.n_not_judged - _MOST_NAMED
        yield f"<p>And {left:,} more, in {escape(result.output.name)}.</p>"


def model_facts(
    result: ScreeningResult, card: ModelCard | Mapping[str, Any] | None
) -> Iterator[tuple[str, ...]]:
    """Yield a name and texts for each fact: the card, and what was asked for."""
    yield from card_in_words(card)
    yield "Known as", result.model
    yield "Classes", ", ".join(result.classes)
    yield "Order of urgency", ", ".join(result.urgency)
    below = result.refer_below
    yield "Referred below", f"a confidence of {below:g}" if below else "never"
    if result.of_records and result.beat_classes:
        counts = [f"{count:,} {name}" for name, count in result.beat_classes.items()]
        yield "Beats in all", ", ".join(counts)
    yield "Software", f"skecg {__version__}"


def notes(result: ScreeningResult) -> Iterator[str]:
    """Yield what a reader of the page must know."""
    yield (
        "Files come by urgency, in the order that stands above; within a class the "
        "surest first. What nobody has judged stands behind the most urgent class, "
        "since it may be of any."
    )
    yield (
        "Confidence is what the model gives its own answer. It means what it says only "
        "if the model was calibrated on data like these."
    )
    if not result.of_records:
        yield (
            "A map shows where the evidence lies that the network used, not that the "
            "evidence is right (HiResCAM, which is Grad-CAM with the gradient of each "
            "place; each map by its own maximum)."
        )
        return
    is_share = isinstance(result.min_beats, float)
    beats = f"{result.min_beats:.1%} of its" if is_share else f"{result.min_beats}"
    yield (
        f"A record is as urgent as the most urgent class that has at least {beats} "
        "beats. Its confidence is the mean of what the model gives the beats of that "
        "class."
    )
    yield (
        "A strip shows the ten seconds with most beats of the most urgent class. Each "
        "is stretched to its own height, so heights cannot be compared between strips."
    )
