"""Sheets are divided in millimetres, and heavy lines fall on whole pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.imaging._layout import LAYOUTS, LEADS, lay_out

STANDARD = {"speed": 25.0, "gain": 10.0, "duration": 10.0}


def test_the_standard_sheet_has_four_pixels_to_a_millimetre():
    sheet = lay_out(LAYOUTS["3x4+rhythm"], (850, 1100), **STANDARD)
    assert sheet.px_per_mm == 4
    assert [strip.lead for strip in sheet.strips[:4]] == ["I", "aVR", "V1", "V4"]
    assert [strip.start for strip in sheet.strips[:4]] == [0, 2.5, 5, 7.5]
    rhythm = sheet.strips[-1]
    assert (rhythm.lead, rhythm.start, rhythm.stop) == ("II", 0, 10)
    assert (rhythm.left, rhythm.right) == (80, 1080)  # 20 mm and 250 mm behind it


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_lead_has_a_place(layout):
    strips = lay_out(LAYOUTS[layout], (850, 1100), **STANDARD).strips
    assert {strip.lead for strip in strips} == set(LEADS)
    taken = np.zeros((850, 1100), dtype=int)
    for strip in strips:
        assert strip.top < strip.baseline < strip.bottom
        assert strip.left == strip.origin
        taken[strip.top : strip.bottom, strip.left : strip.right] += 1
    assert taken.max() == 1


@given(
    st.sampled_from(list(LAYOUTS)),
    st.integers(64, 2500),
    st.integers(64, 2500),
    st.sampled_from([25.0, 50.0]),
    st.sampled_from([5.0, 10.0, 20.0]),
)
def test_any_picture_holds_the_whole_sheet(layout, height, width, speed, gain):
    rows = LAYOUTS[layout]
    sheet = lay_out(rows, (height, width), speed=speed, gain=gain, duration=5.0)
    assert sheet.pitch >= 1.5 * gain  # the pulse and half as much
    for strip in sheet.strips:
        assert 0 <= strip.top < strip.bottom <= height
        assert 0 <= strip.left < strip.right <= width
        boxes = (strip.baseline - sheet.corner[0]) / sheet.px_per_mm / 5
        assert boxes == pytest.approx(round(boxes))
    if sheet.px_per_mm >= 2:
        assert 5 * sheet.px_per_mm == pytest.approx(round(5 * sheet.px_per_mm))
