"""Grid, calibration pulse, names and scales are printed where they belong."""

import numpy as np
import pytest

from skecg.imaging._layout import LAYOUTS
from skecg.imaging._page import STYLES, PaperStyle, print_page, rule

GREY = STYLES["grey"]


def page(style=GREY, size=(850, 1100), layout="3x4+rhythm", speed=25.0, gain=10.0):
    return print_page(LAYOUTS[layout], size, style, speed, gain, 250 / speed)


@pytest.mark.parametrize("scale", [4.0, 4.2, 6.0])
def test_lines_are_a_millimetre_apart_and_each_fifth_is_heavy(scale):
    style = PaperStyle(255, 200, 100, 0)
    grid = rule((130, 250), style, (scale, scale), (0.0, 0.0))[..., 0]
    between = grid[2]  # a row between two lines: its upright lines show
    columns = np.rint(np.arange(0, 25) * scale).astype(int)
    assert (between[columns] < 255).all()
    assert (between[np.rint(np.arange(0.5, 24) * scale).astype(int)] == 255).all()
    assert (between[columns[::5]] < between[columns[1]]).all()
    np.testing.assert_array_equal(grid[:130, :130], grid[:130, :130].T)


@pytest.mark.parametrize("scale", [0.01, 0.1, 0.5, 1.0, 1.7])
def test_lines_too_close_for_pixels_tint_the_paper(scale):
    style = PaperStyle(255, 155, 155, 0)
    grid = rule((300, 300), style, (scale, scale), (0.0, 0.0))[..., 0]
    large = rule((1000, 1000), style, (20.0, 20.0), (0.0, 0.0))
    # As much colour as on a large print of the same paper.
    assert 255 - grid.mean() == pytest.approx(255 - large.mean(), rel=0.15)


def test_the_pulse_is_one_millivolt_high_and_a_fifth_of_a_second_long():
    for speed, gain in ((25.0, 10.0), (50.0, 20.0)):
        printed, sheet = page(PaperStyle(255, 255, 255, 0), speed=speed, gain=gain)
        scale, strip = sheet.px_per_mm, sheet.strips[0]
        before = printed[: strip.bottom, : strip.left - 2, 0]
        rows = np.flatnonzero((before < 128).any(axis=1))
        height = round(gain * scale)
        assert abs((rows[-1] - rows[0]) - height) <= 1
        assert abs(rows[-1] - strip.baseline) <= 1
        top = np.flatnonzero(before[rows[0]] < 128)
        assert abs((top[-1] - top[0]) - 0.2 * speed * scale) <= 2


def test_names_stand_at_the_beginning_of_their_strips():
    printed, sheet = page(PaperStyle(255, 255, 255, 0))
    for strip in sheet.strips:
        above = printed[strip.top : int(strip.baseline) - 30]
        ink = (above[:, strip.left + 2 : strip.left + 60] < 128).any(axis=0)
        width = np.flatnonzero(ink)[-1] - np.flatnonzero(ink)[0] + 1
        letters = sum(1 if letter == "I" else 2 for letter in strip.lead)
        assert 2 * letters <= width <= 9 * letters
        rest = above[:, strip.left + 60 : strip.right - 2]
        assert (rest == 255).all()


def test_the_scales_are_noted_below():
    printed, sheet = page(PaperStyle(255, 255, 255, 0))
    other, _ = page(PaperStyle(255, 255, 255, 0), gain=5.0)
    bottom = max(strip.bottom for strip in sheet.strips)
    assert (printed[bottom:] < 128).any()
    assert (printed[bottom:] != other[bottom:]).any()


def test_a_page_is_printed_once_and_cannot_be_written_on():
    assert page().picture is page().picture
    with pytest.raises(ValueError, match="read-only"):
        page().picture[0, 0] = 0


@pytest.mark.parametrize("name", STYLES)
def test_all_colours_of_a_style_are_on_the_page(name):
    style = STYLES[name]
    printed = page(style).picture
    for colour in style[:4]:
        off = abs(printed.astype(int) - colour).max(axis=2)
        assert off.min() <= 25
    assert printed.shape[-1] == (1 if isinstance(style.ink, int) else 3)
