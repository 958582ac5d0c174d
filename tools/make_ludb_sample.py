"""Gather the records of the Lobachevsky database that ship inside the package.

Ten records of those that kernels are tuned on (1-75) and ten of the others, chosen by
their diagnoses; in full length and at the original rate, rounded to a thousandth of
each lead's range. Nothing is random: the same source gives the same file, byte for
byte, with the same numpy and zlib.

    python tools/make_ludb_sample.py --source DIR \
        --out skecg/datasets/data/ludb/records.npz
"""

from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from skecg.datasets._ludb_sample import STEPS_PER_RANGE, WAVES
from skecg.datasets._wfdb import read_annotations, read_header, read_leads

# Why a record was chosen; what its cardiologists wrote is in the file.
CHOSEN = {
    "13": "first-degree block, T nearly flat",
    "22": "sinus arrhythmia, early atrial beat",
    "24": "left bundle branch block, T inverted",
    "30": "bradycardia",
    "35": "atrial flutter",
    "38": "atrial fibrillation, ventricular beat, T inverted",
    "56": "normal",
    "69": "ST elevation, T inverted",
    "70": "tachycardia",
    "74": "paced",
    "82": "hemiblock, T deeply inverted",
    "83": "atrial fibrillation, ventricular couplets",
    "90": "paced, another electrode",
    "99": "sinus arrhythmia, right axis",
    "103": "atrial flutter",
    "105": "ventricular beats between normal ones",
    "107": "first-degree block, T nearly flat",
    "108": "right bundle branch block, early atrial beats",
    "117": "tachycardia",
    "135": "normal",
}
LEADS = {"ii": "II", "i": "I", "v1": "V1", "v2": "V2", "v5": "V5"}
MARKED = "ii"
SYMBOLS = {"p": "p", "qrs": "N", "t": "t"}


class Record(NamedTuple):
    """A record with its marks.

    Attributes
    ----------
    name : str
        Its id.
    sampling_rate : float
        In Hz.
    steps : ndarray of int16 of shape (5, n_times)
        Samples in thousandths of their lead's range.
    waves : dict of str to ndarray of int64 of shape (n_waves, 3)
        Onset, peak and offset of each wave, by its kind.
    diagnoses : str
        Findings, separated by semicolons.
    """

    name: str
    sampling_rate: float
    steps: np.ndarray
    waves: dict[str, np.ndarray]
    diagnoses: str


def read_waves(folder: Path, name: str) -> dict[str, np.ndarray]:
    """Read the marks of lead II.

    Parameters
    ----------
    folder : Path
        Where the record is.
    name : str
        Id of the record.

    Returns
    -------
    dict of str to ndarray of int64 of shape (n_waves, 3)

    Raises
    ------
    ValueError
        If a wave lacks one of its three marks.
    """
    marks = read_annotations(folder, name, extension=MARKED)
    whole = marks.symbol.size % 3 == 0
    peaks = marks.symbol[1::3]
    if not (
        whole and (marks.symbol[::3] == "(").all() & (marks.symbol[2::3] == ")").all()
    ):
        raise ValueError(f"record {name}: a wave lacks its onset, peak or offset.")
    triples = marks.sample.reshape(-1, 3)
    return {wave: triples[peaks == symbol] for wave, symbol in SYMBOLS.items()}


def read_diagnoses(folder: Path, name: str) -> str:
    """Read what the cardiologists wrote into the header.

    Parameters
    ----------
    folder : Path
        Where the record is.
    name : str
        Id of the record.

    Returns
    -------
    str
        Findings, separated by semicolons.
    """
    text = (folder / f"{name}.hea").read_text(encoding="utf-8")
    findings = text.partition("#<diagnoses>:\n")[2].splitlines()
    return "; ".join(line.strip("# .") for line in findings if line.strip("# ."))


def read_record(folder: Path, name: str) -> Record:
    """Read a record's chosen leads, its marks and its diagnoses.

    Parameters
    ----------
    folder : Path
        Where the record is.
    name : str
        Its id.

    Returns
    -------
    Record
    """
    header = read_header(folder, name)
    leads = read_leads(header, [header.lead_names.index(lead) for lead in LEADS])
    steps = np.rint(leads * STEPS_PER_RANGE).astype(np.int16)
    waves = read_waves(folder, name)
    return Record(
        name, header.sampling_rate, steps, waves, read_diagnoses(folder, name)
    )


def pack(records: list[Record]) -> dict[str, np.ndarray]:
    """Arrange records as the arrays of the shipped file.

    Parameters
    ----------
    records : list of Record
        In the order of the file.

    Returns
    -------
    dict of str to ndarray
        Numbers and fixed-width strings only: nothing needs pickle.
    """
    (rate,) = {record.sampling_rate for record in records}
    steps = np.stack([record.steps for record in records])
    packed = {
        "differences": np.diff(steps, axis=-1, prepend=np.int16(0)),
        "sampling_rate": np.array(rate),
        "lead_names": np.array(list(LEADS.values())),
        "record": np.array([record.name for record in records]),
        "diagnoses": np.array([record.diagnoses for record in records]),
    }
    for wave in WAVES:
        marks = [record.waves[wave] for record in records]
        packed[wave] = np.concatenate(marks).astype(np.int32)
        packed[f"n_{wave}"] = np.array([len(m) for m in marks], dtype=np.int32)
    return packed


@click.command()
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of LUDB 1.0.1, as PhysioNet distributes it.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .npz file to write.",
)
def main(source: Path, out: Path) -> None:
    """Gather the records, write them and print how many waves each has."""
    click.echo("record     P   QRS     T  chosen for")
    records = []
    for name, reason in CHOSEN.items():
        records.append(read_record(source / "data", name))
        counts = [f"{len(records[-1].waves[wave]):5}" for wave in WAVES]
        click.echo(f"{name:>6} {' '.join(counts)}  {reason}")
    with out.open("wb") as file:
        np.savez_compressed(file, **pack(records))
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
