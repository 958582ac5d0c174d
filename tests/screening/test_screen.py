"""A screening as a whole: real networks, bad files, and processes that are killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import skecg
from known_pictures import ecg_picture
from screened_files import Brightness, write_pictures
from skecg.classifiers import ImageClassifier
from skecg.exceptions import DataFileError
from skecg.features import HOGFeatures
from skecg.preprocessing import GridCropper, ImageResizer
from skecg.screening import screen

SHADES = [0, 51, 102, 204, 255]


@pytest.fixture
def paths(tmp_path):
    return write_pictures(tmp_path, SHADES)


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    paths = [str(folder / f"{index}.png") for index in range(12)]
    for index, path in enumerate(paths):
        picture = ecg_picture((60, 90), seed=index)
        picture[:20] //= 1 + index % 2  # half of them have a dark stripe
        Image.fromarray(picture).save(path)
    return paths


@pytest.fixture(scope="module")
def network(scans):
    return make_pipeline(
        ImageResizer((24, 32)), ImageClassifier(max_epochs=2, random_state=0)
    ).fit(scans, ["plain", "stripe"] * 6)


def table(result):
    return {Path(row["path"]).name: row for row in result.rows()}


def test_the_table_is_what_the_model_says_most_urgent_first(paths, tmp_path):
    result = screen(
        Brightness(), paths, tmp_path / "o.csv", urgency=["light"], refer_below=0.7
    )
    assert [(Path(row["path"]).name, row["outcome"]) for row in result.rows()] == [
        ("004.png", "classified"),
        ("003.png", "classified"),
        ("002.png", "uncertain: refer"),
        ("000.png", "classified"),
        ("001.png", "classified"),
    ]
    assert result.classes == {"light": 2, "dark": 2}
    assert dict(result.outcomes) == {"classified": 4, "uncertain: refer": 1}
    assert (result.n_files, result.n_new, result.n_not_judged) == (5, 5, 0)
    assert result.urgency[:2] == ("light", "uncertain: refer")


@pytest.mark.parametrize("is_calibrated", [False, True])
def test_probabilities_are_those_of_the_model(network, scans, tmp_path, is_calibrated):
    model = network
    if is_calibrated:
        model = CalibratedClassifierCV(FrozenEstimator(network), method="temperature")
        model.fit(scans, ["plain", "stripe"] * 6)
    result = screen(model, scans, tmp_path / "o.csv", batch_size=5)
    found = table(result)
    expected = model.predict_proba(scans)
    for path, (plain, stripe) in zip(scans, expected, strict=True):
        row = found[Path(path).name]
        assert float(row["P(plain)"]) == pytest.approx(plain, abs=1e-5)
        assert float(row["P(stripe)"]) == pytest.approx(stripe, abs=1e-5)
        assert row["class"] == ("plain" if plain > stripe else "stripe")


@pytest.mark.parametrize("batch_size", [1, 2, 50])
def test_bad_and_blank_files_are_listed_and_the_others_judged(
    network, scans, tmp_path, batch_size
):
    blank, torn, lost = (tmp_path / name for name in ("b.png", "t.png", "l.png"))
    Image.new("L", (90, 60), 255).save(blank)
    torn.write_bytes(Path(scans[0]).read_bytes()[:200])
    files = [blank, torn, *scans[:4], lost, torn]
    calibrated = CalibratedClassifierCV(FrozenEstimator(network), method="temperature")
    calibrated.fit(scans, ["plain", "stripe"] * 6)
    for name, model in (("one", network), ("two", calibrated)):
        result = screen(model, files, tmp_path / name, batch_size=batch_size)
        rows = table(result)
        assert len(rows) == result.n_files == 7
        assert rows["b.png"]["outcome"] == "no answer"
        assert "one shade" in rows["b.png"]["reason"]
        assert rows["b.png"]["class"] == rows["b.png"]["P(plain)"] == ""
        assert "t.png is truncated or damaged" in rows["t.png"]["reason"]
        assert "No such file" in rows["l.png"]["reason"]
        assert result.outcomes["classified"] == 4
        assert {Path(row["path"]).name for row in result.not_judged()} == {
            *("b.png", "t.png", "l.png")
        }


def test_a_picture_without_paper_is_referred_however_sure_the_model_is(tmp_path):
    papers = [str(tmp_path / f"{index}.png") for index in range(4)]
    for seed, path in enumerate(papers):
        Image.fromarray(ecg_picture((120, 180), seed=seed)).save(path)
    model = make_pipeline(
        GridCropper((24, 32)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(papers, ["one", "two"] * 2)
    photo = tmp_path / "photo.png"
    Image.linear_gradient("L").save(photo)
    rows = table(screen(model, [*papers, photo], tmp_path / "o.csv"))
    assert rows["0.png"]["outcome"] == "classified"
    assert rows["photo.png"]["outcome"] == "uncertain: refer"
    assert rows["photo.png"]["reason"] == "Files like this show no grid of ECG paper."
    assert float(rows["photo.png"]["P(one)"]) > 0


def test_a_single_path_is_no_list(paths, tmp_path):
    with pytest.raises(TypeError, match=r"into a list: files=\['.*000\.png'\]"):
        screen(Brightness(), paths[0], tmp_path / "o.csv")


def test_a_table_without_files_has_no_rows(tmp_path):
    result = screen(Brightness(), [], tmp_path / "o.csv")
    assert (result.n_files, list(result.rows())) == (0, [])


def test_features_and_a_classical_model_know_blank_pictures_too(scans, tmp_path):
    # NaN features end a whole batch in scikit-learn; alone, the file has its reason.
    model = make_pipeline(
        ImageResizer((48, 64)), HOGFeatures(), LogisticRegression(max_iter=500)
    ).fit(scans, ["plain", "stripe"] * 6)
    blank = tmp_path / "b.png"
    Image.new("L", (90, 60), 255).save(blank)
    rows = table(screen(model, [*scans[:3], blank], tmp_path / "o.csv"))
    assert rows["b.png"]["outcome"] == "no answer"
    assert rows["0.png"]["outcome"] == "classified"


def test_nothing_is_done_twice(paths, tmp_path):
    log, output = tmp_path / "log", tmp_path / "o.csv"
    screen(Brightness(log), paths[:3], output)
    seen = []
    again = screen(
        Brightness(log),
        paths,
        output,
        batch_size=1,
        on_progress=lambda *told: seen.append(told),
    )
    assert sorted(log.read_text().splitlines()) == paths
    assert (again.n_files, again.n_new) == (5, 2)
    assert seen == [(4, 5, "003.png"), (5, 5, "004.png")]
    third = screen(Brightness(log), paths, output, refer_below=0.9, urgency=["light"])
    assert third.n_new == 0
    assert third.outcomes["uncertain: refer"] == 3  # with another threshold, at once


def test_a_file_that_has_changed_is_looked_at_again(paths, tmp_path):
    output = tmp_path / "o.csv"
    assert table(screen(Brightness(), paths, output))["000.png"]["class"] == "dark"
    Image.new("L", (9, 9), 255).save(paths[0])
    result = screen(Brightness(), paths, output)
    assert (result.n_new, table(result)["000.png"]["class"]) == (1, "light")


def test_another_model_is_refused(paths, tmp_path):
    output = tmp_path / "o.csv"
    screen(Brightness(), paths, output)
    told = r"o\.csv\.journal belongs to another"
    with pytest.raises(DataFileError, match=told):
        screen(Brightness(gap=0.001), paths, output)
    with pytest.raises(DataFileError, match=told):
        screen(Brightness(), paths, output, model="two")


def test_a_model_file_is_named_by_its_content(network, scans, tmp_path):
    file = tmp_path / "model.skecg"
    skecg.save(network, file)
    result = screen(file, scans[:2], tmp_path / "o.csv")
    assert len(result.model) == 64
    assert screen(str(file), scans[:2], tmp_path / "o.csv").n_new == 0


RUN = """
import sys
from pathlib import Path
from screened_files import Brightness
from skecg.screening import screen
folder = Path(sys.argv[1])
screen(Brightness(folder / "log", gap=0.02), sorted(folder.glob("*.png")),
       folder / "o.csv", batch_size=3, model="brightness")
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path, how):
    write_pictures(tmp_path, list(range(0, 240, 4)))
    support = Path(__file__).parents[1] / "support"
    path = os.pathsep.join([str(support), os.environ.get("PYTHONPATH", "")])
    call = [sys.executable, "-c", RUN, str(tmp_path)]
    journal, log = tmp_path / "o.csv.journal", tmp_path / "log"
    with subprocess.Popen(
        call, env=os.environ | {"PYTHONPATH": path}, stderr=subprocess.DEVNULL
    ) as process:
        while not journal.exists() or journal.read_bytes().count(b"\n") < 8:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(how)
    assert not (tmp_path / "o.csv").exists()
    n_kept = journal.read_bytes().count(b"\n") - 1
    assert 7 <= n_kept < 60
    log.unlink()
    files = sorted(tmp_path.glob("*.png"))
    result = screen(Brightness(log), files, tmp_path / "o.csv", model="brightness")
    assert result.n_new == 60 - n_kept
    looked_at = sorted(log.read_text().splitlines())  # two threads take turns
    assert looked_at == [str(one) for one in files[n_kept:]]
    undisturbed = screen(Brightness(), files, tmp_path / "other.csv")
    assert result.output.read_bytes() == undisturbed.output.read_bytes()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"estimator": ImageClassifier()}, NotFittedError, "not fitted"),
        ({"estimator": LinearSVC().fit([[0], [1]], [0, 1])}, TypeError, "LinearSVC"),
        ({"urgency": ["MI"]}, ValueError, "'dark', 'light'.*got 'MI'"),
        ({"refer_below": 2}, ValueError, "from 0 to 1"),
        ({"batch_size": 0}, ValueError, "1 or more"),
        ({"n_workers": 0}, ValueError, "1 or more"),
    ],
)
def test_wrong_use_is_told_before_anything_is_written(
    paths, tmp_path, changes, error, message
):
    call = {"estimator": Brightness(), "output": tmp_path / "o.csv"} | changes
    with pytest.raises(error, match=message):
        screen(call.pop("estimator"), paths, call.pop("output"), **call)
    assert not list(tmp_path.glob("o.csv*"))


def test_a_model_that_takes_no_files_is_told_and_not_ten_thousand_files(
    paths, tmp_path
):
    model = LogisticRegression().fit([[0.0], [1.0]], ["dark", "light"])
    with pytest.raises(DataFileError, match="LogisticRegression can use none of"):
        screen(model, paths, tmp_path / "o.csv")


def test_one_file_of_another_size_is_listed(scans, tmp_path):
    # Without ImageResizer a picture of another size is a plain ValueError.
    stack = np.stack([np.asarray(Image.open(path)) for path in scans])
    model = ImageClassifier(max_epochs=1, random_state=0)
    model.fit(stack, ["plain", "stripe"] * 6)
    other = tmp_path / "other.png"
    Image.new("RGB", (9, 9)).save(other)
    result = screen(model, [other, *scans], tmp_path / "o.csv", batch_size=4)
    assert "has shape (9, 9, 3)" in table(result)["other.png"]["reason"]
    assert result.outcomes["classified"] == 12
