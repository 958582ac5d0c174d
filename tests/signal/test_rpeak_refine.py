"""Tests of skecg.signal._rpeak_refine: which extremum of a complex is its R-peak."""

import numpy as np
import pytest

from skecg.signal._rpeak_refine import levels, refine, weigh_extrema
from skecg.signal.rpeaks import detect_rpeaks

RATE = 500.0
CENTRE = 500


def complex_of(*waves, rate=RATE, n_times=1000):
    """A signal of bell waves: (s from the centre, height, standard deviation in s)."""
    times = (np.arange(n_times) - CENTRE) / rate
    return sum(h * np.exp(-0.5 * ((times - t) / w) ** 2) for t, h, w in waves)


def refined(signal, *, centre=CENTRE, polarity=0, rate=RATE):
    centres = np.array([centre])
    means = levels(np.asarray(signal, dtype=np.float64), centres, rate)
    return refine(signal, centres, means, rate=rate, polarity=polarity)[0]


def place(seconds):
    return CENTRE + round(seconds * RATE)


R = (0.0, 1.0, 0.01)


@pytest.mark.parametrize(
    ("waves", "wanted"),
    [
        ([R], 0.0),
        ([R, (0.03, -0.5, 0.01)], 0.0),
        ([(-0.02, 0.6, 0.008), (0.02, -0.5, 0.01)], -0.02),  # Rs
        ([(-0.02, -0.5, 0.01), (0.02, 0.6, 0.008)], 0.02),  # qR
        ([(0.0, -1.0, 0.02)], 0.0),  # QS: there is no R wave
        ([(-0.03, 0.05, 0.01), (0.0, -1.0, 0.015)], 0.0),
    ],
)
@pytest.mark.parametrize("off", [-0.02, 0.0, 0.02])
def test_the_upward_wave_is_preferred(waves, wanted, off):
    signal = complex_of(*waves)
    assert abs(refined(signal, centre=place(off)) - place(wanted)) <= 1


@pytest.mark.parametrize("first", [0.4, -0.4])
@pytest.mark.parametrize(("nearer", "wanted"), [(-0.4, -0.4), (0.0, 0.4), (0.4, 0.4)])
def test_of_two_alike_the_upward_one_unless_the_hump_is_at_the_other(
    first, nearer, wanted
):
    signal = complex_of((-0.025, first, 0.01), (0.025, -first, 0.01))
    places = {first: -0.025, -first: 0.025, 0.0: 0.0}
    found = refined(signal, centre=place(places[nearer]))
    assert abs(found - place(places[wanted])) <= 1


@pytest.mark.parametrize(
    ("waves", "wanted"),
    [
        ([(-0.04, 0.35, 0.007), (0.03, -0.6, 0.025)], -0.04),  # a spike before a bowl
        ([(-0.06, 0.5, 0.03), (0.03, -0.5, 0.008)], 0.03),  # a bulge before a spike
    ],
)
def test_the_steeper_wave_is_preferred(waves, wanted):
    assert abs(refined(complex_of(*waves)) - place(wanted)) <= 1


@pytest.mark.parametrize("rate", [100.0, 250.0, 1000.0])
def test_traits_do_not_hang_on_the_rate(rate):
    waves = (-0.04, 0.35, 0.01), (0.03, -0.6, 0.025)
    centres = np.array([CENTRE])
    signal = complex_of(*waves, rate=rate)
    means = np.zeros(1)
    _, _, traits = weigh_extrema(signal, centres, means, rate)
    size, nearness, steepness = traits[0]
    assert size == pytest.approx(-0.25 / 0.95, abs=0.1)
    assert nearness == pytest.approx(-0.01 / 0.06, abs=0.2)
    assert steepness > 0


def test_a_flat_stretch_has_no_traits():
    ones = np.ones(1000)
    _, _, traits = weigh_extrema(ones, np.array([CENTRE]), np.ones(1), RATE)
    np.testing.assert_array_equal(traits, 0.0)


def test_polarity_can_be_told():
    signal = complex_of((-0.02, 0.4, 0.008), (0.02, -0.5, 0.01))
    assert abs(refined(signal, polarity=1) - place(-0.02)) <= 1
    assert abs(refined(signal, polarity=2) - place(0.02)) <= 1


@pytest.mark.parametrize("height", [2.0, -2.0, 0.9, -0.9])
@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("r", [0.5, -0.5])
def test_a_stimulus_is_no_r_wave(height, width, r):
    signal = complex_of((0.05, r, 0.025))
    signal[place(-0.05) : place(-0.05) + width] += height
    assert abs(refined(signal, centre=place(-0.04)) - place(0.05)) <= 1


@pytest.mark.parametrize("polarity", [0, 1])
def test_a_stimulus_with_nothing_behind_it_is_the_answer(polarity):
    signal = np.zeros(1000)
    signal[CENTRE] = 1.0
    assert refined(signal, polarity=polarity) == CENTRE


def test_the_narrow_complex_of_a_newborn_is_no_stimulus():
    # Half as wide as an adult's, and a T wave soon behind it.
    signal = complex_of((0.0, 1.0, 0.007), (0.13, 0.3, 0.03))
    assert refined(signal) == CENTRE


def test_an_extremum_on_the_rim_is_followed():
    signal = complex_of((0.08, 1.0, 0.03))
    assert abs(refined(signal) - place(0.08)) <= 1


@pytest.mark.parametrize("factor", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("offset", [-50.0, 0.0, 50.0])
def test_scale_and_offset(factor, offset):
    signal = complex_of((-0.02, 0.4, 0.008), (0.02, -0.5, 0.01))
    assert refined(factor * (signal + offset)) == refined(signal)


@pytest.mark.parametrize("centre", [0, 3, 990, 999])
def test_near_the_ends(centre):
    signal = np.random.default_rng(0).normal(size=1000)
    assert abs(refined(signal, centre=centre) - centre) <= 0.1 * RATE


def test_missing_samples_are_never_the_answer():
    signal = complex_of(R)
    signal[CENTRE - 2 : CENTRE + 1] = np.nan
    found = refine(signal, np.array([CENTRE]), np.zeros(1), rate=RATE, polarity=0)
    assert found[0] == CENTRE + 1


@pytest.mark.parametrize("missing", [np.nan, np.inf, -np.inf])
def test_missing_samples_do_not_make_a_wave_steep(missing):
    signal = complex_of((-0.04, 0.35, 0.007), (0.03, -0.6, 0.025))
    centres, means = np.array([CENTRE]), np.zeros(1)
    _, _, wanted = weigh_extrema(signal, centres, means, RATE)
    signal[[place(-0.03), place(0.05)]] = missing
    _, _, traits = weigh_extrema(signal, centres, means, RATE)
    np.testing.assert_allclose(traits, wanted, atol=0.05)


@pytest.mark.parametrize("rate", [250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("height", [1.5, -1.5])
def test_a_paced_record(rate, height):
    beats = np.arange(0.5, 19.5, 0.9)
    times = np.arange(0, 20, 1 / rate)
    signal = sum(np.exp(-0.5 * ((times - beat) / 0.03) ** 2) for beat in beats)
    signal += np.random.default_rng(0).normal(scale=0.005, size=times.size)
    signal[np.rint((beats - 0.09) * rate).astype(int)] += height
    found = detect_rpeaks(signal, sampling_rate=rate)
    np.testing.assert_allclose(found / rate, beats, atol=0.015)
