"""One self-contained HTML page out of a comparison."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from string import Template
from typing import NamedTuple

import numpy as np

from skecg.model_selection import AAMIReport
from skecg.reporting._comparison import SPLITS, Comparison

_SUMMARY = {
    "accuracy": "accuracy (%)",
    "balanced_accuracy": "balanced (%)",
    "macro_f1": "macro-F1",
}
_PERCENT = ("accuracy", "balanced_accuracy")


class ReportFigure(NamedTuple):
    """A section with pictures.

    Attributes
    ----------
    title : str
        Heading of the section.
    caption : str
        What there is to see.
    pictures : dict of str to bytes
        PNG files by what each shows, for those who cannot see it.
    """

    title: str
    caption: str
    pictures: Mapping[str, bytes]


def render_page(
    comparison: Comparison,
    *,
    title: str,
    intro: str,
    figures: Sequence[ReportFigure] = (),
    facts: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Put a comparison on one HTML page that needs nothing from elsewhere.

    Style and pictures are inside the page, so that it can be mailed, archived and read
    offline. All texts are escaped.

    Parameters
    ----------
    comparison : Comparison
        What `compare_splits` found.
    title, intro : str
        Heading, and what was done in a sentence or two.
    figures : sequence of ReportFigure, default=()
        Sections with pictures, in this order.
    facts : mapping of str to str, default=None
        What was run, by name: data, seed, versions, time taken.
    notes : sequence of str, default=()
        Paragraphs at the end: data, licence, limits.

    Returns
    -------
    str
        The page, HTML 5, to be written as UTF-8.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from skecg.reporting import compare_splits, render_page
    >>> found = compare_splits(
    ...     {"majority": DummyClassifier()},
    ...     np.zeros((60, 5)),
    ...     np.tile(["N", "N", "V"], 20),
    ...     groups=np.repeat(np.arange(6), 10),
    ... )
    >>> page = render_page(found, title="Majority", intro="One estimator.")
    >>> page.splitlines()[0]
    '<!doctype html>'
    """
    folder = resources.files("skecg.reporting") / "templates"
    page = Template((folder / "page.html").read_text(encoding="utf-8"))
    name = comparison.best("beats")
    return page.substitute(
        title=escape(title),
        intro=escape(intro),
        style=(folder / "page.css").read_text(encoding="utf-8").strip(),
        finding=escape(comparison.gap_sentence(name)),
        order=escape(comparison.order_sentence()),
        scores=_score_table(comparison),
        classes=_class_table(comparison),
        figures="\n".join(map(_figure_section, figures)),
        facts="\n".join(
            f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>"
            for key, value in (facts or {}).items()
        ),
        notes="\n".join(f"<li>{escape(note)}</li>" for note in notes),
        **{
            f"{split}_name": escape(f"{name}, {meaning}")
            for split, meaning in SPLITS.items()
        },
        **{
            f"{split}_figure": f"{comparison.row(name, split).report.macro_f1:.2f}"
            for split in SPLITS
        },
    )


def _score_table(comparison: Comparison) -> str:
    """Estimators by measures, the two splits side by side."""
    groups = "".join(
        f'<th scope="colgroup" colspan="{len(_SUMMARY)}" class="{split} edge">'
        f"{escape(title)}</th>"
        for split, title in SPLITS.items()
    )
    names = "".join(_heads(_SUMMARY.values()) for _ in SPLITS)
    best = {
        (split, measure): max(
            getattr(row.report, measure)
            for row in comparison.rows
            if row.split == split
        )
        for split in SPLITS
        for measure in _SUMMARY
    }
    body = []
    for name in comparison.estimators:
        cells = "".join(
            _score_cell(
                comparison.row(name, split).report, measure, best[split, measure]
            )
            for split in SPLITS
            for measure in _SUMMARY
        )
        body.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return _table(
        [f"<td></td>{groups}", f'<th scope="col">estimator</th>{names}'], body
    )


def _class_table(comparison: Comparison) -> str:
    """Estimator and split by class: sensitivity and positive predictivity."""
    support = comparison.rows[0].report.support
    groups = "".join(
        f'<th scope="colgroup" colspan="2" class="edge">{escape(str(label))} '
        f"(n = {count:,})</th>"
        for label, count in zip(comparison.labels, support, strict=True)
    )
    names = "".join(_heads(["Se", "+P"]) for _ in comparison.labels)
    body = []
    for name in comparison.estimators:
        lead = f'<th scope="rowgroup" rowspan="2" class="row-group">{escape(name)}</th>'
        for split in SPLITS:
            report = comparison.row(name, split).report
            cells = "".join(
                f'<td class="edge">{_percent(se)}</td><td>{_percent(ppv)}</td>'
                for se, ppv in zip(report.sensitivity, report.precision, strict=True)
            )
            head = f'<th scope="row" class="{split}">{escape(split)}</th>'
            body.append(f"<tr>{lead}{head}{cells}</tr>")
            lead = ""
    lead = '<th scope="col">estimator</th><th scope="col" class="split">split by</th>'
    return _table([f'<td colspan="2"></td>{groups}', lead + names], body)


def _table(heads: Iterable[str], body: Iterable[str]) -> str:
    head = "\n".join(f"<tr>{row}</tr>" for row in heads)
    rows = "\n".join(body)
    return f"<table>\n<thead>\n{head}\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _heads(titles: Iterable[str]) -> str:
    first, *others = (escape(title) for title in titles)
    cells = "".join(f'<th scope="col">{title}</th>' for title in others)
    return f'<th scope="col" class="edge">{first}</th>{cells}'


def _score_cell(report: AAMIReport, measure: str, best: float) -> str:
    value = getattr(report, measure)
    show = _percent if measure in _PERCENT else _fraction
    low, high = (report.intervals or {}).get(measure, (np.nan, np.nan))
    interval = f"<small>{show(low)}\N{EN DASH}{show(high)}</small>"
    level = show(value) == show(best)  # figures that look alike are equally good
    classes = ["best"] * level + ["edge"] * (measure == next(iter(_SUMMARY)))
    return (
        f'<td class="{" ".join(classes)}">{show(value)}'
        f"{'' if np.isnan(low) else interval}</td>"
    )


def _percent(value: float) -> str:
    return "\N{EN DASH}" if np.isnan(value) else f"{100 * value:.1f}"


def _fraction(value: float) -> str:
    return "\N{EN DASH}" if np.isnan(value) else f"{value:.2f}"


def _figure_section(figure: ReportFigure) -> str:
    pictures = "\n".join(
        f'<img alt="{escape(alt)}" src="data:image/png;base64,'
        f'{base64.b64encode(png).decode("ascii")}">'
        for alt, png in figure.pictures.items()
    )
    return (
        f"<section>\n<h2>{escape(figure.title)}</h2>\n<figure>\n"
        f'<div class="pictures">\n{pictures}\n</div>\n'
        f"<figcaption>{escape(figure.caption)}</figcaption>\n</figure>\n</section>"
    )
