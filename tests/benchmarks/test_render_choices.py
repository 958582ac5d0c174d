"""What was tried for the signal kernels is written with its floor beside it."""

from benchmarks._render_choices import (
    delineation_choice,
    rpeak_choice,
    rpeak_noise_choice,
)


def test_rules_stand_with_their_counts_and_weights():
    text = rpeak_choice(
        {
            "protocol": "p",
            "n_beats": {"DS1": 50000, "LUDB 1-75": 600},
            "wrong": {"size": {"DS1, 50 ms": 7, "LUDB 1-75, 50 ms": 2}},
            "weights": [1.0, 0.5, 0.75, 0.25],
        }
    )
    assert "p: 50,000 of DS1 and 600 of LUDB 1-75." in text
    assert "are 1, 0.5 and 0.75, and 0.25 favours" in text
    assert "| tried | DS1, 50 ms | LUDB 1-75, 50 ms |" in text
    assert "| size | 7 | 2 |" in text


def test_a_mark_that_a_variant_does_not_learn_is_a_dash():
    errors = {"mean_ms": -1.0, "sd_ms": 5.0, "between_ms": 3.0, "inside_ms": 4.0}
    text = delineation_choice(
        {
            "protocol": "p",
            "figures": {"T end alone": {"t offset": errors}},
            "oracles": {"its mean": {"t peak": errors, "t offset": errors}},
            "spread_ms_by_record": {
                "t offset": {"1": 3.0, "2": 4.0, "3": 1, "4": 1, "5": 1, "6": 0}
            },
        }
    )
    assert "| T end alone | - | - | - | - | -1.0 | 5.0 | 3.0 | 4.0 |" in text
    assert f"| its mean |{' -1.0 | 5.0 | 3.0 | 4.0 |' * 2}" in text
    assert "4 in 2, 3 in 1, 1 in 3" in text
    assert "are 100% of all." in text
    assert "less than 4.0 ms inside of records" in text
    assert "scatter by 15.0 ms at most" in text


def test_ways_to_doubt_stand_with_what_they_miss():
    scores = {"f1": 0.5, "false_negatives": 1000, "false_positives": 2}
    text = rpeak_noise_choice(
        {
            "protocol": "p",
            "runs": [{"share": 0.25, "doubt": 0.5, "scores": {"clean": scores}}],
        }
    )
    assert "| score smaller by | then less | clean: F1, missed, wrong |" in text
    assert "| 25% | 0.5 | 0.5000, 1,000, 2 |" in text
