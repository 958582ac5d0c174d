"""Gather the pictures of ECGs that ship inside the package.

Six of each class of the ECG Images dataset of Cardiac Patients, evenly spread over the
class in the order of their numbers, made half as large by exact area means. Nothing is
random: the same source gives the same files, byte for byte, with the same Pillow.

    python tools/make_ecg_images_sample.py --source DIR/cropped_703x412 \
        --out skecg/datasets/data/ecg_images/pictures
"""

import re
from pathlib import Path

import click
import numpy as np
from PIL import Image

from skecg.imaging.decode import read_image
from skecg.imaging.resize import area_resize

CLASSES = (
    "Abnormal_Heartbeat",
    "History_of_MI",
    "Myocardial_Infarction",
    "Normal",
)
PER_CLASS = 6
SIZE = (206, 352)
QUALITY = 80


def choose(folder: Path) -> list[Path]:
    """Return the pictures of a class that ship, evenly spread over it.

    Parameters
    ----------
    folder : Path
        The class, with files like ``HB_12.jpg``.

    Returns
    -------
    list of Path
        The first, the last and those between, in the order of their numbers.
    """
    files = sorted(folder.glob("*.jpg"), key=_number)
    places = np.linspace(0, len(files) - 1, PER_CLASS).round().astype(int)
    return [files[place] for place in places.tolist()]


def shrink(source: Path, target: Path) -> None:
    """Write a picture at half its size.

    Parameters
    ----------
    source : Path
        The picture.
    target : Path
        The JPEG file to write.
    """
    image = area_resize(read_image(source), SIZE)
    Image.fromarray(image).save(target, quality=QUALITY, optimize=True)


def _number(path: Path) -> int:
    return int(re.sub(r"\D", "", path.stem))


@click.command()
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the pictures, a folder for each class.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)
def main(source: Path, out: Path) -> None:
    """Choose the pictures, write them small and print their names."""
    for name in CLASSES:
        (out / name).mkdir(parents=True, exist_ok=True)
        for path in choose(source / name):
            shrink(path, out / name / path.name)
        click.echo(f"{name}: {', '.join(path.name for path in choose(source / name))}")
    total = sum(path.stat().st_size for path in out.rglob("*.jpg"))
    click.echo(f"{out}: {total:,} bytes")


if __name__ == "__main__":
    main()
