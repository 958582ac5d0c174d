"""Records in files of every kind that is read, with known samples and known faults."""

import datetime
from pathlib import Path

import numpy as np

RATE = 250.0


def known_leads(seconds: float = 20.0, *, rate: float = RATE, seed: int = 0):
    """Return two leads of beats, in mV, of shape (2, n_times), and the R-peaks in s."""
    times = np.arange(0, seconds, 1 / rate)
    peaks = np.arange(0.5, seconds - 0.4, 0.8)
    wave = np.exp(-0.5 * ((times[:, None] - peaks) / 0.012) ** 2).sum(axis=1)
    slow = 0.25 * np.exp(-0.5 * ((times[:, None] - peaks - 0.28) / 0.05) ** 2)
    noise = np.random.default_rng(seed).normal(scale=0.005, size=times.size)
    first = wave + slow.sum(axis=1) + noise
    return np.stack([first, -0.5 * first]), peaks


def write_wfdb(folder: Path, name: str, data, names, *, rate=RATE, units="mV"):
    """Write a WFDB record of format 16 and return its header's path."""
    import wfdb

    wfdb.wrsamp(
        name,
        rate,
        [units] * len(names),
        list(names),
        p_signal=np.asarray(data, dtype=np.float64).T,
        fmt=["16"] * len(names),
        write_dir=str(folder),
    )
    return folder / f"{name}.hea"


def write_edf(path: Path, data, labels, *, rates=RATE, units="mV"):
    """Write an EDF file; the units and the rates may be one for each lead."""
    import edfio

    signals = [
        edfio.EdfSignal(
            np.asarray(row, dtype=np.float64),
            rate,
            label=label,
            physical_dimension=unit,
            physical_range=(-20, 20),
        )
        for row, label, rate, unit in zip(
            data,
            labels,
            np.broadcast_to(rates, len(labels)),
            np.broadcast_to(units, len(labels)),
            strict=True,
        )
    ]
    edfio.Edf(signals, data_record_duration=1).write(path)
    return path


def write_dicom(path: Path, data, names, *, rate=RATE, unit="uV"):
    """Write a DICOM waveform with steps of 1 in the unit."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, TwelveLeadECGWaveformStorage

    data = np.asarray(data)
    group = Dataset()
    group.WaveformOriginality = "ORIGINAL"
    group.NumberOfWaveformChannels, group.NumberOfWaveformSamples = data.shape
    group.SamplingFrequency = str(rate)
    group.WaveformBitsAllocated = 16
    group.WaveformSampleInterpretation = "SS"
    group.ChannelDefinitionSequence = [_channel(name, unit) for name in names]
    group.WaveformData = np.rint(data.T * 1000).astype("<i2").tobytes()
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file.file_meta.MediaStorageSOPClassUID = TwelveLeadECGWaveformStorage
    file.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    file.SOPClassUID, file.SOPInstanceUID = TwelveLeadECGWaveformStorage, "1.2.3"
    file.AcquisitionDateTime = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    file.WaveformSequence = [group]
    file.save_as(path, enforce_file_format=True)
    return path


def _channel(name: str, unit: str):
    from pydicom.dataset import Dataset

    source, units, channel = Dataset(), Dataset(), Dataset()
    source.CodeValue, source.CodingSchemeDesignator = "1", "MDC"
    source.CodeMeaning = name
    units.CodeValue, units.CodingSchemeDesignator, units.CodeMeaning = unit, "U", unit
    channel.ChannelSourceSequence = [source]
    channel.ChannelSensitivity = "1"
    channel.ChannelSensitivityUnitsSequence = [units]
    channel.ChannelSensitivityCorrectionFactor = "1"
    channel.ChannelBaseline = "0"
    channel.WaveformBitsStored = 16
    return channel
