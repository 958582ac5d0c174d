import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.signal._delineation_beats import Beats, cut_beats
from skecg.signal._delineation_net import _answer, load_weights, place_marks


def test_the_weights_fit_their_sizes():
    weights, sizes = load_weights()
    assert weights.dtype == np.float32
    assert np.isfinite(weights).all()
    assert weights.size == ((sizes[:, :-1] + 1) * sizes[:, 1:]).sum()
    assert sizes[:, -1].tolist() == [11, 4, 3, 4]


@pytest.mark.parametrize("n_beats", [1, 3, 4, 9])
def test_a_network_is_three_layers_with_relu_between(n_beats):
    rng = np.random.default_rng(0)
    weights, sizes = load_weights()
    values = rng.standard_normal((n_beats, sizes[0, 0])).astype(np.float32)
    answer, start = _answer(values, weights, sizes[0], 0)
    wanted, at = values.astype(np.float64), 0
    for i, (n_in, n_out) in enumerate(zip(sizes[0], sizes[0, 1:], strict=False)):
        layer = weights[at : at + (n_in + 1) * n_out].reshape(n_in + 1, n_out)
        wanted = wanted @ layer[1:] + layer[0]
        wanted = np.maximum(wanted, 0) if i < 2 else wanted
        at += layer.size
    np.testing.assert_allclose(answer, wanted, rtol=1e-3, atol=1e-3)
    assert start == at


@pytest.mark.parametrize("n_beats", [1, 15, 16, 17, 40])
def test_a_beat_is_placed_the_same_whatever_beats_are_beside_it(n_beats):
    ecg = make_ecg(1, sampling_rate=250.0, duration=60, random_state=0)
    beats = Beats(*cut_beats(ecg.data[0], ecg.rpeaks[0], 250.0))
    looks = beats.average, beats.window, beats.rhythm
    marks, odds = place_marks(*looks, *load_weights())
    some = [np.ascontiguousarray(look[-n_beats:]) for look in looks]
    alone, chances = place_marks(*some, *load_weights())
    np.testing.assert_allclose(alone, marks[-n_beats:], atol=1e-3)
    np.testing.assert_allclose(chances, odds[-n_beats:], atol=1e-3)


def test_places_the_marks_of_a_plain_beat():
    ecg = make_ecg(1, sampling_rate=250.0, duration=20, random_state=0)
    beats = Beats(*cut_beats(ecg.data[0], ecg.rpeaks[0], 250.0))
    marks, odds = place_marks(
        beats.average, beats.window, beats.rhythm, *load_weights()
    )
    known = ecg.t_peaks[0] - beats.centre
    assert np.nanmedian(np.abs(marks[:, 7] - known)) < 5
    assert (np.diff(np.median(marks, axis=0)) > 0).all()
    assert (np.median(odds, axis=0) > 0).all()
