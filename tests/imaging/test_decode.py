"""Every kind of file that is read, and every kind that is refused."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging.decode import count_pages, is_image_file, read_image

RAMP = np.linspace(0, 255, 30 * 40).round().astype(np.uint8).reshape(30, 40)
COLOUR = np.stack([RAMP, RAMP[::-1], 255 - RAMP], axis=-1)
LOSSLESS = ["png", "bmp", "tiff", "webp"]


def encoded(image: Image.Image, kind: str, **params: object) -> bytes:
    stream = io.BytesIO()
    if kind == "webp":
        params = {"lossless": True} | params
    image.save(stream, {"tif": "tiff", "jpg": "jpeg"}.get(kind, kind), **params)
    return stream.getvalue()


def png(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds no pixel."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"")
    chunks = [
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one))
        for one in (head, body, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture
def write(tmp_path):
    def write(content: bytes, name: str):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_files_come_back(kind, write):
    path = write(encoded(Image.fromarray(COLOUR), kind), f"a.{kind}")
    np.testing.assert_array_equal(read_image(path), COLOUR)
    np.testing.assert_array_equal(read_image(str(path)), COLOUR)
    weights = COLOUR @ np.array([0.299, 0.587, 0.114])
    grey = read_image(path, color="grey")
    assert (grey.shape, grey.dtype) == (RAMP.shape, np.uint8)
    assert np.abs(grey - weights).max() <= 0.51


@pytest.mark.parametrize("kind", ["jpg", "JPEG", "jpe"])
def test_jpeg_is_near_and_grey_is_its_first_channel(kind, write):
    smooth = np.stack([RAMP, RAMP // 2 + 60, 255 - RAMP // 3], axis=-1)
    params = {"quality": 95, "subsampling": 0}
    path = write(encoded(Image.fromarray(smooth), "jpg", **params), f"a.{kind}")
    image = read_image(path)
    assert np.abs(image.astype(int) - smooth).max() < 12
    grey = read_image(path, color="grey")
    assert np.abs(grey - image @ np.array([0.299, 0.587, 0.114])).max() <= 1.5


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK", "YCbCr"])
def test_modes_become_grey_and_colour(mode, write):
    image = Image.fromarray(COLOUR).convert(mode)
    kind = "tiff" if mode in ("CMYK", "YCbCr") else "png"
    path = write(encoded(image, kind), f"a.{kind}")
    expected = np.asarray(image.convert("RGB"))
    assert read_image(path).shape == expected.shape
    assert np.abs(read_image(path).astype(int) - expected).max() <= 1
    assert read_image(path, color="grey").shape == RAMP.shape


def test_cmyk_jpeg(write):
    ink = Image.fromarray(COLOUR).convert("CMYK")
    path = write(encoded(ink, "jpg", quality=95, subsampling=0), "a.jpg")
    for color in ("rgb", "grey"):
        difference = read_image(path, color=color).astype(int) - np.asarray(
            ink.convert("RGB").convert({"rgb": "RGB", "grey": "L"}[color])
        )
        assert np.abs(difference).mean() < 8


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_sixteen_bits_become_eight(kind, write):
    deep = np.linspace(0, 65535, 30 * 40).round().astype(np.uint16).reshape(30, 40)
    path = write(encoded(Image.fromarray(deep), kind), f"a.{kind}")
    grey = read_image(path, color="grey")
    assert np.abs(grey - deep / 257).max() <= 0.5
    np.testing.assert_array_equal(read_image(path), np.stack([grey] * 3, axis=-1))


def test_transparency_of_sixteen_bits_is_white(write):
    deep = np.linspace(0, 65535, 30 * 40).round().astype(np.uint16).reshape(30, 40)
    content = encoded(Image.fromarray(deep), "png")
    body = b"tRNS" + struct.pack(">H", 0)  # black is no ink
    chunk = struct.pack(">I", 2) + body + struct.pack(">I", zlib.crc32(body))
    at = content.index(b"IDAT") - 4
    grey = read_image(write(content[:at] + chunk + content[at:], "a.png"), color="grey")
    assert (grey[0, 0], grey[0, 10], grey[-1, -1]) == (255, 2, 255)


def test_lab_tiff(write):
    lab = Image.fromarray(COLOUR).convert("LAB")
    path = write(encoded(lab, "tiff"), "a.tif")
    image = read_image(path)
    assert np.abs(image.astype(int) - COLOUR).mean() < 10
    grey = image @ np.array([0.299, 0.587, 0.114])
    assert np.abs(read_image(path, color="grey") - grey).max() <= 0.51


def test_bitmap_without_its_first_head(write):
    path = write(encoded(Image.fromarray(COLOUR), "dib"), "a.dib")
    np.testing.assert_array_equal(read_image(path), COLOUR)


def test_float_tiff_goes_from_nought_to_one(write):
    fractions = (RAMP / 255).astype(np.float32)
    path = write(encoded(Image.fromarray(fractions), "tiff"), "a.tif")
    np.testing.assert_array_equal(read_image(path, color="grey"), RAMP)
    path = write(encoded(Image.fromarray(fractions * 3), "tiff"), "a.tif")
    with pytest.raises(DataFileError, match=r"a\.tif.*from 0 to 1"):
        read_image(path)


def test_what_is_transparent_is_white(write):
    layers = np.dstack([COLOUR, np.zeros_like(RAMP)])
    path = write(encoded(Image.fromarray(layers), "png"), "a.png")
    assert (read_image(path) == 255).all()
    palette = Image.fromarray(RAMP // 128, "L").convert("P")
    first = palette.getpixel((0, 0))
    path = write(encoded(palette, "png", transparency=first), "a.png")
    grey = read_image(path, color="grey")
    assert (grey[0, 0], grey[-1, -1]) == (255, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("color", ["grey", "rgb"])
def test_the_way_the_camera_was_held_is_undone(orientation, color, write):
    upright = np.full((24, 40), 255, dtype=np.uint8)
    upright[:6, :10] = 0
    turn = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: np.transpose,
        6: np.rot90,
        7: lambda a: np.rot90(a, 2).T,
        8: lambda a: np.rot90(a, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = Image.fromarray(np.ascontiguousarray(turn(upright)))
    for kind in ("jpg", "png"):
        path = write(encoded(held, kind, exif=exif), f"a.{kind}")
        image = read_image(path, color=color).reshape(24, 40, -1)[..., 0]
        assert np.abs(image.astype(int) - upright).max() < 60


@pytest.mark.parametrize("kind", ["tiff", "webp", "png"])
def test_of_several_pages_the_first_or_the_one_asked_for(kind, write):
    second = 255 - COLOUR
    pages = [Image.fromarray(page) for page in (COLOUR, second)]
    path = write(
        encoded(pages[0], kind, save_all=True, append_images=pages[1:]), f"a.{kind}"
    )
    np.testing.assert_array_equal(read_image(path), COLOUR)
    np.testing.assert_array_equal(read_image(path, page=1), second)
    assert count_pages(path) == 2
    with pytest.raises(DataFileError, match=rf"a\.{kind} has no page 2.* it has 2"):
        read_image(path, page=2)


def test_the_limit_is_that_of_the_page(write):
    pages = [Image.fromarray(RAMP), Image.fromarray(np.tile(RAMP, (2, 1)))]
    content = encoded(pages[0], "tiff", save_all=True, append_images=pages[1:])
    path = write(content, "a.tif")
    assert read_image(path, max_pixels=1200).shape == (30, 40, 3)
    with pytest.raises(DataFileError, match="40 x 60 pixels, more than 1,200"):
        read_image(path, page=1, max_pixels=1200)


def test_a_picture_is_a_file_of_one_page(write):
    path = write(encoded(Image.fromarray(RAMP), "jpg"), "a.jpg")
    assert count_pages(path) == 1
    with pytest.raises(DataFileError, match=r"a\.jpg has no page 1"):
        read_image(path, page=1)


def test_a_name_without_ending_is_no_hindrance(write):
    np.testing.assert_array_equal(
        read_image(write(encoded(Image.fromarray(COLOUR), "png"), "scan")), COLOUR
    )


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.png", "empty"),
        (b"record,label\n1,N\n" * 50, "a.png", "no picture"),
        (b"%PDF-1.4" + b"0" * 500, "a.jpg", "named as a JPEG.*holds PDF"),
        (encoded(Image.fromarray(RAMP), "jpg"), "a.png", "named as a PNG.*holds JPEG"),
        (encoded(Image.fromarray(RAMP), "gif"), "a.gif", "no picture"),
        (png(300_000, 300_000), "a.png", "pixels"),
        (png(9_000, 9_000), "a.png", "9000 x 9000 pixels.*max_pixels"),
        (png(100, 100), "a.png", "truncated or damaged"),
    ],
    ids=["empty", "text", "pdf", "jpeg", "gif", "bomb", "too many", "no pixels"],
)
def test_what_cannot_be_used_is_named(content, name, message, write):
    path = write(content, name)
    with pytest.raises(DataFileError, match=message) as raised:
        read_image(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("kind", [*LOSSLESS, "jpg"])
def test_a_truncated_file_is_named(kind, write):
    content = encoded(Image.fromarray(COLOUR), kind)
    for kept in (0.1, 0.5, 0.8):
        path = write(content[: int(kept * len(content))], f"a.{kind}")
        with pytest.raises(DataFileError, match=rf"a\.{kind}"):
            read_image(path)


@settings(deadline=None)
@given(st.sampled_from([*LOSSLESS, "jpg"]), st.data())
def test_damage_is_an_error_of_ours_or_a_picture(tmp_path_factory, kind, data):
    content = bytearray(encoded(Image.fromarray(COLOUR), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / f"damaged.{kind}"
    path.write_bytes(content)
    with contextlib.suppress(DataFileError):
        assert read_image(path).dtype == np.uint8


def test_limits_are_told(write):
    path = write(encoded(Image.fromarray(RAMP), "bmp"), "a.bmp")
    with pytest.raises(DataFileError, match=r"a\.bmp is larger than 1,000 bytes"):
        read_image(path, max_bytes=1000)
    with pytest.raises(DataFileError, match=r"40 x 30 pixels, more than 1,199"):
        read_image(path, max_pixels=1199)
    assert read_image(path, max_pixels=1200).shape == (30, 40, 3)


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"does not exist: .*none\.png"):
        read_image(tmp_path / "none.png")
    with pytest.raises(DataFileNotFoundError, match="is no file"):
        read_image(tmp_path)


def test_a_file_that_the_system_refuses_is_named(write, tmp_path, monkeypatch):
    path = tmp_path / ("x" * 300 + ".png")
    with pytest.raises(DataFileError, match=r"xxx\.png cannot be read: "):
        read_image(path)

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    path = write(encoded(Image.fromarray(RAMP), "png"), "a.png")
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(DataFileError, match=r"a\.png cannot be read: Permission"):
        read_image(path)


def test_parameters_are_checked(write):
    path = write(encoded(Image.fromarray(RAMP), "png"), "a.png")
    with pytest.raises(ValueError, match='"grey" or "rgb"'):
        read_image(path, color="gray")
    for wrong in ({"max_pixels": 0}, {"dpi": 0}, {"dpi": np.nan}, {"page": -1}):
        with pytest.raises(ValueError, match=r"positive|0 or more"):
            read_image(path, **wrong)


def test_endings_of_pictures():
    assert is_image_file("a/b.TIFF")
    assert is_image_file("scan.jpeg")
    assert is_image_file("scan.pdf")
    assert not is_image_file("scan.docx")
    assert not is_image_file("png")
