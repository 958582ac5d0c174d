"""The five heartbeat classes of ANSI/AAMI EC57, and the two symbol maps in use.

MIT-BIH's annotators wrote some fifteen beat symbols. EC57 pools them into five
classes, and there are two readings of it: nearly all papers follow de Chazal et al.
[1]_ and count nodal (junctional) escape beats ``j`` and atrial escape beats ``e`` as
normal; PhysioNet's own comparison program ``bxb`` counts them as supraventricular.
The choice moves the number of S beats of DS2 from 1,837 to 2,050, so a figure means
nothing without its map.

References
----------
.. [1] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
   heartbeats using ECG morphology and heartbeat interval features. IEEE Transactions
   on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

AAMI_CLASSES: tuple[str, ...] = ("N", "S", "V", "F", "Q")
"""Normal, supraventricular, ventricular, fusion, paced or unclassifiable."""


def _invert(pooled: dict[str, str]) -> Mapping[str, str]:
    return MappingProxyType(
        {
            symbol: label
            for label, symbols in pooled.items()
            for symbol in symbols.split()
        }
    )


SYMBOL_MAPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "literature": _invert(
            {"N": "N L R e j", "S": "A a J S", "V": "V E", "F": "F", "Q": "/ f Q"}
        ),
        "bxb": _invert(
            {"N": "N L R B", "S": "A a J S e j n", "V": "V E r", "F": "F", "Q": "/ f Q"}
        ),
    }
)
"""Annotation symbol to AAMI class, by the name of the reading."""


def to_aami(symbols: npt.ArrayLike, *, mapping: str = "literature") -> np.ndarray:
    """Pool beat annotation symbols into the five AAMI classes.

    Parameters
    ----------
    symbols : array-like of str of shape (n_annotations,)
        Annotation symbols as PhysioNet writes them.
    mapping : {"literature", "bxb"}, default="literature"
        Which reading of EC57: ``e`` and ``j`` are N in the first, S in the second.

    Returns
    -------
    ndarray of str of shape (n_annotations,)
        One of `AAMI_CLASSES`, or ``""`` for an annotation that is not a beat
        (rhythm changes, noise marks, flutter waves ``!``).

    Raises
    ------
    ValueError
        If `mapping` is not one of the two, or `symbols` is not one-dimensional.

    Examples
    --------
    >>> from skecg.signal.aami import to_aami
    >>> to_aami(["N", "j", "V", "+"])
    array(['N', 'N', 'V', ''], dtype='<U1')
    >>> to_aami(["N", "j", "V", "+"], mapping="bxb")
    array(['N', 'S', 'V', ''], dtype='<U1')
    """
    if mapping not in SYMBOL_MAPS:
        raise ValueError(
            f"mapping must be one of {sorted(SYMBOL_MAPS)}, got {mapping!r}."
        )
    given = np.asarray(symbols)
    if given.ndim != 1:
        raise ValueError(
            f"symbols must be a list of annotation symbols, got {symbols!r}. For a "
            "single one pass a list of one: ['N']."
        )
    table = SYMBOL_MAPS[mapping]
    return np.array([table.get(symbol, "") for symbol in given.tolist()], dtype="<U1")
