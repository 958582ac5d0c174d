"""The full MIT-BIH set, cut into beats, for the measurements that need it."""

import argparse
import warnings
from collections.abc import Sequence
from typing import Literal

from sklearn.utils import Bunch

from skecg.datasets import read_mitbih
from skecg.exceptions import LeadWarning


def add_data(options: argparse.ArgumentParser) -> None:
    """Add where the data is."""
    options.add_argument(
        "--data", required=True, metavar="DIR", help="folder of the WFDB files"
    )


def add_options(options: argparse.ArgumentParser) -> None:
    """Add where the data is and which seeds are run."""
    add_data(options)
    options.add_argument(
        "--seed",
        type=int,
        nargs="+",
        default=[0],
        dest="seeds",
        help="one fit per seed",
    )


def read_beats(
    folder: str,
    *,
    records: Sequence[str] | None = None,
    form: Literal["kachuee", "centered", "patient"] = "kachuee",
    n_leads: int = 1,
    context: bool = False,
) -> Bunch:
    """Read beats of all 48 records, or of some; literature map."""
    with warnings.catch_warnings():
        # 102 and 104 have no MLII: their first lead is used, as RESULTS.md says.
        warnings.simplefilter("ignore", LeadWarning)
        return read_mitbih(
            folder, beats=form, n_leads=n_leads, records=records, context=context
        )
