"""Blocks of signal kernels are written from whatever was measured."""

import pytest

from benchmarks._render_signals import (
    delineation,
    rpeak_noise,
    rpeak_speed,
    rpeaks,
    segmentation,
)

SCORES = {
    "sensitivity": 0.75,
    "precision": 0.5,
    "f1": 0.6,
    "true_positives": 3,
    "false_negatives": 1,
    "false_positives": 3000,
}


def test_each_set_says_whether_it_was_held_out():
    whole = dict.fromkeys(("150ms", "50ms", "ec57"), SCORES)
    sets = {"MIT-BIH": whole, "DS1": whole, "DS2": whole, "118e06": {"150ms": SCORES}}
    text = rpeaks(
        {
            "protocol": "p",
            "figures": {"one": sets},
            "samples_per_second": {"one": 2e6},
            "speed_over_sleepecg": 2.0,
        }
    )
    assert "| DS1 (tuned on) | DS2 (held out) | 118e06 (held out) |" in text
    both = " 0.6000 / 0.6000 |"
    assert f"| one |{' 0.6000 |' * 3}{both * 2} 0.6000 | 2 |" in text
    assert "| one | 0.7500 | 0.5000 | 1 | 3,000 |" in text


def test_noise_has_a_column_for_each_part_and_level():
    parts = {"noisy": SCORES, "all": SCORES}
    record = {"protocol": "p", "figures": {"one": {"6 dB": parts, "0 dB": parts}}}
    text = rpeak_noise(record)
    assert "| F1 | noisy, 6 dB | noisy, 0 dB | all, 6 dB | all, 0 dB |" in text


def test_memory_may_be_missing_for_some_lengths():
    times = {"1 min": 0.001, "1 h": 0.02}
    text = rpeak_speed(
        {
            "protocol": "p",
            "seconds": {"skecg": times, "sleepecg": times, "ratio": times},
            "peak_megabytes": {"signal": {"1 h": 10}, "skecg": {}, "sleepecg": {}},
            "first_call_seconds": {"cold": 17.0, "cached": 0.5},
            "sharing": {"n_threads": 2, "n_records": 16, "gain": 1.9},
        }
    )
    assert "| 1 min | 1.00 | 1.00 | 0.00 |  |  |  |" in text
    assert "| 1 h | 20.00 | 20.00 | 0.02 | 10 |  |  |" in text


def test_cutting_beats_states_both_ratios():
    text = segmentation(
        {
            "protocol": "p",
            "ratio": {"R-peaks given": 2.5, "with detection": 1.25},
            "milliseconds": {"a": 1.0},
            "milliseconds_few": {"b": 0.5},
        }
    )
    assert "takes 1.25 times as long" in text
    assert "with R-peaks given 2.50 times" in text


@pytest.mark.parametrize("missing", [{}, {"t peak": {"mean_ms": None}}])
def test_a_mark_that_a_method_does_not_make_is_a_dash(missing):
    found = {"sensitivity": 1.0, "precision": 0.5, "mean_ms": -1.25, "sd_ms": 10.0}
    by_method = {
        "one": {"LUDB 1-75": {"t peak": found}},
        "two": {"LUDB 1-75": missing},
    }
    speed = {
        "microseconds_per_beat": {"one": 10.0, "two": 3000.0},
        "over_ours": {"one": 1.0, "two": 300.0},
    }
    text = delineation(
        {
            "protocol": "p",
            "figures": {"experts' R-peaks": by_method},
            "speed": {"10 s": speed},
        }
    )
    assert "LUDB 1-75 (tuned on), experts' R-peaks:" in text
    assert "| t peak | 1.000 0.500 -1.2 ± 10.0 | - |" in text
    assert "| two | 3000.0 (300) |" in text
