"""Reading ids of patients and records, whatever type they come in."""

from typing import Any

import numpy as np
import numpy.typing as npt


def read_column(values: npt.ArrayLike, *, name: str, n_rows: int | None = None) -> Any:
    """Return `values` as a 1-D array of `n_rows` elements, none of them missing."""
    column = np.asarray(values)
    if column.ndim != 1:
        raise ValueError(
            f"{name} must be one-dimensional, one value per row, got shape "
            f"{column.shape}."
        )
    if n_rows is not None and len(column) != n_rows:
        raise ValueError(
            f"{name} must have one value per row: got {len(column)} values for "
            f"{n_rows} rows."
        )
    missing = [i for i, value in enumerate(column.tolist()) if _is_missing(value)]
    if missing:
        raise ValueError(
            f"{name} is missing (None or NaN) in {len(missing)} rows, first in row "
            f"{missing[0]}. Give every row a value, or leave these rows out."
        )
    return column


def encode(column: np.ndarray) -> tuple[list[Any], np.ndarray]:
    """Return the different values in order of appearance, and each row's index."""
    # A dict, not np.unique: object arrays may mix types that cannot be sorted.
    table: dict[Any, int] = {}
    codes = np.fromiter(
        (table.setdefault(value, len(table)) for value in column.tolist()),
        dtype=np.intp,
        count=len(column),
    )
    return list(table), codes


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)
