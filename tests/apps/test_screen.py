"""`skecg screen`: a table, exit codes that mean something, and no tracebacks."""

import csv
import json
import os

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sklearn.pipeline import make_pipeline

import skecg
from beat_models import beat_model, write_excerpts
from known_pictures import ecg_picture
from skecg.apps.cli import main
from skecg.classifiers import ImageClassifier, SignalClassifier
from skecg.persistence import ModelCard
from skecg.preprocessing import ImageResizer


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    for index in range(6):
        picture = ecg_picture((60, 90), seed=index)
        picture[:20] //= 1 + index % 2
        Image.fromarray(picture).save(folder / f"{index}.png")
    return folder


@pytest.fixture(scope="module")
def model(scans, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "scans.skecg"
    estimator = make_pipeline(
        ImageResizer((24, 32)), ImageClassifier(max_epochs=1, random_state=0)
    )
    skecg.save(estimator.fit(sorted(scans.iterdir()), ["MI", "normal"] * 3), path)
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["screen", *map(str, arguments)])


def test_a_folder_becomes_a_table(scans, model, tmp_path):
    output = tmp_path / "out.csv"
    call = (scans, "--model", model, "-o", output, "--urgency", "normal")
    result = run(*call)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[:2] == ["[6/6] 5.png", "6 files, 6 of them looked at now"]
    assert lines[-1] == f"Wrote {output}. Research use, not a medical device."
    with output.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert [row["class"] for row in rows] == sorted(
        (row["class"] for row in rows), reverse=True
    )
    assert "6 files, 0 of them looked at now" in run(*call).output


def test_a_machine_reads_one_json_line_and_a_referral_is_no_failure(
    scans, model, tmp_path
):
    output = tmp_path / "o.csv"
    options = ("--model", model, "-o", output, "--json", "--refer-below", 1)
    result = run(scans / "0.png", scans / "1.png", *options)
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["outcomes"] == {"uncertain: refer": 2}
    assert told["output"] == str(output)
    assert told["notice"] == "Research use, not a medical device."


def test_files_that_cannot_be_judged_are_named_and_the_code_is_3(
    scans, model, tmp_path
):
    torn, blank = tmp_path / "torn.png", tmp_path / "blank.png"
    torn.write_bytes((scans / "0.png").read_bytes()[:100])
    Image.fromarray(np.zeros((9, 9), dtype=np.uint8)).save(blank)
    many = [tmp_path / f"lost{index}.png" for index in range(12)]
    for path in many:
        path.write_bytes(b"")
    call = (scans, torn, blank, *many, "--model", model, "-o", tmp_path / "o.csv")
    result = run(*call)
    assert result.exit_code == 3, result.output
    assert f"  {blank}: Files like this are of one shade" in result.output
    assert f"  {torn} is truncated or damaged" in result.output
    assert "  and 4 more, in the table" in result.output
    assert "  unreadable: 13" in result.output
    assert run(*call, "--json").exit_code == 3


@pytest.mark.parametrize("option", ["-o", "--report"])
def test_a_slip_of_the_pen_costs_no_file(option, scans, model, tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("time,II\n0,1\n")
    files = {"-o": tmp_path / "o.csv"} | {option: mine}
    words = [word for pair in files.items() for word in pair]
    result = run(scans, "--model", model, *words)
    assert result.exit_code == 1
    assert "it would be lost" in result.output
    assert mine.read_text() == "time,II\n0,1\n"
    assert list(tmp_path.iterdir()) == [mine]  # told before anything is looked at


def test_one_file_for_two_things_is_wrong_use(scans, model, tmp_path):
    output = tmp_path / "o.csv"
    result = run(scans, "--model", model, "-o", output, "--report", output)
    assert result.exit_code == 2
    assert "cannot be the report and the table at once" in result.output
    assert not output.exists()


def test_a_report_without_a_folder_is_told_before_the_work(scans, model, tmp_path):
    page = tmp_path / "lost" / "o.html"
    result = run(scans, "--model", model, "-o", tmp_path / "o.csv", "--report", page)
    assert result.exit_code == 1
    assert f"there is no folder {page.parent}" in result.output
    assert "Errno" not in result.output
    assert not list(tmp_path.iterdir())


def test_progress_is_no_part_of_the_output(scans, model, tmp_path):
    result = run(scans, "--model", model, "-o", tmp_path / "o.csv")
    assert result.stdout.startswith("6 files, 6 of them")
    assert result.stderr == "[6/6] 5.png\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_among_the_files_is_not_waited_for(scans, model, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    output = tmp_path / "o.csv"
    result = run(scans, tmp_path / "pipe.png", "--model", model, "-o", output)
    assert result.exit_code == 3
    assert "pipe.png cannot be read: it is no ordinary file" in result.output


def test_the_help_tells_the_exit_codes_and_the_notice():
    text = " ".join(run("--help").output.split())
    assert "3, it is done, but some files could not be read or judged" in text
    assert "Research use, not a medical device." in text


@pytest.mark.parametrize("what", ["model", "foreign", "path", "folder", "journal"])
def test_a_mistake_is_an_error_in_one_sentence(what, scans, model, tmp_path):
    output = tmp_path / "o.csv"
    call = {"path": scans, "model": model, "output": output}
    foreign = tmp_path / "one.skecg"
    foreign.write_bytes(b"nothing")
    (tmp_path / "o.csv.journal").write_text("notes" if what == "journal" else "")
    call |= {
        "model": {"model": tmp_path / "lost.skecg"},
        "foreign": {"model": foreign},
        "path": {"path": tmp_path / "lost"},
        "folder": {"output": tmp_path / "lost" / "o.csv"},
        "journal": {},
    }[what]
    result = run(call["path"], "--model", call["model"], "-o", call["output"])
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["--refer-below", "2"], ["--urgency", "STEMI"], ["--model", "."]],
)
def test_wrong_use_is_told_apart_from_failure(arguments, scans, model, tmp_path):
    call = ["--model", model, "-o", tmp_path / "o.csv", *arguments]
    result = run(*([scans] if arguments else []), *call)
    assert result.exit_code == 2, result.output


def test_a_run_that_is_broken_off_says_how_to_go_on(
    scans, model, tmp_path, monkeypatch
):
    def break_off(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("skecg.screening.screen", break_off)
    result = run(scans, "--model", model, "-o", tmp_path / "o.csv")
    assert result.exit_code == 1
    assert "Run it again to go on" in result.output


@pytest.fixture(scope="module")
def beats(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "beats.skecg"
    card = ModelCard(data="A few excerpts", failures="S beats")
    skecg.save(beat_model(), path, card=card)
    return path


def test_records_become_two_tables_and_a_page(beats, tmp_path):
    write_excerpts(tmp_path, ("101", "213"))
    output, page, table = (tmp_path / name for name in ("o.csv", "o.html", "b.csv"))
    options = ("--report", page, "--beats", table, "--min-beats", "2")
    result = run(tmp_path, "--model", beats, "-o", output, *options)
    assert result.exit_code == 0, result.output
    told = f"Wrote {table}, {page}, {output}. Research use, not a medical device."
    assert result.output.splitlines()[-1] == told
    assert table.read_text().startswith("path,time,class,probability\n")
    text = page.read_text()
    assert "A few excerpts" in text
    assert text.count("<svg") == 2
    options = ("--lead", "V5", "--lead", "V1", "--json", "--thumbnails", "0")
    other = (tmp_path / "o2.csv", "--report", page)
    result = run(tmp_path / "101.hea", "--model", beats, "-o", *other, *options)
    assert json.loads(result.output)["min_beats"] == 0.01
    with (tmp_path / "o2.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["lead"] == "V1"
    assert "<svg" not in page.read_text()


def test_a_page_of_pictures_has_maps_over_them(scans, model, tmp_path):
    page = tmp_path / "o.html"
    call = (scans, "--model", model, "-o", tmp_path / "o.csv", "--report", page)
    assert run(*call).exit_code == 0
    assert page.read_text().count("where the network found most") == 6


@pytest.mark.parametrize(
    "options", [("--min-beats", "many"), ("--min-beats", "1.5"), ("--beats", "b.csv")]
)
def test_options_of_records_are_checked(options, scans, model, tmp_path):
    result = run(scans, "--model", model, "-o", tmp_path / "o.csv", *options)
    assert result.exit_code == 2, result.output


@pytest.mark.parametrize(
    "option",
    ["--min-beats 0.01", "--lead II", "--beats b.csv", "--thumbnails 3"],
)
def test_an_option_without_effect_is_wrong_use(option, scans, model, tmp_path):
    name, value = option.split()
    output = tmp_path / "o.csv"
    result = run(scans, "--model", model, "-o", output, name, value)
    assert result.exit_code == 2, result.output
    wanted = "--report" if name == "--thumbnails" else "is for records"
    assert f"{name} is " in result.output
    assert wanted in result.output
    assert not output.exists()


def test_beats_are_not_asked_of_a_model_of_whole_records(tmp_path):
    X = np.random.default_rng(0).normal(size=(6, 500))
    network = SignalClassifier("convnet1d", max_epochs=1, sampling_rate=100.0)
    skecg.save(network.fit(X, ["a", "b"] * 3), tmp_path / "m.skecg")
    write_excerpts(tmp_path, ("101",))
    call = (tmp_path, "--model", tmp_path / "m.skecg", "-o", tmp_path / "o.csv")
    for option in (("--beats", tmp_path / "b.csv"), ("--min-beats", "2")):
        result = run(*call, *option)
        assert result.exit_code == 2, result.output
        assert "judges records as a whole" in result.output


@pytest.mark.parametrize("kind", ["pictures", "records"])
def test_without_a_model_it_is_the_one_inside_the_package(kind, scans, tmp_path):
    if kind == "records":
        write_excerpts(tmp_path, ("101", "213"), n_times=15000)
    folder = scans if kind == "pictures" else tmp_path
    result = run(folder, "-o", tmp_path / "o.csv")
    assert result.exit_code == 0, result.output
