"""The recipe for new patients is chosen by a rule, and by nothing of DS2."""

import numpy as np
import pytest
from sklearn.utils import Bunch

from benchmarks import patient_choice
from benchmarks.patient_choice import (
    RECIPE,
    VARIANTS,
    Round,
    Variant,
    candidates,
    choose,
    gain,
    measure,
    run_missing,
    score,
)
from skecg.classifiers import make_patient_classifier
from skecg.datasets._mitbih_facts import DS1
from skecg.signal.patient import patient_columns

ALL_ROUNDS = patient_choice.ROUNDS
COLUMNS = patient_columns(2)
N_TIMES = 150


def run_of(variant, seed, n_found, n_records=8):
    """Return a run that finds so many of ten S beats of each record, all N and V."""
    counts = {"N": [90, 0, 0], "S": [n_found, 10 - n_found, 0], "V": [10, 0, 0]}
    f1 = 2 * n_found / (10 + n_found)
    return {
        "variant": variant,
        "seed": seed,
        "macro_f1_nsv": (2 + f1) / 3,
        "by_record": {str(number): counts for number in range(n_records)},
    }


def test_the_score_is_the_mean_f1_of_three_classes():
    counts = np.array([[90, 0, 10], [5, 5, 5], [0, 0, 0]])
    assert score(counts) == pytest.approx((180 / 190 + 0.5 + 0) / 3)


def test_patients_who_are_all_alike_leave_no_error():
    mean, error = gain(run_of("a", 0, 6), run_of(RECIPE, 0, 5))
    assert mean == pytest.approx((12 / 16 - 10 / 15) / 3)
    assert error == pytest.approx(0.0, abs=1e-12)


@pytest.fixture(autouse=True)
def rounds(monkeypatch):
    rounds = (Round(RECIPE, ("a", "b")), Round(RECIPE, ("c",)), Round("c", ("d",)))
    monkeypatch.setattr(patient_choice, "ROUNDS", rounds)


def test_a_lead_that_hangs_on_one_patient_is_no_candidate():
    run, recipe = run_of("a", 0, 5), run_of(RECIPE, 0, 5)
    run["by_record"]["0"] = {"N": [90, 0, 0], "S": [7, 3, 0], "V": [10, 0, 0]}
    mean, error = gain(run, recipe)
    assert 0 < mean < 2 * error
    run["by_record"]["1"] = {"N": [90, 0, 0], "S": [4, 6, 0], "V": [10, 0, 0]}
    assert candidates([recipe, run]) == []
    assert choose([recipe, run]) == RECIPE


def test_a_candidate_must_win_with_both_fresh_seeds():
    screened = [run_of(RECIPE, 0, 5), run_of("a", 0, 6), run_of("b", 0, 7)]
    assert candidates(screened) == ["b"]
    recipe = [run_of(RECIPE, seed, 5) for seed in (1, 2)]
    assert choose([*screened, *recipe, run_of("b", 1, 6), run_of("b", 2, 6)]) == "b"
    lost = [*screened, *recipe, run_of("b", 1, 9), run_of("b", 2, 4)]
    assert choose(lost) == RECIPE


def test_each_round_has_a_candidate_of_its_own():
    screened = [run_of(RECIPE, 0, 5), run_of("b", 0, 7), run_of("c", 0, 6)]
    fresh = [run_of(RECIPE, seed, 5) for seed in (1, 2)]
    lost = [*screened, *fresh, run_of("b", 1, 4)]
    assert candidates(lost) == ["b", "c"]
    assert choose([*lost, run_of("c", 1, 6), run_of("c", 2, 6)]) == "c"
    assert choose([*lost, run_of("c", 1, 6), run_of("c", 2, 5)]) == RECIPE


def test_a_later_round_stands_beside_what_was_chosen_before():
    chosen = [
        run_of(name, seed, n)
        for name, n in ((RECIPE, 5), ("c", 7))
        for seed in (0, 1, 2)
    ]
    assert candidates([*chosen, run_of("d", 0, 6)]) == ["c"]
    better = [*chosen, run_of("d", 0, 8)]
    assert candidates(better) == ["c", "d"]
    assert choose([*better, run_of("d", 1, 8), run_of("d", 2, 8)]) == "d"
    assert choose([*better, run_of("d", 1, 8), run_of("d", 2, 6)]) == "c"


def test_every_variant_is_of_one_round():
    names = [name for one in ALL_ROUNDS for name in one.names]
    assert sorted([RECIPE, *names]) == sorted(VARIANTS)


def test_a_variant_differs_from_the_recipe_in_what_it_names():
    (_, recipe), *_ = make_patient_classifier(2, random_state=3).estimators
    wanted = recipe.get_params()
    assert repr(VARIANTS[RECIPE].build(3).get_params()) == repr(wanted)
    wanted["max_epochs"] = 4
    assert repr(VARIANTS["4 epochs"].build(3).get_params()) == repr(wanted)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_sees_what_it_says(name):
    variant = VARIANTS[name]
    data = np.zeros((2, 4, N_TIMES + len(COLUMNS)))
    data[..., 50] = 1.0  # R
    data[..., N_TIMES:] = np.arange(len(COLUMNS))
    data[..., 0] = np.arange(4)  # which row it is
    seen = variant.see(data)
    n_times = round(125 * sum(variant.window))
    assert seen.shape == (2, len(variant.rows), n_times + len(variant.columns))
    if variant.window[0] == 0.4:
        assert seen[0, :, 0].tolist() == list(variant.rows)
    assert (seen[..., round(125 * variant.window[0])] == 1).all()
    names = [COLUMNS[int(place)] for place in seen[0, 0, n_times:]]
    assert names == list(variant.columns)


@pytest.fixture
def beats():
    rng = np.random.default_rng(0)
    record = np.repeat(np.array(DS1), 10)
    return Bunch(
        data=rng.normal(size=(record.size, 4, N_TIMES + len(COLUMNS))).astype("f4"),
        target=np.tile(["N", "N", "V", "N", "S"], record.size // 5),
        record=record,
        groups=record,
    )


QUICK = Variant({"max_epochs": 1}, window=(0.2, 0.2), columns=COLUMNS[:5])


def test_every_beat_is_tested_and_counted_by_record(beats):
    run = measure(QUICK, beats, 0)
    counts = np.array(
        [[one[label] for label in "NSV"] for one in run["by_record"].values()]
    )
    assert counts.shape == (22, 3, 3)
    assert counts[..., :2].sum() == beats.target.size
    assert score(counts.sum(axis=0)) == pytest.approx(run["macro_f1_nsv"])


def test_what_was_run_is_not_run_again(beats, monkeypatch, tmp_path):
    monkeypatch.setattr(patient_choice, "TRIED", tmp_path / "tried.jsonl")
    monkeypatch.setitem(VARIANTS, "quick", QUICK)
    for seed in (0, 1, 0):
        run_missing("quick", seed, beats)
    assert [run["seed"] for run in patient_choice.tried()] == [0, 1]
    assert "command" in patient_choice.tried()[0]
