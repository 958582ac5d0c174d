"""Picture files into arrays: every kind that scanners, cameras and programs write.

Pages of PDF files too, which need pypdfium2: ``pip install skecg[pdf]``.

What comes out is always 8-bit grey or colour, the right way up, on white paper. What
cannot be used is refused before it takes memory, with an error that names the file.
"""

import math
import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from PIL import ExifTags, Image, ImageOps

from skecg._files import leads_nowhere
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging import _pdf
from skecg.imaging._file_checks import DAMAGE, check_page, check_pixels, damage_told

Color = Literal["grey", "rgb"]

MAX_PIXELS = 50_000_000
"""A sheet of A4 has 35 million at 600 dots an inch."""
MAX_BYTES = 128 * 2**20
"""A sheet of A4 has 100 MiB at 600 dots an inch when it is not compressed."""

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".png": "PNG",
        ".jpg": "JPEG",
        ".jpeg": "JPEG",
        ".jpe": "JPEG",
        ".jfif": "JPEG",
        ".tif": "TIFF",
        ".tiff": "TIFF",
        ".bmp": "BMP",
        ".dib": "BMP",
        ".webp": "WEBP",
        ".pdf": "PDF",
    }
)
"""The endings of file names that pictures have, in small letters, and their formats."""

_FORMATS = tuple(sorted(set(SUFFIXES.values()) - {"PDF"}))  # those that Pillow reads
_PHOTO = {"MPO": "JPEG", "DIB": "BMP"}  # of phones with two lenses; BMP without a head
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def read_image(
    path: str | os.PathLike[str],
    *,
    color: Color = "rgb",
    page: int = 0,
    dpi: float = 200.0,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
) -> np.ndarray:
    """Read a picture from a PNG, JPEG, TIFF, BMP or WebP file, or a page of a PDF.

    Parameters
    ----------
    path : str or os.PathLike
        The file. What it holds decides how it is read; an ending that says something
        else is an error.
    color : {"rgb", "grey"}, default="rgb"
        Whether the result has three channels or one.
    page : int, default=0
        Which page of a PDF or TIFF, or frame of another file, counted from 0.
    dpi : float, default=200
        Pixels to an inch that a page of a PDF is drawn with. A sheet of A4 becomes
        1654 x 2339 pixels at 200. Other files have the pixels that they have.
    max_pixels : int, default=50,000,000
        The most pixels that are decoded or drawn.
    max_bytes : int, default=134,217,728
        The largest file that is read.

    Returns
    -------
    ndarray of uint8 of shape (height, width, 3) or (height, width)
        Turned the way the camera was held, transparent parts on white, 16 bits brought
        to 8.

    Raises
    ------
    DataFileNotFoundError
        If there is no such file.
    DataFileError
        If the file is empty, truncated, damaged, encrypted, no picture, another kind of
        picture than its name says, larger than the limits, or has no such page.
    ImportError
        If it is a PDF and pypdfium2 is not installed (``pip install skecg[pdf]``).
    ValueError
        If `color` is neither of the two, or `page`, `dpi` or a limit is no number that
        it can be.

    Notes
    -----
    Grey is 0.299 R + 0.587 G + 0.114 B. In a JPEG that is the channel that is stored
    first, and the only one that is decoded then, in about half the time.

    Above 89 million pixels Pillow warns as well; set ``PIL.Image.MAX_IMAGE_PIXELS``
    to read larger ones.

    Before a page of a PDF is drawn, its size at `dpi` and that of every picture on it
    are held against `max_pixels`. PDFium, which draws, is not made for threads: they
    wait for each other. It leaves out what it cannot draw, so a damaged picture inside
    a PDF that is whole may come out blank. Form fields are not drawn.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from skecg.imaging.decode import read_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "scan.png"
    ...     Image.new("LA", (40, 20), (0, 128)).save(path)
    ...     image = read_image(path)
    >>> image.shape, image[0, 0].tolist()
    ((20, 40, 3), [127, 127, 127])
    """
    if color not in ("grey", "rgb"):
        raise ValueError(f'color must be "grey" or "rgb", got {color!r}.')
    if min(max_pixels, max_bytes) < 1:
        raise ValueError("max_pixels and max_bytes must be positive.")
    if page < 0:
        raise ValueError(f"page must be 0 or more, got {page}.")
    if not 0 < dpi < math.inf:
        raise ValueError(f"dpi must be a positive number, got {dpi}.")
    file = Path(path)
    content = _read_bytes(file, max_bytes)
    if _pdf.is_pdf(content):
        _check_kind(file, "PDF")
        drawn = _pdf.draw_page(file, content, page=page, dpi=dpi, max_pixels=max_pixels)
        return _decode(Image.fromarray(drawn), color)
    with _open(file, content) as image, damage_told(file):
        _check_kind(file, str(image.format))
        if page:
            check_page(file, page, _n_frames(image))
            image.seek(page)
        check_pixels(file, *image.size, max_pixels)
        return _decode(image, color)


def count_pages(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> int:
    """Return how many pages a file has that `read_image` reads.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    max_bytes : int, default=134,217,728
        The largest file that is read.

    Returns
    -------
    int
        The pages of a PDF or TIFF; the frames of another file, mostly 1.

    Raises
    ------
    DataFileNotFoundError
        If there is no such file.
    DataFileError
        If it is empty, damaged, encrypted, no picture or too large.
    ImportError
        If it is a PDF and pypdfium2 is not installed (``pip install skecg[pdf]``).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from skecg.imaging.decode import count_pages
    >>> sheets = [Image.new("L", (40, 20), shade) for shade in (0, 128, 255)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "scans.tif"
    ...     sheets[0].save(path, save_all=True, append_images=sheets[1:])
    ...     count_pages(path)
    3
    """
    file = Path(path)
    content = _read_bytes(file, max_bytes)
    if _pdf.is_pdf(content):
        return _pdf.count_pages(file, content)
    with _open(file, content) as image, damage_told(file):
        return _n_frames(image)


def is_image_file(path: str | os.PathLike[str]) -> bool:
    """Return whether a file's name ends as those of pictures do.

    Parameters
    ----------
    path : str or os.PathLike
        The file is not opened.

    Returns
    -------
    bool

    Examples
    --------
    >>> from skecg.imaging.decode import is_image_file
    >>> is_image_file("scan.JPG"), is_image_file("labels.csv")
    (True, False)
    """
    return Path(path).suffix.lower() in SUFFIXES


def _read_bytes(file: Path, max_bytes: int) -> bytes:
    try:
        if not file.is_file():
            what = "is no file" if file.exists() else "does not exist"
            if leads_nowhere(file):
                what = f"is a link to {file.readlink()}, which is not there"
            raise DataFileNotFoundError(f"The picture {what}: {file}. Check the path.")
        n_bytes = file.stat().st_size
        if n_bytes == 0:
            raise DataFileError(f"{file} is empty. Copy it again, or leave it out.")
        if n_bytes > max_bytes:
            raise DataFileError(
                f"{file} is larger than {max_bytes:,} bytes. Pass a larger max_bytes "
                "if the file is what it should be."
            )
        return file.read_bytes()
    except DataFileNotFoundError:
        raise
    except OSError as error:  # no right to it, a broken disk, a name that is too long
        raise DataFileError(f"{file} cannot be read: {error.strerror}.") from error


def _open(file: Path, content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=(*_FORMATS, "DIB"))
    except _BOMB as error:
        said = str(error).rstrip(".")
        raise DataFileError(
            f"{file} claims more pixels than any scan has: {said}. Leave it out, or "
            "set PIL.Image.MAX_IMAGE_PIXELS if the file is what it should be."
        ) from error
    except DAMAGE as error:
        raise DataFileError(
            f"{file} is no picture that can be read, whatever its name: it must be one "
            f"of {', '.join(_FORMATS)}. It may be damaged, or of another format."
        ) from error


def _check_kind(file: Path, kind: str) -> None:
    found = _PHOTO.get(kind, kind)
    named = SUFFIXES.get(file.suffix.lower())
    if named not in (None, found):
        raise DataFileError(
            f"{file} is named as a {named} file but holds {found}. Rename it if it is "
            "the right picture; something went wrong where it was written."
        )


def _n_frames(image: Image.Image) -> int:
    return getattr(image, "n_frames", 1)


def _decode(image: Image.Image, color: Color) -> np.ndarray:
    if color == "grey" and image.mode == "RGB":
        image.draft("L", None)  # a JPEG stores the grey picture apart
    image.load()
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        image = ImageOps.exif_transpose(image)
    plain = _on_white(_to_eight_bits(image))
    mode = "L" if color == "grey" else "RGB"
    return np.array(plain if plain.mode == mode else plain.convert(mode))


def _to_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        return image.convert("RGB")
    if image.mode[0] not in "IF":
        return image
    values = np.asarray(image)
    low, high = values.min(), values.max()
    most = 65535 if image.mode[0] == "I" else 1
    if not (low >= 0 and high <= most):
        raise ValueError(
            f"its numbers go from {low} to {high} and should lie from 0 to {most}"
        )
    pixels = np.rint(values * (255 / most)).astype(np.uint8)
    pixels[values == image.info.get("transparency")] = 255
    return Image.fromarray(pixels)


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image)
