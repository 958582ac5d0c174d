"""Records that were drawn come back, lead by lead, in seconds and millivolts."""

import pickle

import numpy as np
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skecg.datasets import load_ptb_sample
from skecg.exceptions import DataFileError, SignalQualityWarning
from skecg.features import RhythmFeatures, TWaveFeatures
from skecg.preprocessing import BeatSegmenter, ECGRenderer, TraceReader
from skecg.signal.filters import remove_baseline

RATE = 250.0


@pytest.fixture(scope="module")
def sample():
    return load_ptb_sample()


@pytest.fixture(scope="module")
def records(sample):
    return remove_baseline(sample.data[:3], sampling_rate=sample.sampling_rate)


@pytest.fixture(scope="module")
def renderer(records, sample):
    return ECGRenderer(sampling_rate=sample.sampling_rate, duration=10.0).fit(records)


@pytest.fixture(scope="module")
def pictures(renderer, records):
    return renderer.transform(records)


@pytest.fixture(scope="module")
def reader(renderer, pictures):
    strips, width = renderer.layout_.strips, pictures.shape[2]
    columns = (strips[0].left / width, strips[-1].right / width)
    return TraceReader(sampling_rate=RATE, columns=columns, duration=10.0)


@pytest.fixture(scope="module")
def read(reader, pictures):
    return reader.fit(pictures).transform(pictures)


def test_leads_come_back_where_they_were_printed(read, reader, renderer, records):
    assert read.shape == (len(records), 13, 2500)
    names = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
    times = np.arange(2500) / RATE
    alike = []
    for lead, strip in enumerate(renderer.layout_.strips):
        assert reader.leads_[lead] == strip.lead
        # The names of the leads stand where they begin.
        shown = (times > strip.start + 0.3) & (times < strip.stop - 0.05)
        drawn = records[:, names.index(strip.lead), :: round(1000 / RATE)]
        alike += [
            np.corrcoef(one[shown], other[shown])[0, 1]
            for one, other in zip(read[:, lead], drawn, strict=True)
        ]
    assert np.median(alike) > 0.97
    assert np.mean(np.array(alike) > 0.9) > 0.8


def test_a_lead_is_missing_while_others_are_printed(read):
    shown = ~np.isnan(read)
    np.testing.assert_array_equal(shown[:, :12].sum(axis=2), 625)
    assert shown[:, 12].all()
    np.testing.assert_allclose(np.nanmedian(read, axis=2), 0, atol=1e-9)


def test_what_measures_signals_can_stand_behind(reader, pictures):
    steps = (
        RhythmFeatures(sampling_rate=RATE, leads="fused"),
        TWaveFeatures(sampling_rate=RATE, measures="all", leads="fused"),
        BeatSegmenter(sampling_rate=RATE, leads="fused"),
    )
    for step in steps:
        result = make_pipeline(clone(reader), step).fit_transform(pictures)
        assert len(result) == len(pictures)
        assert np.isfinite(result).mean() > 0.8


def test_layouts_of_other_names_and_scales():
    times = np.arange(0, 5, 1 / 250)
    record = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.03) ** 2)
    options = {"layout": (("A",), ("B",)), "speed": 50.0, "gain": 20.0, "duration": 5.0}
    renderer = ECGRenderer(sampling_rate=250.0, lead_names=["A", "B"], **options)
    picture = renderer.fit_transform(np.stack([record, 0.5 * record])[np.newaxis])
    strip, width = renderer.layout_.strips[0], picture.shape[2]
    reader = TraceReader(
        sampling_rate=100.0,
        columns=(strip.left / width, strip.right / width),
        **options,
    )
    read = reader.fit_transform(picture)
    assert read.shape == (1, 2, 500)
    np.testing.assert_allclose(read[0].max(axis=1), [1.0, 0.5], atol=0.08)


def test_each_picture_by_itself_from_arrays_and_files(reader, pictures, read, tmp_path):
    paths = [tmp_path / f"{index}.png" for index in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        Image.fromarray(picture).save(path)
    for given in (pictures, paths, pictures / 255):
        model = clone(reader).set_params(n_jobs=2).fit(given)
        np.testing.assert_allclose(model.transform(given), read, atol=1e-6)
        np.testing.assert_allclose(model.transform(given[1:2])[0], read[1], atol=1e-6)
    again = pickle.loads(pickle.dumps(reader))
    np.testing.assert_array_equal(again.transform(pictures), read)


def test_a_blank_sheet_is_a_row_of_nan(reader, pictures):
    blank = np.full_like(pictures[:1], 255)
    with pytest.warns(SignalQualityWarning, match="rows 1"):
        read = clone(reader).fit_transform(np.concatenate([pictures[:1], blank]))
    assert np.isnan(read[1]).all()
    with pytest.raises(ValueError, match="No usable row"):
        clone(reader).fit_transform(blank)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"layout": "7x7"}, "layout must be one of"),
        ({"columns": (0.9, 0.1)}, "columns must be two ascending"),
        ({"columns": (0.0, "end")}, "columns must be two ascending"),
        ({"duration": 0.1, "sampling_rate": 10.0}, "less than a sample"),
        ({"gain": 0.0}, "gain"),
    ],
)
def test_wrong_parameters_are_refused_in_fit(reader, pictures, params, message):
    with pytest.raises(ValueError, match=message):
        clone(reader).set_params(**params).fit(pictures)


def test_wrong_input_is_refused(reader, pictures, tmp_path):
    with pytest.raises(NotFittedError):
        clone(reader).transform(pictures)
    with pytest.raises(ValueError, match="was fitted with"):
        clone(reader).fit(pictures).transform(pictures[:, :-5])
    with pytest.raises(ValueError, match="n_images, height, width"):
        clone(reader).fit(pictures[0, 0, 0])
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(DataFileError, match=r"broken\.png"):
        clone(reader).fit([broken]).transform([broken])
