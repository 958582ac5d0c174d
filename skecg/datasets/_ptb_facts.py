"""What is known of the PTB Diagnostic ECG Database without reading it.

References
----------
.. [1] Bousseljot R., Kreiseler D., Schnabel A. (1995). Nutzung der EKG-Signaldatenbank
   CARDIODAT der PTB ueber das Internet. Biomedizinische Technik 40 (Suppl. 1), 317-318.
   :doi:`10.1515/bmte.1995.40.s1.317`
"""

from collections.abc import Sequence

from skecg.datasets._ids import check_ids

STANDARD_LEADS: tuple[str, ...] = (
    *("I", "II", "III", "aVR", "aVL", "aVF"),
    *("V1", "V2", "V3", "V4", "V5", "V6"),
)
"""The twelve leads of every electrocardiograph."""

FRANK_LEADS: tuple[str, ...] = ("VX", "VY", "VZ")
"""The three orthogonal leads after Frank, in files of their own (``.xyz``)."""

LEADS: tuple[str, ...] = STANDARD_LEADS + FRANK_LEADS
"""Every lead that a whole record has, in the order of its files."""

LABELS: dict[str, str] = {
    "healthy control": "healthy",
    "myocardial infarction": "infarction",
    "cardiomyopathy": "cardiomyopathy",
    "heart failure (nyha 2)": "cardiomyopathy",
    "heart failure (nyha 3)": "cardiomyopathy",
    "heart failure (nyha 4)": "cardiomyopathy",
    "bundle branch block": "block",
    "dysrhythmia": "dysrhythmia",
    "hypertrophy": "hypertrophy",
    "myocardial hypertrophy": "hypertrophy",
    "valvular heart disease": "valvular",
    "myocarditis": "myocarditis",
    "stable angina": "other",
    "unstable angina": "other",
    "palpitation": "other",
    "n/a": "unknown",
    "": "unknown",
}
"""The class of each reason for admission, pooled as the database's own table does."""

_SPELLED = {name.lower(): name for name in LEADS}


def label_of(reason: str) -> str:
    """Return the class of a reason for admission.

    Parameters
    ----------
    reason : str
        As the header of the record writes it.

    Returns
    -------
    str
        By `LABELS`. A reason that the database is not known to have is returned in
        lower case, so that it is neither lost nor pooled with others.

    Examples
    --------
    >>> from skecg.datasets._ptb_facts import label_of
    >>> label_of("Heart failure (NYHA 3)"), label_of("Pericarditis"), label_of("n/a")
    ('cardiomyopathy', 'pericarditis', 'unknown')
    """
    key = reason.strip().lower()
    return LABELS.get(key, key)


def spell_lead(name: str) -> str:
    """Return a lead's name as the textbooks write it.

    Parameters
    ----------
    name : str
        As the database writes it, or anybody: upper and lower case do not count.

    Returns
    -------
    str
        The name itself if it is none of `LEADS`.

    Examples
    --------
    >>> from skecg.datasets._ptb_facts import spell_lead
    >>> spell_lead("avr"), spell_lead("iii"), spell_lead("resp")
    ('aVR', 'III', 'resp')
    """
    return _SPELLED.get(name.lower(), name)


def check_leads(leads: int | Sequence[str]) -> tuple[str, ...]:
    """Return the names of the leads that are asked for.

    Parameters
    ----------
    leads : {12, 15} or sequence of str
        How many, or which.

    Returns
    -------
    tuple of str

    Raises
    ------
    TypeError
        If it is a single string.
    ValueError
        If it is another number, empty, or names a lead twice or one that is none.
    """
    if isinstance(leads, str):
        raise TypeError(f"leads must be a list of names, got {leads!r}: [{leads!r}]?")
    if isinstance(leads, int):
        if leads not in (len(STANDARD_LEADS), len(LEADS)):
            raise ValueError(f"leads must be 12, 15 or a list of names, got {leads}.")
        return LEADS[:leads]
    names = tuple(spell_lead(str(name)) for name in leads)
    unknown = [name for name in names if name not in LEADS]
    if unknown or not names:
        raise ValueError(f"leads must be among {', '.join(LEADS)}; got {list(leads)}.")
    if len(set(names)) < len(names):
        raise ValueError(f"leads names one more than once: {list(leads)}.")
    return names


def check_ptb_records(records: Sequence[str]) -> tuple[str, ...]:
    """Return the record ids as a tuple, or say what is wrong with them.

    Parameters
    ----------
    records : sequence of str
        Ids such as ``"patient001/s0010_re"``.

    Returns
    -------
    tuple of str

    Raises
    ------
    TypeError
        If it is a single string.
    ValueError
        If it is empty, names an id twice, or one that is none.

    Examples
    --------
    >>> from skecg.datasets._ptb_facts import check_ptb_records
    >>> check_ptb_records(["patient001/s0010_re"])
    ('patient001/s0010_re',)
    """
    return check_ids(
        records,
        known="the patient's folder and the record's name: 'patient001/s0010_re'",
        pattern=r"patient\d{3}/\w+",
    )
