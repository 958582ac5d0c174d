"""What is known of the MIT-BIH Arrhythmia Database without reading it.

Records, the split nearly every paper uses, and who is who [1]_ [2]_.

References
----------
.. [1] Moody G. B., Mark R. G. (2001). The impact of the MIT-BIH Arrhythmia Database.
   IEEE Engineering in Medicine and Biology 20(3), 45-50. :doi:`10.1109/51.932724`
.. [2] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
   heartbeats using ECG morphology and heartbeat interval features. IEEE Transactions
   on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`
"""

from collections.abc import Sequence

from skecg.datasets._ids import check_ids


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split())


DS1: tuple[str, ...] = _ids(
    "101 106 108 109 112 114 115 116 118 119 122 124 "
    "201 203 205 207 208 209 215 220 223 230"
)
"""The 22 training records of de Chazal et al. (2004)."""

DS2: tuple[str, ...] = _ids(
    "100 103 105 111 113 117 121 123 "
    "200 202 210 212 213 214 219 221 222 228 231 232 233 234"
)
"""Their 22 test records."""

PACED: tuple[str, ...] = _ids("102 104 107 217")
"""The records of patients with a pacemaker, in neither set."""

RECORDS: tuple[str, ...] = tuple(sorted(DS1 + DS2 + PACED))
"""All 48 records."""

LEADS: tuple[str, ...] = ("MLII", "V1", "V2", "V4", "V5")
"""Every lead that occurs; a record has two of them."""

# 202 was taken from the same analog tape as 201, as its header says: one man, aged 68.
_SAME_PATIENT = {"202": "201"}


def check_records(records: Sequence[str]) -> tuple[str, ...]:
    """Return the record ids as a tuple, or say which the database does not have.

    Parameters
    ----------
    records : sequence of str
        Ids such as ``"100"``.

    Returns
    -------
    tuple of str

    Raises
    ------
    TypeError
        If it is a single string.
    ValueError
        If it is empty, names an id twice, or names one that is not in `RECORDS`.

    Examples
    --------
    >>> from skecg.datasets._mitbih_facts import check_records
    >>> check_records(["100", "232"])
    ('100', '232')
    """
    return check_ids(records, known=", ".join(RECORDS), pattern="|".join(RECORDS))


def patient_of(record: str) -> str:
    """Return the patient that a record was taken from.

    47 patients gave the 48 records: 201 and 202 are one man, and the usual split has
    him on both sides (201 in DS1, 202 in DS2).

    Parameters
    ----------
    record : str
        Id such as ``"100"``.

    Returns
    -------
    str
        The patient's first record stands for the patient.

    Raises
    ------
    ValueError
        If the database has no such record.

    Examples
    --------
    >>> from skecg.datasets._mitbih_facts import patient_of
    >>> patient_of("100"), patient_of("202")
    ('100', '201')
    """
    check_records([record])
    return _SAME_PATIENT.get(record, record)
