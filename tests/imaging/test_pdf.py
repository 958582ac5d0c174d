"""Pages of PDF files, and every PDF that is refused."""

import contextlib
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import pdf_files
from skecg.exceptions import DataFileError
from skecg.imaging._pictures import in_threads
from skecg.imaging.decode import count_pages, is_image_file, read_image

pypdfium2 = pytest.importorskip(
    "pypdfium2", reason="needs pypdfium2: pip install skecg[pdf]"
)

RAMP = np.linspace(0, 255, 60 * 80).round().astype(np.uint8).reshape(60, 80)
SMOOTH = np.stack([RAMP, RAMP // 2 + 60, 255 - RAMP // 3], axis=-1)
PAGES = (SMOOTH, SMOOTH[::-1], 255 - SMOOTH[:40])


@pytest.fixture
def write(tmp_path):
    def write(content: bytes, name: str = "a.pdf"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_every_page_comes_back(write):
    path = write(pdf_files.scanned(*PAGES, dpi=100))
    for number, page in enumerate(PAGES):
        image = read_image(path, page=number, dpi=100)
        assert (image.shape, image.dtype) == (page.shape, np.uint8)
        assert np.abs(image.astype(int) - page).mean() < 3
        grey = read_image(path, page=number, dpi=100, color="grey")
        expected = image @ np.array([0.299, 0.587, 0.114])
        assert np.abs(grey - expected).max() <= 0.51
    assert count_pages(path) == 3
    image[0, 0] = 7  # it belongs to the caller


def test_dpi_are_pixels_to_an_inch(write):
    path = write(pdf_files.blank(595, 842))  # A4
    assert read_image(path, color="grey").shape == (2339, 1653)
    half = read_image(path, dpi=100)
    assert half.shape == (1170, 827, 3)
    assert (half == 255).all()
    assert read_image(write(pdf_files.scanned(SMOOTH)), dpi=50).shape == (30, 40, 3)


def test_what_a_program_puts_before_or_behind_is_no_hindrance(write):
    content = pdf_files.blank(72, 72)
    for one in (b"\r\n" + content, content + bytes(5000)):
        assert read_image(write(one)).shape == (200, 200, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n" + b"0 " * 5000, "is truncated"),
        (b"%PDF-1.7\n" + b"0 " * 5000 + b"%%EOF\n", "is damaged"),
        (b"record,label\n1,N\n" * 50, "is no picture"),
        (pdf_files.no_page(), "has no page"),
        (pdf_files.encrypted(), "is encrypted: a password"),
    ],
    ids=["empty", "cut", "garbage", "text", "no page", "encrypted"],
)
@pytest.mark.parametrize("read", [read_image, count_pages])
def test_what_cannot_be_used_is_named(read, content, message, write):
    path = write(content)
    with pytest.raises(DataFileError, match=message) as raised:
        read(path)
    assert str(path) in str(raised.value)
    # Nothing is left locked behind.
    assert read_image(write(pdf_files.blank(72, 72))).shape == (200, 200, 3)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_named(kept, write):
    content = pdf_files.scanned(*PAGES)
    with pytest.raises(DataFileError, match=r"a\.pdf is truncated"):
        read_image(write(content[: int(kept * len(content))]))


def test_a_wrong_name_is_told(write):
    with pytest.raises(DataFileError, match="named as a JPEG file but holds PDF"):
        read_image(write(pdf_files.scanned(SMOOTH), "a.jpg"))
    path = write(b"", "a.png")
    Image.fromarray(SMOOTH).save(path)
    with pytest.raises(DataFileError, match="named as a PDF file but holds PNG"):
        read_image(path.rename(path.with_suffix(".pdf")))
    assert is_image_file("scan.PDF")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pdf_files.blank(14_000, 14_000), "38889 x 38889 pixels, more than 50,000,000"),
        (pdf_files.bomb(60_000, hidden=False), "60000 x 60000 pixels"),
        (pdf_files.bomb(60_000, hidden=True), "60000 x 60000 pixels"),
    ],
    ids=["page", "picture", "picture in a form"],
)
def test_too_many_pixels_are_refused_before_they_are_drawn(
    content, message, write, monkeypatch
):
    monkeypatch.setattr(pypdfium2.PdfPage, "render", None)
    with pytest.raises(DataFileError, match=rf"a\.pdf has {message}"):
        read_image(write(content))


def test_limits_are_told(write):
    path = write(pdf_files.blank(72, 36))
    with pytest.raises(DataFileError, match="200 x 100 pixels, more than 19,999"):
        read_image(path, max_pixels=19_999)
    assert read_image(path, max_pixels=20_000).shape == (100, 200, 3)
    assert read_image(path, max_pixels=20_000, dpi=141).shape == (71, 141, 3)
    with pytest.raises(DataFileError, match=r"a\.pdf is larger than 100 bytes"):
        read_image(path, max_bytes=100)


def test_a_page_that_is_not_there_is_told(write):
    path = write(pdf_files.scanned(*PAGES))
    with pytest.raises(DataFileError, match=r"a\.pdf has no page 3: .* it has 3"):
        read_image(path, page=3)


def test_without_pypdfium2_the_extra_is_named(write, monkeypatch):
    path = write(pdf_files.scanned(SMOOTH))
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    for read in (read_image, count_pages):
        with pytest.raises(ImportError, match=r"a\.pdf .*pip install skecg\[pdf\]"):
            read(path)


def test_threads_wait_for_each_other(write, monkeypatch):
    paths = [
        write(pdf_files.scanned(page), f"{number}.pdf")
        for number, page in enumerate(PAGES)
    ]
    alone = [read_image(path) for path in paths]
    inside, most = [], []
    render = pypdfium2.PdfPage.render

    def watched(page, **params):
        inside.append(threading.get_ident())
        most.append(len(inside))
        bitmap = render(page, **params)
        inside.pop()
        return bitmap

    monkeypatch.setattr(pypdfium2.PdfPage, "render", watched)
    many = [None] * 60

    def read(index):
        many[index] = read_image(paths[index % 3])

    in_threads(read, range(60), 4)
    for index, image in enumerate(many):
        np.testing.assert_array_equal(image, alone[index % 3])
    assert max(most) == 1


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damage_is_an_error_of_ours_or_a_picture(tmp_path_factory, data):
    content = bytearray(pdf_files.scanned(SMOOTH[:20, :20]))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.pdf"
    path.write_bytes(content)
    with contextlib.suppress(DataFileError):
        assert read_image(path).dtype == np.uint8
