"""What is drawn can be read off again: millivolts, seconds, gaps and colours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.datasets import load_ptb_sample, make_ecg
from skecg.imaging.paper import LAYOUTS, STYLES, PaperStyle, render_beats, render_ecg

BLANK = PaperStyle(255, 255, 255, 0)
RATE = 500.0
N_TIMES = 5000


def row_of_trace(picture, blank, strip, millivolts, where):
    """Return the row where a flat trace is, looked for about where it should be."""
    column = (strip.left + strip.right) // 2
    row = round(strip.baseline - millivolts * where.px_per_mv)
    near = np.s_[row - 5 : row + 6]
    ink = blank[near, column].astype(float) - picture[near, column]
    assert ink.sum() > 0
    return row - 5 + ink @ np.arange(ink.size) / ink.sum()


def drawn(signal, **options):
    options = {"sampling_rate": RATE, "style": BLANK, **options}
    picture, where = render_ecg(signal, **options, return_layout=True)
    blank = render_ecg(np.full_like(signal, np.nan), **options)
    return picture, blank, where


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("gain", [5.0, 10.0, 20.0])
def test_a_step_of_one_millivolt_is_gain_millimetres_high(layout, gain):
    signal = np.zeros((12, N_TIMES))
    picture, blank, where = drawn(signal, layout=layout, gain=gain)
    stepped, _, _ = drawn(signal + 1.0, layout=layout, gain=gain)
    for strip in where.strips:
        flat = row_of_trace(picture, blank, strip, 0.0, where)
        high = row_of_trace(stepped, blank, strip, 1.0, where)
        assert flat == pytest.approx(strip.baseline, abs=0.1)
        assert flat - high == pytest.approx(gain * where.px_per_mm, abs=0.2)


@pytest.mark.parametrize("speed", [25.0, 50.0])
@pytest.mark.parametrize("layout", ["3x4+rhythm", "6x2"])
def test_a_spike_is_drawn_at_its_time(speed, layout):
    times = np.arange(N_TIMES) / RATE
    for at in (0.9, 1.7, 3.1, 4.6):
        signal = np.zeros((12, N_TIMES))
        signal[:, round(at * RATE)] = 1.0
        picture, blank, where = drawn(signal, speed=speed, layout=layout)
        row = -0.8 * where.px_per_mv
        hit = [strip for strip in where.strips if strip.start < at < strip.stop]
        assert hit
        for strip in hit:
            line = blank[round(strip.baseline + row)].astype(int)
            ink = line - picture[round(strip.baseline + row)]
            ink = ink[strip.left : strip.right]
            column = ink @ np.arange(strip.left, strip.right) / ink.sum()
            wanted = strip.origin + (at - strip.start) * speed * where.px_per_mm
            assert column == pytest.approx(wanted, abs=0.5)
        assert times[-1] < 10


def test_leads_stand_in_their_own_strips():
    signal = np.zeros((12, N_TIMES))
    quiet, where = render_ecg(signal, sampling_rate=RATE, return_layout=True)
    signal[7] = 0.5 * np.sin(np.arange(N_TIMES) / 20)  # V2
    loud = render_ecg(signal, sampling_rate=RATE)
    changed = (quiet != loud).any(axis=2)
    strip = next(strip for strip in where.strips if strip.lead == "V2")
    inside = changed[strip.top : strip.bottom, strip.left : strip.right]
    assert inside.any(axis=0).all()
    assert inside.sum() == changed.sum()


def test_missing_samples_leave_a_gap():
    signal = np.zeros(N_TIMES)
    signal[1000:1500] = np.nan
    signal[2000:2500] = np.inf
    picture, blank, where = drawn(signal, layout="1x1", size=(200, 1100))
    columns = np.flatnonzero((picture != blank).any(axis=0))
    times = (columns - where.strips[0].origin) / where.px_per_second
    for start, stop in ((2, 3), (4, 5)):
        assert not ((times > start + 0.02) & (times < stop - 0.02)).any()
    for start, stop in ((0, 2), (3, 4), (5, 10)):
        assert ((times > start) & (times < stop)).sum() >= 100 * (stop - start) - 3
    hidden = np.ma.array(np.nan_to_num(signal), mask=~np.isfinite(signal))
    again = render_ecg(
        hidden, sampling_rate=RATE, style=BLANK, layout="1x1", size=(200, 1100)
    )
    np.testing.assert_array_equal(again, picture)


def test_behind_the_record_the_paper_is_blank():
    picture, blank, where = drawn(np.zeros((12, 1500)))  # 3 s
    columns = np.flatnonzero((picture != blank).any(axis=0))
    assert columns.max() <= where.strips[0].origin + 3 * where.px_per_second + 1
    leads = [strip.lead for strip in where.strips if strip.start < 3]
    assert set(leads) == {"I", "II", "III", "aVR", "aVL", "aVF"}
    assert where.missing == ()


def test_absent_leads_are_blank_and_told():
    signal, names = np.ones((2, N_TIMES)), ["ii", "V5"]
    picture, blank, where = drawn(signal, lead_names=names)
    assert where.missing == (
        *("I", "aVR", "V1", "V4", "aVL", "V2", "III", "aVF", "V3", "V6"),
    )
    for strip in where.strips:
        box = np.s_[strip.top : strip.bottom, strip.left : strip.right]
        assert (picture[box] != blank[box]).any() == (strip.lead in ("II", "V5"))


def test_rows_take_any_leads():
    signal = np.stack([np.zeros(N_TIMES), np.full(N_TIMES, 0.5)])
    for options in ({}, {"lead_names": ["MLII", "V1"]}):
        picture, blank, where = drawn(signal, layout="rows", **options)
        for strip, height in zip(where.strips, (0.0, 0.5), strict=True):
            row = row_of_trace(picture, blank, strip, height, where)
            wanted = strip.baseline - height * where.px_per_mv
            assert row == pytest.approx(wanted, abs=0.1)
    own = (("V1", "MLII"), ("MLII",))
    _, where = render_ecg(
        signal,
        sampling_rate=RATE,
        layout=own,
        lead_names=["MLII", "V1"],
        return_layout=True,
    )
    assert [strip.lead for strip in where.strips] == ["V1", "MLII", "MLII"]


@pytest.mark.parametrize("style", STYLES)
def test_colours(style):
    picture = render_ecg(np.zeros((12, 100)), sampling_rate=10.0, style=style)
    colours = STYLES[style]
    assert picture.dtype == np.uint8
    assert picture.shape == (
        (850, 1100) if isinstance(colours.ink, int) else (850, 1100, 3)
    )
    where = render_ecg(
        np.zeros((12, 100)), sampling_rate=10.0, style=style, return_layout=True
    )[1]
    strip = where.strips[-1]
    trace = picture[round(strip.baseline), strip.left + 200]
    np.testing.assert_array_equal(trace, colours.ink)
    # Off the lines, whose places are known, the paper shows.
    np.testing.assert_array_equal(picture[6, 6], colours.paper)


def test_colours_of_your_own_may_be_lists():
    own = PaperStyle([255, 255, 255], [9, 9, 9], [8, 8, 8], [1, 2, 3])
    picture = render_ecg(np.zeros((12, 100)), sampling_rate=10.0, style=own)
    assert (picture == (1, 2, 3)).all(axis=2).any()


def test_an_hour_fits_into_one_strip():
    signal = np.zeros(3600 * 50)
    signal[1800 * 50] = 1.0
    options = {"layout": "1x1", "duration": 3600.0, "size": (100, 1000)}
    picture, blank, _ = drawn(signal, sampling_rate=50.0, **options)
    trace = np.flatnonzero((picture != blank).any(axis=0))
    assert trace[-1] - trace[0] >= 990


def test_the_pen_is_as_wide_as_told():
    signal = np.zeros(N_TIMES)
    for pen in (0.3, 0.5, 1.0):
        style = PaperStyle(255, 255, 255, 0, pen)
        picture, blank, where = drawn(signal, layout="1x1", style=style)
        ink = (blank.astype(float) - picture)[:, 500].sum() / 255
        assert ink == pytest.approx(pen * where.px_per_mm, abs=0.05)
    small, blank, _ = drawn(signal, layout="1x1", style=style, size=(64, 64))
    assert (blank - small)[:, 32].sum() >= 250  # never fainter than a pixel


def test_the_same_record_gives_the_same_picture():
    sample = load_ptb_sample()
    record = sample.data[0].copy()
    first = render_ecg(record, sampling_rate=1000.0)
    np.testing.assert_array_equal(record, sample.data[0])
    first[:] = 0  # one's own copy
    second = render_ecg(record, sampling_rate=1000.0)
    wide = np.asfortranarray(record.astype(np.float64))
    np.testing.assert_array_equal(render_ecg(wide, sampling_rate=1000.0), second)
    assert second.any()


@pytest.mark.parametrize("rate", [125.0, 250.0, 1000.0])
def test_the_rate_of_sampling_hardly_shows(rate):
    ecg = make_ecg(1, sampling_rate=1000.0, n_leads=12, noise=0.0, random_state=0)
    step = round(1000 / rate)
    full = render_ecg(ecg.data[0], sampling_rate=1000.0, style=BLANK)
    thin = render_ecg(ecg.data[0][:, ::step], sampling_rate=rate, style=BLANK)
    ink = 255.0 * full.size - full.sum(dtype=float)
    assert abs(full.astype(float) - thin).sum() / ink < 0.15


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([*LAYOUTS, "rows", "1x1"]),
    st.integers(16, 300),
    st.integers(16, 300),
    st.integers(1, 40),
    st.floats(0.5, 2000),
)
def test_any_size_length_and_rate_can_be_drawn(layout, height, width, n_times, rate):
    signal = np.linspace(-1, 1, n_times) * np.ones((12, 1))
    picture = render_ecg(
        signal, sampling_rate=rate, layout=layout, size=(height, width)
    )
    assert picture.shape == (height, width, 3)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"layout": "4x3"}, ValueError, "layout must be one of .*12x1"),
        ({"layout": ("I", "II")}, ValueError, "rows of lead names"),
        ({"layout": []}, ValueError, "rows of lead names"),
        ({"layout": (("X", "Y"),)}, ValueError, "none of them: I, II"),
        ({"lead_names": ["I"]}, ValueError, "12 different names"),
        ({"lead_names": ["I"] * 12}, ValueError, "12 different names"),
        ({"size": (850.0, 1100.0)}, ValueError, r"\(height, width\) in pixels"),
        ({"size": (8, 1100)}, ValueError, "from 16"),
        ({"size": 850}, ValueError, "two whole numbers"),
        ({"speed": 0.0}, ValueError, "speed must be finite and above 0"),
        ({"gain": np.nan}, ValueError, "gain must be finite"),
        ({"duration": -1.0}, ValueError, "duration must be"),
        ({"sampling_rate": "fast"}, TypeError, "sampling_rate must be a number"),
        ({"style": "pink"}, ValueError, r"PaperStyle or one of .*'red'"),
        (
            {"style": PaperStyle(255, 255, (1, 2, 3), 0)},
            ValueError,
            "four whole numbers",
        ),
        ({"style": PaperStyle(256, 255, 1, 0)}, ValueError, "between 0 and 255"),
        ({"style": PaperStyle(255, 255, 1, 0, 0.0)}, ValueError, "pen of a style"),
        ({"signal": np.ones((3, 12, 100))}, ValueError, "one record of shape"),
        ({"signal": np.ones((12, 0))}, ValueError, "one record of shape"),
        ({"signal": ["a", "b"]}, TypeError, "real numbers"),
        ({"signal": np.ones((2, 100))}, ValueError, "its leads are unnamed"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, error, message):
    options = {"signal": np.ones((12, 100)), "sampling_rate": 100.0, **changes}
    with pytest.raises(error, match=message):
        render_ecg(options.pop("signal"), **options)


def test_beats_fill_their_pictures():
    beats = np.zeros((3, 100))
    beats[1] = 1.0
    beats[2, 50] = -1.0
    pictures = render_beats(beats, sampling_rate=125.0, size=(101, 199))
    assert pictures.shape == (3, 101, 199)
    assert pictures.dtype == np.uint8
    assert (pictures[0, 50] == 0).all()  # 0 mV is in the middle, from rim to rim
    assert (pictures[1, 25] == 0).all()
    assert pictures[2, 75, 100] < 128
    assert (np.delete(pictures[0], np.s_[48:53], axis=0) == 255).all()
    higher = render_beats(
        beats[:1], sampling_rate=125.0, limits=(-1.0, 3.0), size=(101, 99)
    )
    assert (higher[0, 75] == 0).all()


def test_beats_are_drawn_one_by_one_and_cut_at_the_limits():
    beats = np.random.default_rng(0).normal(size=(4, 60)).cumsum(axis=1)
    beats[1, 10:20] = np.nan
    options = {"sampling_rate": 125.0, "limits": (-1.0, 3.0), "style": "red"}
    pictures = render_beats(beats, **options)
    assert pictures.shape == (4, 128, 128, 3)
    np.testing.assert_array_equal(render_beats(beats[2:3], **options)[0], pictures[2])
    blank = render_beats(np.full((1, 60), np.nan), **options)[0]
    columns = np.flatnonzero((pictures[1] != blank).any(axis=(0, 2)))
    assert not ((columns > 22) & (columns < 40)).any()


@pytest.mark.parametrize("limits", [(1.0, -1.0), (0.0, 0.0), (0.0,), (0, np.inf), "ab"])
def test_limits_must_ascend(limits):
    with pytest.raises(ValueError, match="two finite ascending numbers"):
        render_beats(np.zeros((2, 10)), sampling_rate=100.0, limits=limits)


@pytest.mark.parametrize("shape", [(10,), (2, 3, 10), (0, 10), (2, 0)])
def test_beats_have_two_axes(shape):
    with pytest.raises(ValueError, match="beats must have shape"):
        render_beats(np.zeros(shape), sampling_rate=100.0)
