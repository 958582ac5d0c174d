"""Cut the minute of electrode noise that ships inside the package.

The noise is what the MIT-BIH Noise Stress Test Database added to record 118: the noisy
record less the clean one, and less the constant by which their samples differ where
nothing was added. Nothing is random: the same source gives the same file, byte for
byte, with the same numpy and zlib.

    python tools/make_noise_sample.py --noisy DIR --clean DIR \
        --out skecg/datasets/data/nstdb/noise.npz
"""

from pathlib import Path

import click
import numpy as np

from skecg.datasets._noise_sample import NOISE_STEPS_PER_MILLIVOLT
from skecg.datasets._wfdb import read_header, read_leads

NOISY, CLEAN = "118e00", "118"
START, SECONDS = 300, 60  # the database adds noise from minute 5 on


def cut_noise(noisy: Path, clean: Path) -> dict[str, np.ndarray]:
    """Subtract the clean record from the noisy one.

    Parameters
    ----------
    noisy : Path
        Folder of the MIT-BIH Noise Stress Test Database.
    clean : Path
        Folder of the MIT-BIH Arrhythmia Database.

    Returns
    -------
    dict of str to ndarray
        The arrays of the shipped file.

    Raises
    ------
    ValueError
        If the records differ before the noise begins by more than a constant.
    """
    header = read_header(noisy, NOISY)
    added = read_leads(header) - read_leads(read_header(clean, CLEAN))
    steps = np.rint(added * NOISE_STEPS_PER_MILLIVOLT).astype(np.int64)
    begin = round(START * header.sampling_rate)
    offset = steps[:, :1]
    if (steps[:, :begin] != offset).any():
        raise ValueError(f"{NOISY} is not {CLEAN} with noise from {START} s on.")
    window = steps[:, begin : begin + round(SECONDS * header.sampling_rate)] - offset
    return {
        "differences": np.diff(window, axis=-1, prepend=0).astype(np.int16),
        "sampling_rate": np.array(header.sampling_rate),
        "lead_names": np.array(header.lead_names),
        "start": np.array(START, dtype=np.int32),
    }


@click.command()
@click.option(
    "--noisy",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the MIT-BIH Noise Stress Test Database.",
)
@click.option(
    "--clean",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the MIT-BIH Arrhythmia Database.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .npz file to write.",
)
def main(noisy: Path, clean: Path, out: Path) -> None:
    """Cut the noise and write it."""
    packed = cut_noise(noisy, clean)
    with out.open("wb") as file:
        np.savez_compressed(file, **packed)
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
