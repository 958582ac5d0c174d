"""Tables of the guide whose figures of ours are taken from the benchmarks.

`tables.toml` holds the rows. A row with `results` names a file of `benchmarks/results`,
and its cells are formatted with what the file holds, so that no page can tell another
figure than the benchmark measured. A row whose file is not there yet is left out.
"""

import json
import tomllib
from pathlib import Path
from statistics import fmean
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "results"


def write_tables(folder: Path) -> None:
    """Write each table of `tables.toml` into a file of `folder`, to be included.

    Parameters
    ----------
    folder : Path
        Is made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = tomllib.loads((HERE / "tables.toml").read_text(encoding="utf-8"))
    for name, table in tables.items():
        text = list_table(table["columns"], filled_rows(table["row"], RESULTS))
        (folder / f"{name}.inc").write_text(text, encoding="utf-8")


def filled_rows(rows: list[dict[str, Any]], results: Path) -> list[list[str]]:
    """Return the cells of each row that has its results, the figures put in.

    Parameters
    ----------
    rows : list of dict
        With `cells`, and with `results` where the cells take figures from a file.
    results : Path
        The folder with the files.

    Returns
    -------
    list of list of str
    """
    filled = []
    for row in rows:
        cells = row["cells"]
        if "results" in row:
            path = results / f"{row['results']}.json"
            if not path.exists():
                continue
            record = told(json.loads(path.read_text(encoding="utf-8")))
            cells = [cell.format(**record) for cell in cells]
        filled.append(cells)
    return filled


def told(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with what its runs, one a seed, have together.

    Parameters
    ----------
    record : dict
        As a benchmark kept it.

    Returns
    -------
    dict
        The record; if `runs` is a list of runs also their `mean`, `lowest` and
        `highest`, and, where runs have F1 by class, the mean of that over N, S and V.
    """
    runs = record.get("runs")
    if not isinstance(runs, list):
        return record
    names = [name for name, value in runs[0].items() if isinstance(value, float)]
    mean = _mean(runs)
    found = record | {
        "mean": mean,
        "lowest": {name: min(run[name] for run in runs) for name in names},
        "highest": {name: max(run[name] for run in runs) for name in names},
    }
    if "f1" in mean:
        found["macro_f1_nsv"] = fmean(mean["f1"][label] for label in "NSV")
    return found


def _mean(values: list[Any]) -> Any:
    """Return the mean of numbers, or of the numbers inside dictionaries of one form."""
    if isinstance(values[0], dict):
        return {name: _mean([one[name] for one in values]) for name in values[0]}
    return fmean(values) if isinstance(values[0], float) else values[0]


def list_table(columns: list[str], rows: list[list[str]]) -> str:
    """Return a table in reStructuredText.

    Parameters
    ----------
    columns : list of str
        What stands above them.
    rows : list of list of str
        A cell for each column, in one line.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a row has more or fewer cells than there are columns.
    """
    lines = [".. list-table::", "   :header-rows: 1", "   :class: figures", ""]
    for row in [columns, *rows]:
        if len(row) != len(columns):
            raise ValueError(f"The table has {len(columns)} columns, a row is {row!r}.")
        marks = ["   * -", *["     -"] * (len(row) - 1)]
        lines += [
            f"{mark} {cell}".rstrip() for mark, cell in zip(marks, row, strict=True)
        ]
    return "\n".join(lines) + "\n"
