"""Labelled data in the forms that people keep them in, from what the package holds."""

import shutil
from pathlib import Path

import numpy as np

from skecg.datasets import load_ecg_images, load_heartbeats, load_mitbih_sample

# Of these patients N and V beats are in the excerpts.
RECORDS = ("106", "119", "200", "203", "208", "221", "228", "233")


def picture_folder(folder: Path, classes: tuple[str, ...] = ("MI", "normal")) -> Path:
    """Copy the printouts of two classes into a folder for each."""
    pictures = load_ecg_images()
    names = dict(zip(("Myocardial_Infarction", "Normal"), classes, strict=False))
    for path, target in zip(pictures.paths, pictures.target, strict=True):
        if target in names:
            (folder / names[target]).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / names[target])
    return folder


def record_folder(folder: Path, records: tuple[str, ...] = RECORDS) -> Path:
    """Write a minute of excerpts as WFDB records with their annotations."""
    import wfdb

    sample = load_mitbih_sample()
    rate, n_times = int(sample.sampling_rate), 60 * int(sample.sampling_rate)
    folder.mkdir(parents=True, exist_ok=True)
    for name in records:
        row = sample.record.tolist().index(name)
        wfdb.wrsamp(
            name,
            fs=rate,
            units=["mV", "mV"],
            sig_name=sample.lead_names[row].tolist(),
            p_signal=sample.data[row, :, :n_times].T.astype(np.float64),
            fmt=["16", "16"],
            write_dir=str(folder),
        )
        marks = sample.annotations[row]
        there = marks.sample < n_times
        wfdb.wrann(
            name,
            "atr",
            marks.sample[there],
            symbol=marks.symbol[there].tolist(),
            write_dir=str(folder),
        )
    return folder


def beat_table(
    path: Path, *, patients: bool = True, header: bool = True, step: int = 8
) -> Path:
    """Write N and V beats of the package as a CSV file."""
    beats = load_heartbeats()
    rows = np.flatnonzero(np.isin(beats.target, ["N", "V"]))[::step]
    names = [f"t{at}" for at in range(beats.data.shape[1])] + ["label"]
    lines = [",".join(names + ["patient"] * patients)] if header else []
    for row in rows:
        cells = [f"{value:.4f}" for value in beats.data[row]] + [beats.target[row]]
        lines.append(",".join(cells + [str(beats.groups[row])] * patients))
    path.write_text("\n".join(lines) + "\n")
    return path
