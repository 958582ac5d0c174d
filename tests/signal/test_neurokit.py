"""Tests of skecg.signal._neurokit."""

import contextlib
import importlib.util
import subprocess
import sys
import warnings

import neurokit2
import numpy as np
import pytest

from skecg.signal._neurokit import CLEANING, detect_neurokit

RATE = 250.0
TIMES = np.arange(0, 10, 1 / RATE)
BEATING = np.exp(-0.5 * (((TIMES % 1.0) - 0.5) / 0.02) ** 2)
BEATING += np.random.default_rng(0).normal(scale=0.01, size=TIMES.size)


@pytest.mark.parametrize("method", CLEANING)
def test_neurokit2_knows_every_name(method):
    # An unknown name is a ValueError, which the adapter would take for "no peaks".
    for function, name in [
        (neurokit2.ecg_clean, CLEANING[method]),
        (neurokit2.ecg_findpeaks, method),
    ]:
        # Known, but it may need a package or find no candidate.
        with warnings.catch_warnings(), contextlib.suppress(ImportError, IndexError):
            warnings.simplefilter("ignore")
            function(BEATING, sampling_rate=250, method=name)


@pytest.mark.parametrize(
    "method", ["neurokit", "martinez2004", "kalidas2017", "rodrigues2021", "promac"]
)
def test_a_clean_record_gives_its_ten_peaks(method):
    found = detect_neurokit(BEATING, sampling_rate=RATE, method=method)
    assert abs(len(found) - 10) <= 2
    assert found.dtype == np.int64


def test_it_answers_as_neurokit2_does():
    clean = neurokit2.ecg_clean(BEATING, sampling_rate=250)
    _, info = neurokit2.ecg_peaks(clean, sampling_rate=250)
    found = detect_neurokit(BEATING, sampling_rate=RATE, method="neurokit")
    np.testing.assert_array_equal(found, info["ECG_R_Peaks"])


@pytest.mark.parametrize(
    ("method", "rate"),
    [("neurokit", 49.0), ("khamis2016", 1.0), ("engzeemod2012", 100.0)],
)
def test_a_rate_too_low_for_the_filters_is_an_error(method, rate):
    with pytest.raises(
        ValueError, match=f"{method}.* needs a sampling_rate of at least"
    ):
        detect_neurokit(BEATING, sampling_rate=rate, method=method)


@pytest.mark.parametrize("error", [ValueError, IndexError, ZeroDivisionError])
def test_a_failure_on_odd_input_is_an_empty_answer(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(neurokit2, "ecg_peaks", fail)
    found = detect_neurokit(BEATING, sampling_rate=RATE, method="neurokit")
    assert found.size == 0


@pytest.mark.parametrize("error", [TypeError, AttributeError, ImportError, KeyError])
def test_a_programming_error_is_not_hidden(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(neurokit2, "ecg_peaks", fail)
    with pytest.raises(error):
        detect_neurokit(BEATING, sampling_rate=RATE, method="neurokit")


@pytest.mark.skipif(
    importlib.util.find_spec("ts2vg") is not None, reason="ts2vg is installed"
)
def test_a_missing_package_is_named():
    with pytest.raises(ImportError, match="ts2vg"):
        detect_neurokit(BEATING, sampling_rate=RATE, method="emrich2023")


def test_neurokit2_is_not_loaded_before_it_is_needed():
    code = "import sys, skecg.signal.beats; sys.exit('neurokit2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_its_warnings_and_prints_stay_inside(monkeypatch, capsys):
    def talk(*args, **kwargs):
        warnings.warn("noise", UserWarning, stacklevel=1)
        sys.stdout.write("noise")
        return {}, {"ECG_R_Peaks": np.array([3.0, np.nan, 1.0, 1.0, -4.0, 1e9])}

    monkeypatch.setattr(neurokit2, "ecg_peaks", talk)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = detect_neurokit(BEATING, sampling_rate=RATE, method="neurokit")
    assert capsys.readouterr().out == ""
    np.testing.assert_array_equal(found, [1, 3])
