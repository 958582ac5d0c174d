"""A trace is followed where it was drawn, whatever else is on the paper."""

import numpy as np
import pytest

from skecg.imaging.paper import render_ecg
from skecg.imaging.tracing import follow_traces


def drawn(heights: np.ndarray, *, row: int, shape: tuple[int, int]) -> np.ndarray:
    """Return a pen of two pixels on white paper."""
    image = np.full(shape, 255, dtype=np.uint8)
    for column, height in enumerate(heights):
        image[row - height : row - height + 2, column] = 10
    return image


@pytest.mark.parametrize("kind", ["uint8", "float64", "rgb"])
def test_a_slow_wave_is_followed(kind):
    heights = np.rint(8 * np.sin(np.arange(200) / 15)).astype(int)
    image = drawn(heights, row=50, shape=(100, 200))
    if kind == "rgb":
        image = np.repeat(image[..., np.newaxis], 3, axis=-1)
    elif kind == "float64":
        image = image / 255
    (found,) = follow_traces(image, n_rows=1).heights
    apart = found - np.median(found) - (heights - np.median(heights))
    assert np.abs(apart).max() <= 0.5


def test_the_tip_of_a_stroke_counts_up_and_down():
    image = np.full((100, 120), 255, dtype=np.uint8)
    image[50:52] = 0
    image[20:51, 40] = 0
    image[50:71, 80] = 0
    traces = follow_traces(image, n_rows=1)
    assert traces.baselines.tolist() in ([50], [51])
    level = np.median(traces.heights[0])
    assert traces.heights[0, 40] - level == pytest.approx(29.5, abs=1)
    assert traces.heights[0, 80] - level == pytest.approx(-19.5, abs=1)


def test_long_lines_between_leads_are_no_wave():
    image = np.full((200, 300), 255, dtype=np.uint8)
    image[50:52] = image[150:152] = 0
    image[30:170, 148:151] = 0
    traces = follow_traces(image, n_rows=2)
    assert traces.heights.shape == (2, 300)
    assert np.ptp(traces.heights, axis=1).max() <= 1.5


def test_rows_do_not_disturb_each_other():
    rng = np.random.default_rng(0)
    heights = np.zeros((3, 240), dtype=int)
    heights[:, rng.choice(np.arange(10, 230), 12, replace=False)] = 20
    image = np.full((240, 240), 255, dtype=np.uint8)
    for row, each in zip((40, 120, 200), heights, strict=True):
        image = np.minimum(image, drawn(np.zeros(240, int), row=row, shape=(240, 240)))
        for column in np.flatnonzero(each):
            image[row - 20 : row, column] = 10
    found = follow_traces(image, n_rows=3).heights
    level = np.median(found, axis=1, keepdims=True)
    np.testing.assert_allclose(found - level, heights * 0.95, atol=1.6)


def test_what_is_drawn_by_the_package_is_read_again():
    times = np.arange(0, 10, 1 / 250)
    record = np.exp(-0.5 * (((times % 0.9) - 0.45) / 0.03) ** 2)
    picture, layout = render_ecg(
        record, sampling_rate=250.0, layout="1x1", return_layout=True
    )
    strip = layout.strips[0]
    traces = follow_traces(picture, n_rows=1)
    columns = np.arange(strip.left + 5, strip.right - 5)
    seconds = strip.start + (columns - strip.origin) / layout.px_per_second
    heights = traces.heights[0, columns]
    read = (heights - np.median(heights)) / layout.px_per_mv
    expected = np.interp(seconds, times, record)
    assert np.corrcoef(read, expected)[0, 1] > 0.99
    assert read.max() == pytest.approx(1.0, abs=0.05)


def test_fewer_traces_than_rows_are_told_by_none():
    image = np.full((100, 120), 255, dtype=np.uint8)
    assert follow_traces(image, n_rows=1) is None
    image[50] = 0
    assert follow_traces(image, n_rows=1) is not None
    assert follow_traces(image, n_rows=3) is None


@pytest.mark.parametrize(
    ("image", "n_rows", "message"),
    [
        (np.zeros((2, 30, 40), dtype=np.uint8), 1, "one picture"),
        (np.zeros((30, 40), dtype=np.uint8), 0, "n_rows"),
        (np.zeros((30, 40), dtype=np.uint8), 1.5, "n_rows"),
        (np.full((30, 40), np.nan), 1, "finite"),
    ],
)
def test_wrong_input_is_refused(image, n_rows, message):
    with pytest.raises(ValueError, match=message):
        follow_traces(image, n_rows=n_rows)
