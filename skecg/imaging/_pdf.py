"""The one place that calls PDFium: pages of PDF files.

PDFium is not made for threads [1]_. All that is done with a file is done under one
lock, and whatever PDFium holds of it is given back before the lock is.

References
----------
.. [1] https://pypdfium2.readthedocs.io, "Incompatibility with Threading".
"""

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ctypes import c_uint
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np

from skecg.exceptions import DataFileError, MissingExtraError
from skecg.imaging._file_checks import check_page, check_pixels, damage_told

_POINTS = 72  # to an inch
_HEAD, _TAIL = b"%PDF-", b"%%EOF"
_NEAR = 1024  # bytes from the start or the end, within which readers look for these
# By which sides are wrong in a file: what was scanned as 60 pixels has not 60.00001,
# which would become 61.
_ROUNDING = 1e-5
_NESTED = 15  # forms inside forms that are searched for pictures
_LOCK = Lock()


def is_pdf(content: bytes) -> bool:
    """Return whether the bytes of a file begin as a PDF does.

    Parameters
    ----------
    content : bytes
        Of the file.

    Returns
    -------
    bool
    """
    return content.lstrip().startswith(_HEAD)


def count_pages(file: Path, content: bytes) -> int:
    """Return how many pages a PDF has.

    Parameters
    ----------
    file : Path
        Named in errors.
    content : bytes
        What is in it.

    Returns
    -------
    int
        1 or more.

    Raises
    ------
    ImportError
        If pypdfium2 is not installed.
    DataFileError
        If the file is truncated, damaged, encrypted or without pages.
    """
    with _opened(file, content, _import_pypdfium2(file)) as document:
        return len(document)


def draw_page(
    file: Path, content: bytes, *, page: int, dpi: float, max_pixels: int
) -> np.ndarray:
    """Return a page of a PDF as a picture in colour, on white.

    Parameters
    ----------
    file : Path
        Named in errors.
    content : bytes
        What is in it.
    page : int
        Counted from 0.
    dpi : float
        Pixels to an inch.
    max_pixels : int
        The most that are drawn, and the most of a picture on the page.

    Returns
    -------
    ndarray of uint8 of shape (height, width, 3)

    Raises
    ------
    ImportError
        If pypdfium2 is not installed.
    DataFileError
        If the file is truncated, damaged, encrypted, without this page, or too large.
    """
    pdfium = _import_pypdfium2(file)
    with _opened(file, content, pdfium) as document:
        check_page(file, page, len(document))
        with closing(document[page]) as sheet:
            scale = dpi / _POINTS * (1 - _ROUNDING)
            width, height = (math.ceil(side * scale) for side in sheet.get_size())
            check_pixels(file, width, height, max_pixels)
            for size in _pictures_on(sheet, pdfium):
                check_pixels(file, *size, max_pixels)
            with closing(sheet.render(scale=scale, rev_byteorder=True)) as bitmap:
                return np.array(bitmap.to_numpy())


@contextmanager
def _opened(file: Path, content: bytes, pdfium: ModuleType) -> Iterator[Any]:
    # Of a file that was cut PDFium would draw what is left.
    if _TAIL not in content.rstrip(b"\0 \t\r\n")[-_NEAR:]:
        raise DataFileError(
            f"{file} is truncated: it does not end as a PDF does. Copy or export it "
            "again, or leave it out."
        )
    with _LOCK, damage_told(file):
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            raise DataFileError(_why(file, content, str(error))) from error
        with closing(document):
            yield document


def _why(file: Path, content: bytes, said: str) -> str:
    # Where there is no page, PDFium says what was wrong with the file before.
    if "password" in said and b"/Encrypt" in content:
        return (
            f"{file} is encrypted: a password is needed to read it. Save it without "
            "one, or leave it out."
        )
    return (
        f"{file} has no page that can be read, or is damaged. Copy or export it again, "
        "or leave it out."
    )


def _pictures_on(sheet: Any, pdfium: ModuleType) -> Iterator[tuple[int, int]]:
    # Width and height of each, as the file gives them: none is decoded.
    kinds = [pdfium.raw.FPDF_PAGEOBJ_IMAGE]
    for one in sheet.get_objects(filter=kinds, max_depth=_NESTED):
        width, height = c_uint(), c_uint()
        if pdfium.raw.FPDFImageObj_GetImagePixelSize(one, width, height):
            yield width.value, height.value


def _import_pypdfium2(file: Path) -> ModuleType:
    try:
        import pypdfium2
        import pypdfium2.raw
    except ImportError as error:
        raise MissingExtraError(
            f"{file} is a PDF. Reading its pages needs the pypdfium2 package: "
            "pip install skecg[pdf]"
        ) from error
    return pypdfium2
