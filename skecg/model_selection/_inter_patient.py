"""The split by patient that nearly all papers on MIT-BIH report."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_consistent_length
from sklearn.utils.metadata_routing import UNUSED

from skecg.datasets._mitbih_facts import DS1, DS2, RECORDS
from skecg.model_selection._ids import read_column
from skecg.signal._checks import shorten

# Records 201 and 202 were taken from one subject; the split of the literature puts
# the first into DS1 and the second into DS2.
_SAME_SUBJECT_AS_201 = "202"


class InterPatientSplit(BaseCrossValidator):
    """One fold of the MIT-BIH records: train on DS1, test on DS2.

    The 44 records without a pacemaker stand in two halves of 22, fixed by de Chazal et
    al. [1]_ and used by nearly every paper that keeps patients apart. The four paced
    records (102, 104, 107, 217) are in neither half, as EC57 asks.

    Parameters
    ----------
    strict : bool, default=False
        Records 201 (DS1) and 202 (DS2) are one subject. False keeps the split of the
        literature, for figures that compare with it; True moves 202 to the training
        part, so that no subject is on both sides.

    Raises
    ------
    TypeError
        If `strict` is not a bool.

    See Also
    --------
    GroupValidSplit : One patient-wise split of any data set.
    sklearn.model_selection.GroupKFold : Patient-wise folds of any data set.

    Notes
    -----
    The split goes by **record**; `groups`, where an estimator wants it, is the
    **patient**. With metadata routing on, both travel in one call, because this
    splitter requests `record` and leaves `groups` alone::

        cross_validate(clf, X, y, cv=InterPatientSplit(),
                       params={"record": record, "groups": patients})

    With routing off, scikit-learn hands a splitter nothing but `groups`, which then has
    to hold the record ids::

        cross_validate(clf, X, y, cv=InterPatientSplit(), groups=record)

    Given patient ids in place of record ids, 202's beats would go to the training
    part, for their patient is called 201.

    References
    ----------
    .. [1] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
       heartbeats using ECG morphology and heartbeat interval features. IEEE
       Transactions on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.model_selection import InterPatientSplit
    >>> record = np.array(["100", "101", "102", "201", "202"])
    >>> X = np.zeros((5, 187))
    >>> for train, test in InterPatientSplit().split(X, record=record):
    ...     print(record[train], record[test])
    ['101' '201'] ['100' '202']
    >>> for train, test in InterPatientSplit(strict=True).split(X, record=record):
    ...     print(record[train], record[test])
    ['101' '201' '202'] ['100']
    """

    __metadata_request__split: ClassVar[dict[str, bool | str]] = {
        "record": True,
        "groups": UNUSED,
    }

    def __init__(self, *, strict: bool = False) -> None:
        given: object = strict  # whatever the hint says, callers pass anything
        if not isinstance(given, (bool, np.bool_)):
            raise TypeError(
                "strict must be True (202 trains, with its subject's 201) or False "
                f"(the split of the literature), got {strict!r}."
            )
        self.strict = strict

    def get_n_splits(
        self,
        X: Any = None,
        y: Any = None,
        groups: Any = None,
        record: Any = None,
    ) -> int:
        """Return 1, whatever the data.

        Parameters
        ----------
        X, y, groups, record : object
            Ignored; here for compatibility.

        Returns
        -------
        int
            The number of folds.
        """
        return 1

    def split(
        self,
        X: Any,
        y: Any = None,
        groups: npt.ArrayLike | None = None,
        record: npt.ArrayLike | None = None,
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the one pair of training and test rows.

        Parameters
        ----------
        X : array-like of shape (n_rows, ...)
            Beats or records; only their number matters.
        y : array-like of shape (n_rows,), default=None
            Ignored.
        groups : array-like of shape (n_rows,), default=None
            The record ids, where metadata routing is off; not looked at if `record` is
            given.
        record : array-like of str, int or float of shape (n_rows,), default=None
            The MIT-BIH record of every row: ``"100"``, ``100`` or ``100.0``.

        Yields
        ------
        train : ndarray of int
            Rows of DS1, in order.
        test : ndarray of int
            Rows of DS2, in order.

        Raises
        ------
        ValueError
            If neither `record` nor `groups` is given, if their length is not that of
            `X`, if an id is not one of MIT-BIH's 48, or if a side would be empty.
        """
        given, name = (record, "record") if record is not None else (groups, "groups")
        if given is None:
            raise ValueError(
                "InterPatientSplit needs the record of every row. Give "
                "params={'record': record} with metadata routing on, groups=record "
                "with routing off, or split(X, record=record)."
            )
        check_consistent_length(X, given)
        column = read_column(given, name=name)
        ids = np.array([_as_text(one) for one in column.tolist()])
        _check_known(ids, name)
        train_records, test_records = self._sides()
        train = _rows_of(train_records, ids, side="training part (DS1)")
        test = _rows_of(test_records, ids, side="test part (DS2)")
        yield train, test

    def _sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if not self.strict:
            return DS1, DS2
        rest = tuple(record for record in DS2 if record != _SAME_SUBJECT_AS_201)
        return (*DS1, _SAME_SUBJECT_AS_201), rest


def _as_text(one: Any) -> str:
    # A column of ids that once had gaps is float: pandas makes 101 a 101.0.
    whole = isinstance(one, float) and one.is_integer()
    return str(int(one) if whole else one)


def _check_known(ids: np.ndarray, name: str) -> None:
    unknown = sorted(set(ids.tolist()).difference(RECORDS))
    if unknown:
        raise ValueError(
            f"{name} must hold MIT-BIH record ids ({RECORDS[0]} to {RECORDS[-1]}, as "
            f"str or int); these are none: {shorten(unknown)}. For other data split by "
            "patient with GroupKFold."
        )


def _rows_of(records: tuple[str, ...], ids: np.ndarray, *, side: str) -> np.ndarray:
    rows = np.flatnonzero(np.isin(ids, records))
    if not rows.size:
        raise ValueError(
            f"The {side} would be empty: none of its records {', '.join(records)} is "
            f"there, only {shorten(sorted(set(ids.tolist())))}."
        )
    return rows
