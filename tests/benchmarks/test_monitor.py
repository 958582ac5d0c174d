"""The constructed set, the truth of records, and how alarms are counted."""

import numpy as np
import pytest

from benchmarks import monitor
from benchmarks._alarm_set import DURING, KINDS, RATE, draw_event, draw_events
from benchmarks._alarm_truth import Stretch, stretches
from benchmarks._annotated import Annotated
from benchmarks._render_monitor import monitor as rendered
from skecg.monitoring import Event


def test_a_seed_settles_the_set_and_another_draws_anew():
    first, again, other = (draw_events(1, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first[7].signal, again[7].signal)
    assert not np.array_equal(first[7].signal, other[7].signal)
    assert {event.kind for event in first} == set(KINDS)


def test_the_heart_stands_still_in_an_asystole():
    drawn = draw_event("asystole", "none", np.random.default_rng(0))
    part = drawn.signal[round(drawn.onset * RATE) : round(drawn.end * RATE)]
    assert part.size == DURING * RATE
    assert np.abs(part).max() < 0.05


def _record(beats, symbols):
    times = np.asarray(beats) * 360
    return Annotated("r", np.zeros(1), 360.0, times.astype(int), np.array(symbols))


def test_what_annotations_make_of_the_definitions():
    beats = np.concatenate(
        [[0, 1, 2, 7, 8, 9], 10 + np.arange(6) * 0.5, 20 + np.arange(20) * 0.4]
    )
    symbols = ["N"] * 6 + ["V"] * 6 + ["N"] * 20
    found = stretches(_record(beats, symbols), [])
    kinds = [stretch.kind for stretch in found]
    assert kinds.count("asystole") == 2
    assert kinds.count("ventricular_run") == 1
    assert kinds.count("extreme_tachycardia") == 1
    run = next(stretch for stretch in found if stretch.kind == "ventricular_run")
    assert (run.begin, run.end) == pytest.approx((10.0, 12.5))
    during = stretches(_record(beats, symbols), [(2.5, 6.5)])
    assert [stretch.kind for stretch in during].count("asystole") == 1


def _alarm(onset, time, phase="begin"):
    return Event("1", "asystole", phase, "", onset, time)


def test_an_alarm_is_found_from_its_onset_on():
    stretch = Stretch("asystole", 100.0, 120.0)
    assert monitor._first([_alarm(100.0, 105.0)], stretch) == 5.0
    assert monitor._first([_alarm(50.0, 55.0)], stretch) is None
    on = [_alarm(90.0, 95.0), _alarm(90.0, 130.0, "end")]
    assert monitor._first(on, stretch) == 0.0
    assert monitor._first([_alarm(130.0, 135.0)], stretch) is None


def test_an_alarm_about_nothing_is_false():
    known = [Stretch("asystole", 100.0, 120.0)]
    assert monitor._is_right(_alarm(101.0, 105.0), known, [])
    assert not monitor._is_right(_alarm(50.0, 55.0), known, [])
    assert monitor._is_right(_alarm(50.0, 55.0), known, [(52.0, 60.0)])


def test_what_is_missed_is_told_with_what_came_instead():
    stretch = Stretch("extreme_bradycardia", 100.0, 110.0)
    events = [_alarm(103.0, 108.0), _alarm(10.0, 15.0)]
    told = monitor._missed("r", stretch, None, events)
    assert told["told_instead"] == ["asystole"]
    assert told["told_after_s"] is None


def test_the_figures_are_rendered():
    call = {"median": 1.0, "p99": 20.0, "longest": 50.0}
    of = {"n": 3, "found": 2, "false": 1}
    text = rendered(
        {
            "model": "rules",
            "constructed": {
                "seed": 1,
                "noises": ["none"],
                "alarms": {
                    "asystole": {"n": 6, "found": 5, "median_s": 4.0, "longest_s": 5.0}
                },
                "missed": {"asystole, white": 1},
            },
            "ds2": {
                "hours": 11.0,
                "false_per_hour": 0.5,
                "alarms": {"asystole": of},
                "false_in": {"asystole": {"100": 1}},
                "missed": [
                    {
                        "record": "100",
                        "kind": "extreme_bradycardia",
                        "begin_s": 10.2,
                        "end_s": 20.0,
                        "told_after_s": None,
                        "told_instead": ["asystole"],
                    }
                ],
            },
            "noise_stress": {"118e00": {"false_per_hour": 9.0}},
            "carried": {
                "n_patients": 1000,
                "step_s": 30.0,
                "calls_per_second": 20,
                "processor_seconds_per_second": 1.2,
                "call_ms": call,
            },
            "memory": {"hours": 24, "mb_after_an_hour": 90.0, "mb_at_the_end": 90.0},
        }
    )
    assert "| asystole | 3 | 2 | 1 | 100: 1 |" in text
    assert "Missed: 1 of asystole, white." in text
    assert "| extreme bradycardia | 100 | 10 to 20 | never | asystole |" in text
    assert "below 100 ms is reached if 2 processes share them" in text
