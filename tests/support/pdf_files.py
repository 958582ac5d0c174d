"""PDF files, byte by byte: what no program writes that means well."""

import io
import zlib

import numpy as np
from PIL import Image

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def scanned(*pages: np.ndarray, dpi: float = 100.0) -> bytes:
    """Return what a scanner makes of pictures: a page for each."""
    first, *others = map(Image.fromarray, pages)
    stream = io.BytesIO()
    first.save(
        stream, "PDF", resolution=dpi, save_all=True, append_images=others, quality=95
    )
    return stream.getvalue()


def blank(width: float, height: float) -> bytes:
    """Return a page of a size in points, with nothing on it."""
    box = f"/MediaBox [0 0 {width:.0f} {height:.0f}]".encode()
    return _whole(_CATALOG, _ONE_PAGE, b"<< /Type /Page /Parent 2 0 R %s >>" % box)


def no_page() -> bytes:
    """Return a PDF that is whole and empty."""
    return _whole(_CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>")


def encrypted() -> bytes:
    """Return a PDF whose password nobody knows."""
    return _whole(
        _CATALOG,
        _ONE_PAGE,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
        % (b"41" * 32, b"42" * 32),
        trailer=b"/Encrypt 4 0 R /ID [<%s> <%s>]" % (b"43" * 16, b"43" * 16),
    )


def bomb(side: int, *, hidden: bool) -> bytes:
    """Return a square inch on which a picture of many pixels lies, maybe in a form."""
    picture = _stream(
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Filter /FlateDecode" % (side, side),
        zlib.compress(bytes(1000)),
    )
    paint = b"q 72 0 0 72 0 0 cm /P Do Q"
    resources = b"/Resources << /XObject << /P %d 0 R >> >>"
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 72 72] " + resources % 5
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] /Contents 4 0 R %s >>"
    return _whole(
        _CATALOG,
        _ONE_PAGE,
        page % (resources % (6 if hidden else 5)),
        _stream(b"", b"q /P Do Q" if hidden else paint),
        picture,
        _stream(form, paint),
    )


def _stream(entries: bytes, data: bytes) -> bytes:
    head = b"<< %s /Length %d >>" % (entries, len(data))
    return head + b"\nstream\n" + data + b"\nendstream"


def _whole(*objects: bytes, trailer: bytes = b"") -> bytes:
    content, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start, size = len(content), len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(places)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size, trailer)
    return content + table + end + b"startxref\n%d\n%%%%EOF\n" % start
