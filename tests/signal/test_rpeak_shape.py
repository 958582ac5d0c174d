"""Which waveforms are alike, and what is remembered of them."""

import numpy as np
import pytest

from skecg.signal._rpeak_shape import Shapes

RATE = 120.0
TIMES = np.arange(-15, 16) / RATE
NARROW = np.exp(-0.5 * (TIMES / 0.012) ** 2)
BROAD = np.exp(-0.5 * (TIMES / 0.04) ** 2)
TURNED = -NARROW
BIPHASIC = TIMES * BROAD / 0.04


def compared(shapes, waves, clear=None):
    """Put the waves one second apart into a record, and compare them."""
    bins = np.zeros((len(waves), int(RATE)))
    for row, wave in zip(bins, waves, strict=True):
        row[45 : 45 + wave.size] = wave
    humps = np.arange(len(waves)) * int(RATE) + 60
    clear = np.ones(len(waves), dtype=bool) if clear is None else np.array(clear)
    return shapes.compare(bins.ravel(), humps, clear).T


def test_the_first_beat_is_like_nothing():
    alike, size = compared(Shapes(RATE), [NARROW, NARROW])
    np.testing.assert_allclose(alike, [0, 1])
    np.testing.assert_allclose(size, 0, atol=1e-9)


def test_size_and_place_are_told_from_shape():
    alike, size = compared(Shapes(RATE), [NARROW, 3.0 * NARROW, np.roll(NARROW, 1)])
    np.testing.assert_allclose(alike[1:], 1, atol=1e-6)
    np.testing.assert_allclose(size[1], np.log(3.0), atol=1e-6)


@pytest.mark.parametrize("other", [BROAD, TURNED, BIPHASIC])
def test_another_shape_is_told_apart(other):
    assert compared(Shapes(RATE), [NARROW, other])[0, 1] < 0.85


def test_three_shapes_are_remembered():
    waves = [NARROW, BROAD, TURNED]
    np.testing.assert_allclose(compared(Shapes(RATE), 3 * waves)[0, 3:], 1, atol=1e-6)


def test_what_is_not_clear_is_not_learned():
    alike, _ = compared(Shapes(RATE), [NARROW, TURNED, TURNED], [True, False, False])
    assert (alike[1:] < 0.5).all()


def test_noise_does_not_displace_the_usual_beat():
    rng = np.random.default_rng(0)
    waves = 40 * [NARROW] + [rng.normal(size=TIMES.size) for _ in range(10)]
    assert compared(Shapes(RATE), [*waves, NARROW])[0, -1] > 0.99


def test_a_flat_record_is_like_nothing():
    assert not compared(Shapes(RATE), [np.zeros(31), np.zeros(31)])[0].any()
