"""Beats with both leads and the rhythm, and how their recipe was chosen."""

import numpy as np
import pytest

from benchmarks._context_beats import WINDOW, crop, read_context_beats, tame
from benchmarks.beats import measure, recipe_of
from benchmarks.beats_choice import VARIANTS, halves

wfdb = pytest.importorskip("wfdb")
PEAKS = np.arange(300, 14_000, 300)


@pytest.fixture(scope="module")
def beats(tmp_path_factory):
    """Two records of two leads that differ by a constant; 114 has them swapped."""
    folder = tmp_path_factory.mktemp("mitdb")
    wave = np.sin(np.arange(14_400) / 30.0)
    signal = np.stack([wave, wave + 2], axis=1)
    symbols = ["N", "V"] * 23
    for record, names in [("100", ["MLII", "V5"]), ("114", ["V5", "MLII"])]:
        wfdb.wrsamp(
            record,
            360,
            ["mV"] * 2,
            names,
            p_signal=signal,
            fmt=["16"] * 2,
            write_dir=str(folder),
        )
        wfdb.wrann(record, "atr", PEAKS, symbols, write_dir=str(folder))
    return read_context_beats(str(folder), records=["100", "114"])


def test_the_second_lead_is_the_other_one(beats):
    first, second = beats.data[:, 0, :-8], beats.data[:, 1, :-8]
    step = np.where(beats.record == "100", 2, -2)[:, np.newaxis]
    np.testing.assert_allclose(second - first, np.broadcast_to(step, first.shape), 1e-3)


def test_the_rhythm_stands_behind_both_leads(beats):
    assert beats.data.shape[1:] == (2, 208)
    np.testing.assert_array_equal(beats.data[:, 0, -8:], beats.data[:, 1, -8:])
    np.testing.assert_allclose(beats.data[:, 0, -1], 0.0, atol=1e-6)  # regular


def test_pauses_have_a_limit_and_half_is_as_far_as_double():
    columns = tame(np.array([0.5, 1.0, 2.0, 5.0, 100.0, 0.001]))
    assert columns[0] == -columns[2]
    assert columns[1] == 0
    assert columns[3] == columns[4] == -columns[5]


def test_a_part_of_the_window_keeps_the_peak():
    data = np.zeros((1, 2, 208))
    data[..., 75] = 1.0  # R, 0.6 s from the start
    data[..., -8:] = 2.0
    cut = crop(data, 0.2, 0.4)
    assert cut.shape == (1, 2, 75 + 8)
    assert cut[0, 0, 25] == 1.0
    assert (cut[..., -8:] == 2.0).all()
    np.testing.assert_array_equal(crop(data, *WINDOW), data)


def test_variants_are_chosen_inside_the_training_part():
    from sklearn.model_selection import train_test_split

    target = np.array(["N", "S", "V"] * 100)
    rows = np.arange(target.size)
    _, test = train_test_split(rows, test_size=0.2, stratify=target, random_state=0)
    train, valid = halves(target)
    assert np.unique(np.concatenate([train, valid, test])).size == 96 + 48 + 60


def test_every_variant_sees_what_it_says(beats):
    for variant in VARIANTS.values():
        n_times = round(125 * sum(variant.window))
        seen = variant.see(beats.data)
        assert seen.shape[1:] == (variant.n_leads, n_times + variant.n_context)


def test_the_recipe_runs(beats):
    recipe = recipe_of("context", "resnet1d")
    quick = recipe._replace(arguments={**recipe.arguments, "max_epochs": 1})
    run = measure(quick, beats, 0)
    assert 0 <= run["accuracy"] <= 1
    assert run["fit_seconds"] > 0
    assert recipe.estimator.startswith("SignalClassifier('convnet1d', context=8")
