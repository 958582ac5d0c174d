"""Gather the records of the PTB Diagnostic database that ship inside the package.

Ten seconds of seven patients with an infarction, which are all that are at hand, and of
the seven oldest of the healthy persons; twelve leads at the original rate, rounded to
5 uV. Nothing is random: the same source gives the same file, byte for byte,
with the same numpy and zlib.

    python tools/make_ptb_sample.py --source DIR \
        --out skecg/datasets/data/ptbdb/records.npz
"""

from pathlib import Path

import click
import numpy as np
from sklearn.utils import Bunch

from skecg.datasets import read_ptb
from skecg.datasets._ptb_sample import PTB_STEPS_PER_MILLIVOLT

# One record of each patient, the first where there are several.
CHOSEN = (
    *("patient205/s0426_re", "patient207/s0428_re", "patient211/s0433_re"),
    *("patient223/s0445_re", "patient226/s0449_re", "patient230/s0454_re"),
    "patient231/s0455_re",
    *("patient229/s0452_re", "patient237/s0465_re", "patient239/s0467_re"),
    *("patient243/s0472_re", "patient244/s0473_re", "patient246/s0478_re"),
    "patient247/s0479_re",
)
_EXCERPT = "_10s"  # behind the name of a record that was cut


def pack(ptb: Bunch) -> dict[str, np.ndarray]:
    """Arrange records as the arrays of the shipped file.

    Parameters
    ----------
    ptb : Bunch
        From `read_ptb`.

    Returns
    -------
    dict of str to ndarray
        Numbers and fixed-width strings only: nothing needs pickle.
    """
    steps = np.rint(ptb.data.astype(np.float64) * PTB_STEPS_PER_MILLIVOLT)
    return {
        "differences": np.diff(steps, axis=-1, prepend=0).astype(np.int16),
        "sampling_rate": np.array(ptb.sampling_rate),
        "lead_names": ptb.lead_names[0],
        "record": np.char.replace(ptb.record, _EXCERPT, ""),
        "diagnosis": ptb.diagnosis,
        "age": ptb.age,
        "sex": ptb.sex,
    }


@click.command()
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with ten-second excerpts of the database, patientNNN/sNNNN_re_10s.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .npz file to write.",
)
def main(source: Path, out: Path) -> None:
    """Gather the records, write them and print who they are of."""
    ptb = read_ptb(source, records=[record + _EXCERPT for record in CHOSEN])
    for record, target, age, sex in zip(
        CHOSEN, ptb.target, ptb.age, ptb.sex, strict=True
    ):
        click.echo(f"{record}  {target:10}  {age:.0f}  {sex}")
    with out.open("wb") as file:
        np.savez_compressed(file, **pack(ptb))
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
