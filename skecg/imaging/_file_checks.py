"""What is asked of every picture file, with errors that name it."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skecg.exceptions import DataFileError

# What Pillow's readers, and PDFium's, raise over damaged files.
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    EOFError,
    RuntimeError,
    AttributeError,
    struct.error,
    zlib.error,
    Warning,
)


@contextmanager
def damage_told(file: Path) -> Iterator[None]:
    """Turn what readers raise over a damaged file into an error that names it.

    Parameters
    ----------
    file : Path
        What is read inside the block.

    Raises
    ------
    DataFileError
        If it is damaged.
    """
    try:
        yield
    except DataFileError:
        raise
    except DAMAGE as error:
        raise DataFileError(
            f"{file} is truncated or damaged, or of a kind that is not read: "
            f"{str(error).rstrip('.')}. Copy or export it again, or leave it out."
        ) from error


def check_pixels(file: Path, width: int, height: int, most: int) -> None:
    """Raise if a picture is too large, before it is decoded.

    Parameters
    ----------
    file : Path
        Where it is.
    width, height : int
        Of the picture.
    most : int
        The most pixels that are taken.

    Raises
    ------
    DataFileError
        If it has more.
    """
    if width * height > most:
        raise DataFileError(
            f"{file} has {width} x {height} pixels, more than {most:,}. Pass a larger "
            "max_pixels if the file is what it should be."
        )


def check_page(file: Path, page: int, n_pages: int) -> None:
    """Raise if there is no such page.

    Parameters
    ----------
    file : Path
        Where it should be.
    page : int
        Counted from 0.
    n_pages : int
        How many there are.

    Raises
    ------
    DataFileError
        If `page` is not among them.
    """
    if page >= n_pages:
        raise DataFileError(
            f"{file} has no page {page}: they are counted from 0, and it has {n_pages}."
        )
