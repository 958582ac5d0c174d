"""Leads by name: one spelling for what devices write in many, and the one wanted."""

import re
from collections.abc import Sequence

from skecg.exceptions import DataFileError
from skecg.signal._checks import shorten

STANDARD_LEADS = (
    *("I", "II", "III", "aVR", "aVL", "aVF"),
    *(f"V{number}" for number in range(1, 10)),
    *("V3R", "V4R", "MLI", "MLII", "MLIII", "MV2", "CM5", "D3", "D4"),
)
"""Names of leads as this package spells them."""

MILLIVOLTS = {"mV": 1.0, "uV": 1e-3, "\u00b5V": 1e-3, "\u03bcV": 1e-3, "V": 1e3}
"""What one of each unit is in mV; the two signs of micro look alike."""

_SPELLED = {name.upper(): name for name in STANDARD_LEADS}
_PREFIX = re.compile(r"^(?:(?:ECG|EKG|lead)[\s_:-]*)+", re.IGNORECASE)
_BRACKET = re.compile(r"\s*\(.*\)\s*$")


def lead_name(label: str) -> str:
    """Return a lead's name without what devices write around it.

    Parameters
    ----------
    label : str
        As it stands in a file: ``"ECG II"``, ``"Lead I (Einthoven)"``, ``"avf"``.

    Returns
    -------
    str
        The standard spelling where there is one, else the label without spaces at its
        ends.

    Examples
    --------
    >>> from skecg.datasets._lead_names import lead_name
    >>> [lead_name(label) for label in ("ECG II", "Lead I (Einthoven)", "avf", "RESP")]
    ['II', 'I', 'aVF', 'RESP']
    """
    bare = _BRACKET.sub("", _PREFIX.sub("", label.strip())).strip()
    return _SPELLED.get(bare.upper(), label.strip())


def is_ecg_label(label: str) -> bool:
    """Return whether a label names a lead of the ECG, and no other signal."""
    return bool(_PREFIX.match(label.strip())) or lead_name(label) in STANDARD_LEADS


def pick_leads(
    names: Sequence[str], wanted: Sequence[str] | None, n_leads: int, where: object
) -> list[int]:
    """Choose leads of a record by their names.

    Parameters
    ----------
    names : sequence of str
        Of the record's leads, as `lead_name` spells them.
    wanted : sequence of str or None
        In order of preference: the first that the record has comes first. None takes
        all leads.
    n_leads : int
        How many to take: behind the one that is wanted, the others in their order.
    where : object
        What the record is, for the text of an error.

    Returns
    -------
    list of int
        Positions in `names`.

    Raises
    ------
    DataFileError
        If the record has none of the leads wanted, or too few.
    """
    if wanted is None:
        return list(range(len(names)))
    spelled = [lead_name(name) for name in wanted]
    there = [name for name in spelled if name in names]
    if not there:
        raise DataFileError(
            f"{where} has none of the leads {shorten(spelled)}. It has "
            f"{shorten(names, most=20)}; name one of them."
        )
    if len(names) < n_leads:
        raise DataFileError(
            f"{where} has {len(names)} lead(s), {shorten(names)}, where {n_leads} are "
            "needed."
        )
    first = names.index(there[0])
    others = [index for index in range(len(names)) if index != first]
    return [first, *others[: n_leads - 1]]
