"""Each rule alone, on beats that are written down."""

import numpy as np
import pytest

from skecg.monitoring import (
    DEFAULT_RULES,
    Asystole,
    ExtremeBradycardia,
    ExtremeTachycardia,
    Readings,
    SignalLost,
    VentricularFlutter,
    VentricularRun,
)


def _readings(beats, now, *, ventricular=None, doubtful=None, **more):
    beats = np.asarray(beats, dtype=float)
    padded = np.full(32, np.nan)
    padded[32 - len(beats) :] = beats
    flags = []
    for given in (ventricular, doubtful):
        flag = np.zeros(32, dtype=bool)
        if given is not None:
            flag[32 - len(beats) :] = given
        flags.append(flag)
    usual = {"present": now, "missing": 0.0, "waves": 0.0} | more
    return Readings(
        now=np.array([now]),
        beats=padded[None],
        ventricular=flags[0][None],
        doubtful=flags[1][None],
        **{name: np.array([value]) for name, value in usual.items()},
    )


def _is(rule, readings):
    verdict = rule.judge(readings)
    return bool(verdict.active[0]), bool(verdict.over[0])


@pytest.mark.parametrize(("pause", "active"), [(3.9, False), (4.4, True), (30, True)])
def test_asystole_is_four_seconds_without_a_beat(pause, active):
    readings = _readings([8, 9, 10], 10 + pause)
    assert _is(Asystole(), readings) == (active, not active)
    assert Asystole().judge(readings).onset[0] == 10


def test_a_pause_that_has_just_ended_is_not_missed():
    ended = _readings([8, 9, 10, 14.1], 14.6)
    verdict = Asystole().judge(ended)
    assert bool(verdict.active[0])
    assert (verdict.onset[0], verdict.value[0]) == (10, pytest.approx(4.1))
    assert _is(Asystole(), _readings([8, 9, 10, 14.1, 15], 15.6)) == (False, True)
    assert _is(Asystole(), _readings([8, 9, 10, 13.9], 14.6)) == (False, True)


def test_noise_ends_no_asystole():
    readings = _readings([10, 12, 14], 15, doubtful=[False, True, True])
    assert _is(Asystole(), readings) == (True, False)


def test_asystole_counts_from_when_there_is_a_signal():
    assert _is(Asystole(), _readings([], 20, present=3.0)) == (False, True)
    assert _is(Asystole(), _readings([], 20, present=5.0)) == (True, False)
    assert _is(Asystole(), _readings([5], 20, present=0.0, missing=9.0)) == (
        False,
        False,
    )


def test_noise_between_slow_beats_hides_no_bradycardia():
    beats = [10, 12, 12.6, 14, 14.5, 15.1, 16, 18]
    noise = [False, False, True, False, True, True, False, False]
    verdict = ExtremeBradycardia().judge(_readings(beats, 18.5, doubtful=noise))
    assert bool(verdict.active[0])
    assert (verdict.onset[0], verdict.value[0]) == (10, pytest.approx(30))
    assert _is(ExtremeBradycardia(), _readings(beats, 18.5)) == (False, True)


def test_ectopic_beats_that_are_left_out_make_no_bradycardia():
    beats = [10, 11, 12, 13, 14, 15, 16, 17]  # small ones at 11, 13 and 16
    small = [False, True, False, True, False, False, True, False]
    readings = _readings(beats, 17.5, doubtful=small)
    assert not _is(ExtremeBradycardia(), readings)[0]


def test_bradycardia_over_five_beats():
    slow = 10 + np.arange(5) * 60 / 38
    assert _is(ExtremeBradycardia(), _readings(slow, slow[-1] + 0.5))[0]
    verdict = ExtremeBradycardia().judge(_readings(slow, slow[-1] + 0.5))
    assert verdict.value[0] == pytest.approx(38)
    assert verdict.onset[0] == 10
    usual = 10 + np.arange(5) * 60 / 42
    assert _is(ExtremeBradycardia(), _readings(usual, usual[-1] + 0.5)) == (
        False,
        False,
    )
    well = 10 + np.arange(5) * 60 / 50
    assert _is(ExtremeBradycardia(), _readings(well, well[-1] + 0.5)) == (False, True)


@pytest.mark.parametrize(("fifth", "active"), [(14.2, True), (13.0, False)])
def test_a_quick_beat_behind_slow_ones_does_not_hide_them(fifth, active):
    beats = [8, 9.5, 11, 12.5, fifth, 14.7]  # 38.7 a minute up to 14.2
    verdict = ExtremeBradycardia().judge(_readings(beats, 15.1))
    assert bool(verdict.active[0]) is active
    later = _readings([*beats, 15.4, 16.0], 17.0)
    assert not _is(ExtremeBradycardia(), later)[0]


def test_bradycardia_does_not_wait_for_beats_that_do_not_come():
    beats = [10, 13, 16]  # 20 a minute
    assert _is(ExtremeBradycardia(), _readings([9.2, 10, 13], 15.9))[0] is False
    assert _is(ExtremeBradycardia(), _readings([9.2, *beats], 16.4))[0] is True


def test_one_pause_is_no_bradycardia():
    beats = [10, 10.8, 11.6, 12.4]
    assert not _is(ExtremeBradycardia(), _readings(beats, 12.4 + 2.9))[0]


def test_beats_around_a_long_pause_are_no_slow_rhythm():
    beats = [10, 18, 18.8, 19.6, 20.4]
    assert _is(ExtremeBradycardia(), _readings(beats, 20.9)) == (False, False)
    assert _is(ExtremeBradycardia(), _readings(beats[:3], 19.3)) == (False, False)
    assert _is(ExtremeBradycardia(), _readings([9, *beats[:2]], 19)) == (False, False)


def test_tachycardia_over_seventeen_beats():
    fast = 10 + np.arange(17) * 60 / 145
    assert _is(ExtremeTachycardia(), _readings(fast, fast[-1] + 0.3))[0]
    assert not _is(ExtremeTachycardia(), _readings(fast[:16], fast[15] + 0.3))[0]
    less = 10 + np.arange(17) * 60 / 135
    assert _is(ExtremeTachycardia(), _readings(less, less[-1] + 0.3)) == (False, False)
    slow = 10 + np.arange(17) * 60 / 120
    assert _is(ExtremeTachycardia(), _readings(slow, slow[-1] + 0.3)) == (False, True)


def test_a_fast_rhythm_that_stops_is_over():
    fast = 10 + np.arange(17) * 60 / 145
    assert _is(ExtremeTachycardia(), _readings(fast, fast[-1] + 3)) == (False, True)


@pytest.mark.parametrize(
    ("n", "rate", "active"), [(5, 105, True), (4, 150, False), (5, 95, False)]
)
def test_a_run_is_five_beats_above_a_hundred(n, rate, active):
    beats = np.append([8.0, 9.0], 10 + np.arange(n) * 60 / rate)
    wide = [False, False, *[True] * n]
    readings = _readings(beats, beats[-1] + 0.5, ventricular=wide)
    verdict = VentricularRun().judge(readings)
    assert bool(verdict.active[0]) is active
    if active:
        assert verdict.onset[0] == 10
        assert verdict.value[0] == pytest.approx(rate)


def test_a_run_whose_newest_beat_has_no_name_yet():
    beats = np.append([9.0], 10 + np.arange(6) * 0.4)
    wide = [False, True, True, True, True, True, False]
    assert _is(VentricularRun(), _readings(beats, 12.3, ventricular=wide))[0]


def test_a_run_is_over_with_two_usual_beats():
    beats = np.append(10 + np.arange(5) * 0.4, [12.6, 13.4, 14.2])
    wide = [True] * 5 + [False] * 3
    assert _is(VentricularRun(), _readings(beats, 16.0, ventricular=wide)) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("score", "answer"),
    [
        (0.9, (True, False)),
        (0.2, (False, False)),
        (0.05, (False, True)),
        (np.nan, (False, False)),
    ],
)
def test_flutter_has_two_limits(score, answer):
    assert _is(VentricularFlutter(), _readings([], 20, waves=score)) == answer


def test_a_signal_is_lost_and_back():
    lost = _readings([], 20, present=0.0, missing=2.5)
    assert _is(SignalLost(), lost) == (True, False)
    assert SignalLost().judge(lost).onset[0] == 17.5
    assert _is(SignalLost(), _readings([], 20, present=0.5)) == (False, False)
    assert _is(SignalLost(), _readings([], 20, present=1.0)) == (False, True)


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.kind)
def test_a_rule_says_nothing_of_a_patient_without_signal(rule):
    verdict = rule.judge(_readings([], 0.0, present=0.0, waves=np.nan))
    assert not verdict.active[0]
    assert len(set(map(len, verdict))) == 1


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.kind)
def test_patients_are_judged_each_alone(rule):
    alone = [
        _readings(10 + np.arange(20) * 0.38, 17.6),
        _readings([1, 2, 3], 9.0),
        _readings([], 9.0, waves=0.8, present=0.0, missing=9.0),
    ]
    together = rule.judge(Readings(*map(np.concatenate, zip(*alone, strict=True))))
    for k, readings in enumerate(alone):
        for mine, all_of in zip(rule.judge(readings), together, strict=True):
            np.testing.assert_array_equal(mine[0], all_of[k])


@pytest.mark.parametrize(
    "rule", [ExtremeBradycardia, ExtremeTachycardia, VentricularRun]
)
def test_a_rule_counts_no_more_beats_than_are_remembered(rule):
    for n_beats in (1, 30):
        with pytest.raises(ValueError, match="must be 2 to 29, got"):
            rule(n_beats=n_beats)
    beats = np.arange(32) * 0.3
    for n_beats in (2, 29):
        readings = _readings(beats, beats[-1] + 0.4, ventricular=np.ones(32))
        assert rule(n_beats=n_beats).judge(readings).active.shape == (1,)
