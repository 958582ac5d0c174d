"""Folders of small pictures to label."""

from pathlib import Path

from PIL import Image

from known_pictures import ecg_picture


def folder_of_pictures(folder: Path, n_pictures: int = 6) -> Path:
    """Write pictures that differ, 00.png to ..., and return the folder."""
    folder.mkdir(exist_ok=True)
    for seed in range(n_pictures):
        picture = ecg_picture((120, 180), seed=seed)
        Image.fromarray(picture).save(folder / f"{seed:02}.png")
    return folder
