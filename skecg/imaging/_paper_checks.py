"""Checks of what is to be drawn."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from skecg.imaging._layout import LAYOUTS, LEADS, Rows
from skecg.imaging._page import STYLES, Colour, PaperStyle


def check_positive(value: float, name: str) -> float:
    """Return a number above zero, or say why it cannot be one.

    Parameters
    ----------
    value : float
        What was given.
    name : str
        What the error texts call it.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If it is no real number.
    ValueError
        If it is not finite or not above zero.
    """
    given: Any = value  # whatever the hint says, callers pass anything
    if isinstance(given, bool) or not isinstance(given, Real):
        raise TypeError(f"{name} must be a number, got {value!r}.")
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} must be finite and above 0, got {value!r}.")
    return float(value)


def check_style(style: str | PaperStyle) -> PaperStyle:
    """Return colours, or say why they cannot be.

    Parameters
    ----------
    style : str or PaperStyle
        A name, or the colours themselves.

    Returns
    -------
    PaperStyle

    Raises
    ------
    ValueError
        If the name is unknown, or the colours are not four of the same kind, with
        numbers from 0 to 255, or the pen has no width.
    """
    if isinstance(style, PaperStyle):
        paper, fine, heavy, ink = _check_colours(style)
        pen = check_positive(style.pen, "The pen of a style")
        return PaperStyle(paper, fine, heavy, ink, pen)
    given: Any = style
    if not isinstance(given, str) or given not in STYLES:
        raise ValueError(
            f"style must be a PaperStyle or one of {sorted(STYLES)}, got {style!r}."
        )
    return STYLES[style]


def _check_colours(style: PaperStyle) -> list[Colour]:
    try:
        colours = np.array(style[:4])
    except ValueError:  # numbers beside triples
        colours = np.empty(0)
    if colours.dtype.kind not in "iu" or colours.shape not in ((4,), (4, 3)):
        raise ValueError(
            "The four colours of a style must be four whole numbers, or four triples "
            f"(red, green, blue); got {style}."
        )
    if colours.min() < 0 or colours.max() > 255:
        raise ValueError(f"Colours must lie between 0 and 255, got {style}.")
    # Tuples, so that pages can be told apart by their style.
    return [
        tuple(colour) if colours.ndim == 2 else colour for colour in colours.tolist()
    ]


def as_leads(signal: npt.ArrayLike) -> np.ndarray:
    """Return one record as an array of leads.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_leads, n_times)
        In mV. What a masked array hides becomes NaN.

    Returns
    -------
    ndarray of float64 of shape (n_leads, n_times), C-contiguous

    Raises
    ------
    ValueError
        If it has another number of axes, no lead or no sample.
    TypeError
        If it does not hold real numbers.
    """
    array = np.asarray(signal)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"signal must hold real numbers, got dtype {array.dtype}.")
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(
            "signal must be one record of shape (n_times,) or (n_leads, n_times), got "
            f"shape {array.shape}. Draw many records one by one, or with "
            "skecg.preprocessing.ECGRenderer."
        )
    array = np.array(np.atleast_2d(array), dtype=np.float64, order="C")
    array[np.broadcast_to(np.ma.getmask(signal), array.shape)] = np.nan
    return array


def name_leads(lead_names: Sequence[str] | None, n_leads: int) -> tuple[str, ...]:
    """Return the names of the leads of a record.

    Parameters
    ----------
    lead_names : sequence of str, optional
        What was given. By default twelve leads are the standard ones, and others have
        no names.
    n_leads : int
        How many leads there are.

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        If they are not as many as the leads, or two are the same.
    """
    if lead_names is None:
        return LEADS if n_leads == len(LEADS) else ("",) * n_leads
    names = tuple(str(name) for name in lead_names)
    folded = {name.casefold() for name in names}
    if isinstance(lead_names, str) or len(names) != n_leads or len(folded) != n_leads:
        raise ValueError(
            f"lead_names must be {n_leads} different names, one for each lead of the "
            f"signal, got {lead_names!r}."
        )
    return names


def find_rows(layout: str | Sequence[Sequence[str]], names: tuple[str, ...]) -> Rows:
    """Return the rows of leads that a layout asks for.

    Parameters
    ----------
    layout : str or sequence of sequences of str
        A name, or the rows themselves.
    names : tuple of str
        Of the leads of the record.

    Returns
    -------
    tuple of tuples of str

    Raises
    ------
    ValueError
        If the layout is unknown or empty, or none of its leads is in the record.
    """
    if isinstance(layout, str) and layout in ("1x1", "rows"):
        return tuple((name,) for name in names[: 1 if layout == "1x1" else None])
    rows = check_rows(layout, others=("1x1", "rows"))
    known = {name.casefold() for name in names}
    told = ", ".join(filter(None, names)) or "its leads are unnamed"
    wanted = [lead for row in rows for lead in row]
    if not any(lead.casefold() in known for lead in wanted):
        raise ValueError(
            f"The layout asks for the leads {', '.join(wanted)}, and the record has "
            f"none of them: {told}. Pass lead_names=..., or layout='rows' for "
            "every lead in a row of its own."
        )
    return rows


def check_rows(
    layout: str | Sequence[Sequence[str]], *, others: Sequence[str] = ()
) -> Rows:
    """Return the rows of a layout that names its leads.

    Parameters
    ----------
    layout : str or sequence of sequences of str
        A name among `LAYOUTS`, or the rows themselves.
    others : sequence of str, default=()
        More names that the caller knows, for the text of the error.

    Returns
    -------
    tuple of tuples of str

    Raises
    ------
    ValueError
        If the layout is unknown or empty.
    """
    rows = LAYOUTS.get(layout) if isinstance(layout, str) else _as_rows(layout)
    if not rows:
        raise ValueError(
            f"layout must be one of {[*others, *LAYOUTS]}, or rows of lead names "
            f'such as (("I", "V1"), ("II", "V5")); got {layout!r}.'
        )
    return rows


def _as_rows(layout: Any) -> Rows | None:
    if not isinstance(layout, Sequence):
        return None
    lists = (isinstance(row, Sequence) and not isinstance(row, str) for row in layout)
    if not all(lists) or not all(layout):
        return None
    return tuple(tuple(str(lead) for lead in row) for row in layout)
