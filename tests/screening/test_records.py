"""Records through a screening: beat by beat, each by itself, and after a kill."""

import csv
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from beat_models import SCREENED, beat_model, write_excerpts
from known_pictures import ecg_picture
from record_files import RATE, known_leads, write_edf, write_wfdb
from skecg.classifiers import BeatwiseClassifier, ImageClassifier, SignalClassifier
from skecg.datasets import read_record
from skecg.exceptions import NoUsableRowError, RowsWarning, SignalQualityWarning
from skecg.preprocessing import BaselineRemover
from skecg.screening import screen
from skecg.screening._records import LEADS, input_of, takes_records


def table(result):
    return {Path(row["path"]).stem: row for row in result.rows()}


def beats_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def excerpts(tmp_path_factory):
    return write_excerpts(tmp_path_factory.mktemp("excerpts"))


def test_every_beat_is_what_the_model_says(excerpts, tmp_path):
    model = beat_model()
    result = screen(model, excerpts, tmp_path / "o.csv", beats=tmp_path / "b.csv")
    written = beats_of(tmp_path / "b.csv")
    rows = table(result)
    assert len(written) == sum(result.beat_classes.values())
    for path in excerpts:
        beats = model.predict_beats(read_record(path, lead=LEADS).data)
        mine = [one for one in written if one["path"] == path]
        assert [one["class"] for one in mine] == beats.label.tolist()
        times = [float(one["time"]) for one in mine]
        np.testing.assert_allclose(times, beats.time, atol=1e-3)
        row = rows[Path(path).stem]
        n_ventricular = int((beats.label == "V").sum())
        assert (int(row["beats"]), int(row["beats(V)"])) == (
            beats.label.size,
            n_ventricular,
        )
        share = beats.probability[:, 1].mean()
        assert float(row["P(V)"]) == pytest.approx(share, abs=1e-5)
        assert row["class"] == ("V" if n_ventricular >= 0.01 * len(mine) else "N")
    assert set(rows) == set(SCREENED)
    order = [row["class"] for row in result.rows()]
    assert order == sorted(order, reverse=True)  # V before N
    assert {"V", "N"} == set(order)


def test_a_record_at_another_rate_has_the_same_beats(tmp_path):
    times = {}
    for rate in (125.0, 360.0, 500.0):
        data, peaks = known_leads(rate=rate)
        path = write_wfdb(tmp_path, f"r{rate:.0f}", data, ["I", "II"], rate=rate)
        result = screen(
            beat_model(), [path], tmp_path / f"{rate}.csv", beats=tmp_path / "b.csv"
        )
        assert table(result)[path.stem]["lead"] == "II"
        times[rate] = [float(one["time"]) for one in beats_of(tmp_path / "b.csv")]
        np.testing.assert_allclose(times[rate], peaks, atol=0.02)


def test_a_bad_record_is_listed_with_its_reason_and_the_others_judged(tmp_path):
    good = write_excerpts(tmp_path, SCREENED[:2])
    data, _ = known_leads()
    nothing = np.full_like(data, np.nan)
    nothing[:, 0] = 0  # wfdb writes no record without a sample
    half = data.copy()
    half[:, 2500:] = np.nan
    bad = {
        "torn": (data, ["I", "II"]),
        "unleaded": (data, ["V8", "V9"]),
        "flat": (np.zeros_like(data), ["I", "II"]),
        "short": (data[:, :20], ["I", "II"]),
        "empty": (nothing, ["I", "II"]),
        "half": (half, ["I", "II"]),
    }
    paths = [str(write_wfdb(tmp_path, name, *what)) for name, what in bad.items()]
    signals = tmp_path / "torn.dat"
    signals.write_bytes(signals.read_bytes()[:1000])
    lost = tmp_path / "lost.edf"
    files = [paths[0], good[0], *paths[1:], good[1], lost]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is left to be shown
        result = screen(beat_model(), files, tmp_path / "o.csv", n_workers=3)
    rows = table(result)
    assert {name: rows[name]["outcome"] for name in (*bad, "lost")} == {
        "torn": "unreadable",
        "unleaded": "unreadable",
        "flat": "no answer",
        "short": "no answer",
        "empty": "no answer",
        "half": "classified",
        "lost": "unreadable",
    }
    assert "torn.dat is truncated or damaged" in rows["torn"]["reason"]
    assert "none of the leads 'II', 'MLII'" in rows["unleaded"]["reason"]
    assert "no beat that can be cut" in rows["flat"]["reason"]
    assert rows["short"]["reason"] == "Files like this are shorter than 2 s."
    assert rows["half"]["reason"] == "50% of it is missing."
    assert int(rows["half"]["beats"]) >= 11
    assert all(rows[Path(path).stem]["outcome"] == "classified" for path in good)


class Fussy(ClassifierMixin, BaseEstimator):
    """Sees a beat a second; of those with a dark number it warns, thread or not."""

    def __init__(self):
        self.classes_ = np.array(["N", "V"])
        self.sampling_rate = RATE
        self.n_leads_in_ = self.n_times_in_ = 1

    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        raise AssertionError("there are beats")

    def predict_beats(self, X):
        seconds = X[0, 0].size // round(RATE)
        level = X[0, 0, :: round(RATE)][:seconds]
        time.sleep(0.002)
        with warnings.catch_warnings():  # as estimators do: filters of all threads
            warnings.simplefilter("ignore", RuntimeWarning)
            time.sleep(0.002)
        for value, kind, reason in (
            (5, SignalQualityWarning, "are flat"),
            (7, RowsWarning, "look strange"),
        ):
            rows = np.flatnonzero(np.round(level) == value)
            if rows.size:
                warnings.warn(kind.about("w", rows=rows, reason=reason), stacklevel=1)
        if level[0].round() == 8:
            warning = RowsWarning.about("r", rows=[0], reason="stand upside down")
            warnings.warn(warning, stacklevel=1)
        if (np.round(level) == 9).all():
            raise NoUsableRowError("none", reason="are of no use")
        p = np.tile([0.8, 0.2], (seconds, 1))

        class Beats:
            record, time_, label, probability = None, None, None, p
            time = np.arange(seconds, dtype=float)

        return Beats


def level_record(folder, name, levels):
    data = np.repeat(np.array(levels, dtype=float), round(RATE))[np.newaxis]
    return str(write_edf(folder / f"{name}.edf", data, ["II"]))


def test_warnings_of_beats_are_told_of_their_own_record(tmp_path):
    kinds = {
        "good": [1, 2, 1, 2],
        "some": [1, 5, 1, 2],
        "most": [5, 5, 5, 2],
        "odd": [1, 7, 7, 2],
        "none": [5, 5, 5, 5],
        "useless": [9, 9, 9, 9],
        "turned": [8, 1, 1, 1],
    }
    paths = [
        level_record(tmp_path, f"{name}-{index}", levels)
        for index in range(8)
        for name, levels in kinds.items()
    ]
    result = screen(Fussy(), paths, tmp_path / "o.csv", n_workers=4, model="fussy")
    like = "Files like this"
    for name, row in table(result).items():
        kind = name.split("-")[0]
        assert (row["outcome"], row["beats"], row["reason"]) == {
            "good": ("classified", "4", ""),
            "some": ("classified", "3", "1 of 4 beats cannot be used."),
            "most": ("uncertain: refer", "1", "3 of 4 beats cannot be used."),
            "odd": ("uncertain: refer", "4", "2 of its beats look strange."),
            "none": (
                "no answer",
                "0",
                "Files like this have no beat that can be used.",
            ),
            "useless": ("no answer", "0", f"{like} are of no use."),
            "turned": ("uncertain: refer", "4", f"{like} stand upside down."),
        }[kind], name
    assert result.n_files == 56


def test_leads_are_looked_for_in_the_order_that_is_told(excerpts, tmp_path):
    result = screen(beat_model(), excerpts, tmp_path / "one.csv", lead=["V1", "V5"])
    rows = table(result)
    assert (rows["101"]["lead"], rows["101"]["reason"]) == ("V1", "")
    assert rows["114"]["lead"] == "V5"
    assert rows["114"]["reason"] == "Lead V5 stands in for V1."
    with pytest.raises(ValueError, match="lead must name one lead or more"):
        screen(beat_model(), excerpts, tmp_path / "two.csv", lead=())
    other = screen(beat_model(), excerpts[:1], tmp_path / "two.csv", lead="V6")
    assert other.outcomes == {"unreadable": 1}


def test_a_model_of_two_leads_gets_the_wanted_one_first(tmp_path):
    data, _ = known_leads(4.0)
    X = np.stack([data[::-1]] * 4) + np.array([0, 1, 0, 1])[:, None, None]
    model = SignalClassifier(max_epochs=1, random_state=0, sampling_rate=RATE)
    model.fit(X, ["a", "b"] * 2)
    path = write_wfdb(tmp_path, "two", data, ["V1", "II"], rate=RATE)
    result = screen(model, [path], tmp_path / "o.csv")
    row = table(result)["two"]
    assert row["lead"] == "II, V1"
    expected = model.predict_proba(read_record(path, lead="II", n_leads=2).data[None])
    assert float(row["P(a)"]) == pytest.approx(expected[0, 0], abs=1e-5)
    one = write_wfdb(tmp_path, "one", data[:1], ["II"], rate=RATE)
    again = screen(model, [path, one], tmp_path / "o.csv")
    assert "has 1 lead(s)" in table(again)["one"]["reason"]


def test_steps_in_front_of_the_beats_are_gone_through(excerpts, tmp_path):
    model = make_pipeline(BaselineRemover(sampling_rate=125.0), beat_model())
    model[0].fit(read_record(excerpts[0], lead=LEADS).data)
    result = screen(model, excerpts[:2], tmp_path / "o.csv")
    assert int(table(result)["101"]["beats"]) > 30


def test_calibrated_beats_make_a_calibrated_confidence(excerpts, tmp_path):
    plain = beat_model()
    X = read_record(excerpts[3], lead=LEADS).data
    beats = plain.segmenter_.segment(X).data
    told = np.where(np.arange(len(beats)) % 4, plain.classifier_.predict(beats), "V")
    soft = CalibratedClassifierCV(
        FrozenEstimator(plain.classifier_.estimator), method="temperature", cv=2
    ).fit(beats, told)  # a quarter of them is told wrongly: it must learn to doubt
    model = BeatwiseClassifier(plain.segmenter, FrozenEstimator(soft)).fit(X, ["N"])
    files = [excerpts[0]]
    before = table(screen(plain, files, tmp_path / "p.csv"))["101"]
    after = table(screen(model, files, tmp_path / "s.csv"))["101"]
    assert before["class"] == after["class"] == "N"
    assert float(before["confidence"]) > 0.95 > float(after["confidence"])
    doubted = screen(model, files, tmp_path / "d.csv", refer_below=0.95)
    assert doubted.outcomes == {"uncertain: refer": 1}


def test_what_an_estimator_takes_is_found_out():
    assert takes_records(beat_model())
    assert input_of(beat_model()) == (1, False, 125.0)
    pictures = np.stack([ecg_picture((24, 32), seed=seed) for seed in range(4)])
    images = ImageClassifier(max_epochs=1).fit(pictures, ["a", "b"] * 2)
    assert not takes_records(images)
    rateless = SignalClassifier(max_epochs=1).fit(np.eye(4, 50), ["a", "b"] * 2)
    assert takes_records(rateless)
    with pytest.raises(TypeError, match="SignalClassifier does not say"):
        input_of(rateless)


def test_beats_of_pictures_are_refused(tmp_path):
    from screened_files import Brightness

    with pytest.raises(ValueError, match="beats is for the beats of records"):
        screen(Brightness(), [], tmp_path / "o.csv", beats=tmp_path / "b.csv")


RUN = """
import sys, time
from pathlib import Path
from beat_models import beat_model
from skecg.classifiers import BeatwiseClassifier
from skecg.screening import screen
folder = Path(sys.argv[1])
ask = BeatwiseClassifier.predict_beats
def slowly(self, X):
    time.sleep(0.05)
    return ask(self, X)
BeatwiseClassifier.predict_beats = slowly
screen(beat_model(), sorted(folder.glob("*.hea")), folder / "o.csv",
       beats=folder / "b.csv")
"""


def test_a_run_over_records_that_was_killed_goes_on_where_it_was(tmp_path, monkeypatch):
    paths = sorted(write_excerpts(tmp_path, [*SCREENED, *TWENTY_MORE], n_times=2500))
    support = Path(__file__).parents[1] / "support"
    path = os.pathsep.join([str(support), os.environ.get("PYTHONPATH", "")])
    call = [sys.executable, "-c", RUN, str(tmp_path)]
    journal = tmp_path / "o.csv.journal"
    with subprocess.Popen(call, env=os.environ | {"PYTHONPATH": path}) as process:
        while not journal.exists() or journal.read_bytes().count(b"\n") < 6:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "b.csv").exists()
    n_kept = journal.read_bytes().count(b"\n") - 1
    assert 5 <= n_kept < len(paths)
    asked = []
    model = beat_model()
    ask = type(model).predict_beats
    monkeypatch.setattr(
        type(model), "predict_beats", lambda self, X: asked.append(1) or ask(self, X)
    )
    result = screen(model, paths, tmp_path / "o.csv", beats=tmp_path / "b.csv")
    assert result.n_new == len(asked) == len(paths) - n_kept
    whole = screen(model, paths, tmp_path / "w.csv", beats=tmp_path / "wb.csv")
    assert result.output.read_bytes() == whole.output.read_bytes()
    assert result.beats.read_bytes() == whole.beats.read_bytes()


TWENTY_MORE = (
    *("111", "112", "113", "115", "117", "118", "121", "122", "123", "124"),
    *("201", "202", "205", "207", "210", "212", "214", "215", "219", "220"),
)


def test_a_signal_file_that_has_changed_is_looked_at_again(tmp_path):
    data, _ = known_leads()
    path = write_wfdb(tmp_path, "one", data, ["I", "II"])
    first = screen(beat_model(), [path], tmp_path / "o.csv")
    assert screen(beat_model(), [path], tmp_path / "o.csv").n_new == 0
    write_wfdb(tmp_path, "one", data[:, :2500], ["I", "II"])
    second = screen(beat_model(), [path], tmp_path / "o.csv")
    assert second.n_new == 1
    counts = [int(table(one)["one"]["beats"]) for one in (first, second)]
    assert counts[0] == counts[1]  # both results read the table as it is now
    assert counts[1] < 15
