"""Leads out of a CSV table with a column of times."""

import csv
from pathlib import Path

import numpy as np

from skecg.datasets._lead_names import lead_name, pick_leads
from skecg.datasets._leads import Leads
from skecg.exceptions import DataFileError

_TIME = "time"
_MOST_UNEVEN = 0.1  # of a step: times are written with few digits


def read_lead_table(
    path: Path,
    lead: tuple[str, ...] | None,
    n_leads: int,
    sampling_rate: float | None = None,
) -> Leads:
    """Read leads of a CSV file: a column ``time`` in seconds, the others in mV.

    Parameters
    ----------
    path : Path
        Of the file. Its first line names the columns; an empty cell is a missing
        sample.
    lead : tuple of str or None
        Names in order of preference; None for all leads.
    n_leads : int
        How many, if `lead` is given.
    sampling_rate : float, optional
        In Hz, of a file without a column ``time``.

    Returns
    -------
    Leads

    Raises
    ------
    DataFileError
        If there is no such column, no sample, something that is no number, or times
        that are not evenly spaced.
    """
    columns, samples = _read(path)
    has_time = _TIME in columns
    if not has_time and sampling_rate is None:
        raise DataFileError(
            f"{path} must have a column {_TIME!r} in seconds, which tells how many "
            f"samples a second it has; it has the columns {columns}."
        )
    if len(columns) - has_time < 1 or len(samples) < 2:
        raise DataFileError(
            f"{path} must have a column in mV for each lead, and two samples or more; "
            f"it has the columns {columns} and {len(samples)} samples."
        )
    if sampling_rate is None or has_time:
        at = columns.index(_TIME)
        rate = _rate_of(samples[:, at], path)
        samples = np.delete(samples, at, axis=1)
    else:
        rate = float(sampling_rate)
    names = [lead_name(name) for name in columns if name != _TIME]
    chosen = pick_leads(names, lead, n_leads, path)
    return Leads(samples.T[chosen], [names[index] for index in chosen], rate)


def _read(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        rows = csv.reader(file)
        try:
            columns = [name.strip() for name in next(rows, [])]
            samples = [
                [float(cell) if cell.strip() else np.nan for cell in row]
                for row in rows
                if row
            ]
            return columns, np.array(samples).reshape(len(samples), len(columns))
        except (ValueError, csv.Error) as error:
            raise DataFileError(
                f"{path} is no table of numbers below a line of names: {error}."
            ) from error


def _rate_of(times: np.ndarray, path: Path) -> float:
    steps = np.diff(times)
    step = (times[-1] - times[0]) / len(steps)
    if not (step > 0 and np.abs(steps - step).max() <= _MOST_UNEVEN * step):
        raise DataFileError(
            f"{path} must have evenly spaced times in seconds, ascending and none "
            "missing. Leave cells of leads empty where samples are missing."
        )
    return float(1 / step)
