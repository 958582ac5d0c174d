"""Tiny WFDB records with beats at known places."""

import numpy as np
import pytest

RATE = 360
PERIOD = 288  # samples: 0.8 s, 75 beats a minute


def spikes(n_times, peaks, *, height):
    """Triangles 22 ms wide on a slow wave: mV, R-peaks at `peaks`."""
    time = np.arange(n_times)
    signal = 0.1 * np.sin(2 * np.pi * time / n_times)
    for peak in peaks:
        signal += height * np.clip(1 - np.abs(time - peak) / 8, 0, None)
    return signal


@pytest.fixture
def write_record(tmp_path):
    """Write a record of `seconds` with two leads and return its R-peaks."""
    wfdb = pytest.importorskip("wfdb", reason="needs wfdb: pip install skecg[io]")

    def write(
        record="100",
        *,
        leads=("MLII", "V5"),
        heights=(1.5, 0.5),
        seconds=40,
        symbols=None,
        at=None,
        form="212",
        units="mV",
    ):
        n_times = seconds * RATE
        peaks = np.arange(PERIOD, n_times, PERIOD)
        signal = np.stack([spikes(n_times, peaks, height=h) for h in heights], axis=1)
        wfdb.wrsamp(
            record,
            fs=RATE,
            units=[units] * len(leads),
            sig_name=list(leads),
            p_signal=signal,
            fmt=[form] * len(leads),
            adc_gain=[200.0] * len(leads),
            baseline=[0] * len(leads),
            write_dir=str(tmp_path),
        )
        sample = peaks if at is None else np.asarray(at)
        symbols = ["N"] * sample.size if symbols is None else list(symbols)
        wfdb.wrann(record, "atr", sample, symbol=symbols, write_dir=str(tmp_path))
        return peaks

    return write


@pytest.fixture
def cut_file():
    """Cut a file to its first bytes: a fraction of them, or a number."""

    def cut(path, keep):
        content = path.read_bytes()
        path.write_bytes(content[: keep if keep > 1 else int(len(content) * keep)])
        return path

    return cut
