"""A classifier of the real beats inside the package, and its records as WFDB files."""

from functools import cache
from pathlib import Path

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from record_files import write_wfdb
from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import load_mitbih_sample
from skecg.preprocessing import BeatSegmenter
from skecg.signal.aami import to_aami
from skecg.signal.beats import extract_beats

WINDOW = (0.3, 0.4)
TRAIN = ("100", "105", "106", "108", "116", "119", "200", "203", "208", "209", "223")
SCREENED = ("101", "103", "114", "213", "221", "228", "233")


@cache
def beat_model(kinds: str = "NV") -> BeatwiseClassifier:
    """Return a fitted model of N and V beats, trained on a few records' lead MLII."""
    sample = load_mitbih_sample()
    rows = [sample.record.tolist().index(record) for record in TRAIN]
    marks = [sample.annotations[row] for row in rows]
    beats = extract_beats(
        sample.data[rows, 0],
        [each.sample for each in marks],
        sampling_rate=sample.sampling_rate,
        window=WINDOW,
        target=[to_aami(each.symbol) for each in marks],
    )
    kept = np.isin(beats.target, list(kinds))
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    classifier.fit(beats.data[kept], beats.target[kept])
    segmenter = BeatSegmenter(sampling_rate=sample.sampling_rate, window=WINDOW)
    model = BeatwiseClassifier(segmenter, FrozenEstimator(classifier))
    return model.fit(sample.data[rows, 0], np.array(["N", "V"] * 6)[: len(rows)])


def write_excerpts(folder: Path, records=SCREENED, *, n_times: int = 5000) -> list[str]:
    """Write the first seconds of excerpts as WFDB files and return their headers."""
    sample = load_mitbih_sample()
    paths = []
    for record in records:
        row = sample.record.tolist().index(record)
        names = sample.lead_names[row].tolist()
        data = sample.data[row, :, :n_times]
        path = write_wfdb(folder, record, data, names, rate=sample.sampling_rate)
        paths.append(str(path))
    return paths
