"""Cut the excerpts of the MIT-BIH Arrhythmia Database that ship inside the package.

Of each record both leads are resampled to 125 Hz as a whole, and the window of two
minutes with the highest score is kept: the sum over the AAMI classes (literature map)
of ``weight * log1p(number of beats of the class in the window)``. The logarithm makes
the first beats of a class count most; the weights favour the rare classes. Windows
begin at whole seconds; of equal ones the earliest is taken. Nothing is random: the same
source gives the same file, byte for byte, with the same numpy and zlib.

    python tools/make_mitbih_sample.py --source DIR \
        --out skecg/datasets/data/mitbih/excerpts.npz
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from skecg.datasets._mitbih_facts import RECORDS
from skecg.datasets._sample import STEPS_PER_MILLIVOLT
from skecg.datasets._wfdb import read_annotations, read_header, read_leads
from skecg.signal.aami import AAMI_CLASSES, to_aami
from skecg.signal.resampling import resample

RATE = 125
SECONDS = 120
WEIGHTS = {"N": 0.25, "S": 1.0, "V": 1.0, "F": 1.5, "Q": 1.5}


class Excerpt(NamedTuple):
    """Two minutes of a record.

    Attributes
    ----------
    record : str
        Its id.
    lead_names : tuple of str
        MLII first where there is one.
    start : int
        Beginning in the full record, in seconds.
    steps : ndarray of int16 of shape (2, 15000)
        Samples in steps of 5 uV.
    sample : ndarray of int64 of shape (n_beats,)
        Annotated beats, in samples of the excerpt.
    symbol : ndarray of str of shape (n_beats,)
        Their symbols.
    """

    record: str
    lead_names: tuple[str, ...]
    start: int
    steps: np.ndarray
    sample: np.ndarray
    symbol: np.ndarray


def best_start(time: np.ndarray, label: np.ndarray, *, duration: float) -> int:
    """Find the window whose rare classes are best represented.

    Parameters
    ----------
    time : ndarray of shape (n_beats,)
        Times of the beats, in seconds, ascending.
    label : ndarray of str of shape (n_beats,)
        Their AAMI classes.
    duration : float
        Length of the record, in seconds.

    Returns
    -------
    int
        The earliest best beginning, in seconds.
    """
    starts = np.arange(int(duration) - SECONDS + 1)
    score = np.zeros(starts.size)
    for name in AAMI_CLASSES:
        of_class = time[label == name]
        counts = np.searchsorted(of_class, starts + SECONDS) - np.searchsorted(
            of_class, starts
        )
        score += WEIGHTS[name] * np.log1p(counts)
    return int(np.argmax(np.round(score, 9)))  # rounded: ties are ties on any machine


def cut_excerpt(source: Path, record: str) -> Excerpt:
    """Read a record and cut its excerpt.

    Parameters
    ----------
    source : Path
        Folder of the database.
    record : str
        Id of the record.

    Returns
    -------
    Excerpt
    """
    header = read_header(source, record)
    names = header.lead_names
    order = sorted(range(len(names)), key=lambda index: names[index] != "MLII")
    marks = read_annotations(source, record)
    label = to_aami(marks.symbol)
    beat = label != ""
    time = marks.sample[beat] / header.sampling_rate
    duration = header.n_times / header.sampling_rate
    start = best_start(time, label[beat], duration=duration)
    sample = np.rint((time - start) * RATE).astype(np.int64)
    inside = (sample >= 0) & (sample < SECONDS * RATE)
    signal = resample(
        read_leads(header, order), sampling_rate=header.sampling_rate, target_rate=RATE
    )
    window = signal[:, start * RATE : (start + SECONDS) * RATE]
    return Excerpt(
        record,
        tuple(names[index] for index in order),
        start,
        np.rint(window * STEPS_PER_MILLIVOLT).astype(np.int16),
        sample[inside],
        marks.symbol[beat][inside],
    )


def pack(excerpts: list[Excerpt]) -> dict[str, np.ndarray]:
    """Arrange excerpts as the arrays of the shipped file.

    Parameters
    ----------
    excerpts : list of Excerpt
        In the order of the file.

    Returns
    -------
    dict of str to ndarray
        Numbers and fixed-width strings only: nothing needs pickle.
    """
    steps = np.stack([excerpt.steps for excerpt in excerpts])
    return {
        "differences": np.diff(steps, axis=-1, prepend=np.int16(0)),
        "sampling_rate": np.array(float(RATE)),
        "record": np.array([excerpt.record for excerpt in excerpts]),
        "lead_names": np.array([excerpt.lead_names for excerpt in excerpts]),
        "start": np.array([excerpt.start for excerpt in excerpts], dtype=np.int32),
        "n_beats": np.array([e.sample.size for e in excerpts], dtype=np.int32),
        "beat_sample": np.concatenate([e.sample for e in excerpts]).astype(np.int32),
        "beat_symbol": np.concatenate([e.symbol for e in excerpts]),
    }


def _row(name: str, start: object, label: np.ndarray) -> str:
    counts = Counter(label.tolist())
    return f"{name:>6} {start!s:>6} " + " ".join(f"{counts[c]:5}" for c in AAMI_CLASSES)


@click.command()
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the MIT-BIH Arrhythmia Database, as PhysioNet distributes it.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .npz file to write.",
)
@click.option(
    "--record", "records", multiple=True, help="Only this record; may be repeated."
)
def main(source: Path, out: Path, records: tuple[str, ...]) -> None:
    """Cut the excerpts, write them and print how many beats of each class they have."""
    click.echo("record  start " + " ".join(f"{name:>5}" for name in AAMI_CLASSES))
    excerpts = []
    for record in records or RECORDS:
        excerpts.append(cut_excerpt(source, record))
        last = excerpts[-1]
        click.echo(_row(record, last.start, to_aami(last.symbol)))
    packed = pack(excerpts)
    click.echo(_row("all", "", to_aami(packed["beat_symbol"])))
    with out.open("wb") as file:
        np.savez_compressed(file, **packed)
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
