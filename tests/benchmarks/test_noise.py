"""Noise is added where and as strongly as PhysioNet's nst adds it."""

import numpy as np
import pytest

from benchmarks._annotated import Annotated, read_record
from benchmarks._noise import (
    CLEAN,
    ElectrodeNoise,
    add_noise,
    qrs_amplitude,
    read_noise,
    recover,
    stretches,
    trimmed_mean,
    within_noise,
)

RATE = 100.0
MINUTE = 6000  # samples


@pytest.fixture
def record():
    """30 min at 60 bpm; QRS complexes of 1 mV upward and 0.5 mV downward."""
    signal = np.zeros(30 * MINUTE)
    beats = np.arange(50, signal.size, 100)
    signal[beats], signal[beats + 2] = 1.0, -0.5
    return Annotated("x", signal, RATE, beats, np.full(beats.size, "N"))


def electrode_noise(record, amplitude):
    """Return noise of 1 mV rms where the database adds some, else none."""
    signal = np.zeros(record.signal.size)
    rng = np.random.default_rng(0)
    for first, last in stretches(signal.size, RATE):
        part = rng.normal(size=last - first)
        signal[first:last] = (part - part.mean()) / part.std()
    return ElectrodeNoise(signal, amplitude)


def test_stretches_alternate_from_minute_five_to_the_end():
    minutes = np.array(stretches(30 * MINUTE, RATE)) / MINUTE
    np.testing.assert_array_equal(minutes[:, 0], [5, 9, 13, 17, 21, 25, 29])
    np.testing.assert_array_equal(minutes[:, 1], [7, 11, 15, 19, 23, 27, 30])


@pytest.mark.parametrize("minutes", [2, 5])
def test_a_short_record_has_no_noisy_stretch(minutes):
    assert stretches(minutes * MINUTE, RATE) == []


def test_amplitude_is_that_of_the_usual_beats(record):
    assert qrs_amplitude(record) == pytest.approx(1.5)
    ventricular = record.beats[::3]
    record.signal[ventricular] = 9.0
    record.symbols[::3] = "V"
    assert qrs_amplitude(record) == pytest.approx(1.5)


def test_amplitude_survives_a_few_artefacts(record):
    record.signal[record.beats[10:20]] = 50.0  # less than a twentieth of 300
    assert qrs_amplitude(record) == pytest.approx(1.5)


def test_trimmed_mean_leaves_out_both_ends():
    values = np.concatenate([[-100.0], np.full(18, 3.0), [1000.0]])
    assert trimmed_mean(values) == 3.0


@pytest.mark.parametrize("snr", [24, 12, 6, 0, -6])
def test_the_ratio_reached_is_the_ratio_asked_for(record, snr):
    # Noise of 1 mV rms is 0 dB for a sine of 1 mV rms, thus sqrt(8) mV peak to peak.
    noise = electrode_noise(record, amplitude=np.sqrt(8))
    added = add_noise(record, noise, snr=snr).signal - record.signal
    power = np.mean([added[a:b].var() for a, b in stretches(added.size, RATE)])
    assert 10 * np.log10(1.5**2 / 8 / power) == pytest.approx(snr)


def test_the_other_stretches_stay_clean(record):
    added = add_noise(record, electrode_noise(record, 1.0), snr=0).signal
    touched = np.flatnonzero(added != record.signal) / MINUTE
    assert touched.min() >= 5
    assert not np.any((touched >= 7) & (touched < 9))
    np.testing.assert_array_equal(record.signal[:50], 0)  # the record itself is kept


def test_noise_is_recovered_from_the_pair_of_records(record):
    added = np.sin(np.arange(record.signal.size))
    noisy = record._replace(signal=record.signal + added - 5.12)  # another offset
    noisy.signal[-1] = 99.0
    noise = recover(noisy, record)
    np.testing.assert_allclose(noise.signal[:-1], added[:-1], atol=1e-12)
    assert noise.signal[-1] == noise.signal[-2]
    assert noise.amplitude == pytest.approx(1.5)


def test_marks_and_detections_of_a_beat_are_on_one_side(record):
    edge = 5 * MINUTE
    beats = record.beats.copy()
    beats[beats == edge - 50] = edge - 3  # its detection comes 80 ms behind, in noise
    late = beats + 8
    marks, peaks = within_noise(record._replace(beats=beats), late)
    np.testing.assert_array_equal(peaks, marks + 8)
    assert marks[0] == edge + 50
    assert marks.size == 13 * 60


@pytest.mark.parametrize("snr", [24, 12, 6])
def test_the_database_itself_comes_out(shared_data, mitdb, snr):
    pytest.importorskip("wfdb", reason="needs wfdb: pip install skecg[io]")
    folder = shared_data / "nstdb"
    if not folder.is_dir():
        pytest.skip(f"needs the noise stress test database in {folder}")
    clean = read_record(mitdb / CLEAN, extension="atr")
    theirs = read_record(folder / f"118e{snr:02}", extension="atr").signal
    ours = add_noise(clean, read_noise(str(folder), str(mitdb)), snr=snr).signal
    error = theirs - theirs[0] - (ours - ours[0])
    assert np.abs(error[:-1]).max() < 0.03  # mV; their steps are 0.005
