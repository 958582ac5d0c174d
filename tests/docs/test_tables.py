"""The guide tells the figures that the benchmarks kept, and no others."""

import importlib.util
import json
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
PAGES = ("honest_figures", "comparison", "images", "pretrained")


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("_tables", ROOT / "docs/_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows():
    text = (ROOT / "docs/tables.toml").read_text(encoding="utf-8")
    return [
        (name, row) for name, one in tomllib.loads(text).items() for row in one["row"]
    ]


def kept(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


RUNS = [
    {"seed": 0, "accuracy": 0.5, "f1": {"N": 0.9, "S": 0.3, "V": 0.6, "Q": 1.0}},
    {"seed": 1, "accuracy": 0.7, "f1": {"N": 0.9, "S": 0.1, "V": 0.8, "Q": 1.0}},
]


def test_runs_are_told_together(tables):
    found = tables.told({"accuracy": 0.6, "runs": RUNS})
    assert found["mean"]["f1"]["S"] == pytest.approx(0.2)
    assert found["lowest"]["accuracy"] == 0.5
    assert found["highest"]["accuracy"] == 0.7
    assert found["macro_f1_nsv"] == pytest.approx((0.9 + 0.2 + 0.7) / 3)


def test_figures_come_from_the_file(tables, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"accuracy": 0.12345}))
    rows = [{"cells": ["x {y}"]}, {"results": "a", "cells": ["{accuracy:.3f}"]}]
    assert tables.filled_rows(rows, tmp_path) == [["x {y}"], ["0.123"]]


def test_a_row_without_its_results_is_left_out(tables, tmp_path):
    row = {"results": "a", "cells": ["{accuracy:.3f}"]}
    assert tables.filled_rows([row], tmp_path) == []


def test_a_row_of_the_wrong_length_is_refused(tables):
    with pytest.raises(ValueError, match="2 columns"):
        tables.list_table(["a", "b"], [["1"]])


def test_every_table_is_included_by_a_page(tables, tmp_path):
    tables.write_tables(tmp_path / "made")
    made = {path.stem for path in (tmp_path / "made").iterdir()}
    told = "".join((ROOT / f"docs/{page}.rst").read_text("utf-8") for page in PAGES)
    assert all(f".. include:: generated/tables/{name}.inc\n" in told for name in made)
    assert told.count("include:: generated/tables/") == len(made)


def test_a_row_of_ours_has_no_figure_of_its_own(rows):
    """Else it could drift from what was measured."""
    ours = [row for _, row in rows if any("skecg**" in cell for cell in row["cells"])]
    assert ours
    assert all("results" in row for row in ours)
    for row in ours:
        outside = [part.split("}")[-1] for part in " ".join(row["cells"]).split("{")]
        assert not any("0." in text for text in outside), row["cells"]


def percent(value):
    return f"{100 * value:.1f} %"


def of_beats(name):
    record = kept(name)
    score = record.get("macro_f1_nsv", record.get("macro_f1"))
    return percent(record["accuracy"]), f"{score:.3f}"


def of_shuffled_ptb():
    runs = kept("ptb_transfer-diseased")["runs"]
    scores = [run["shuffled"]["1 lead"]["all"] for run in runs]
    return (percent(sum(scores) / len(scores)),)


def of_patients_of_ptb():
    patients = kept("ptb_transfer-diseased")["patients"]
    names = ("transfer", "from scratch")
    return tuple(f"{patients[name]['auroc']:.3f}" for name in names)


def of_pictures():
    best = kept("images")["best"]
    return percent(best["accuracy"]), f"{best['macro_f1']:.3f}"


def test_the_readme_tells_what_was_measured():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| three seeds unless told |")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    expected = [
        of_beats("beats-resnet1d"),
        of_beats("interpatient-resnet1d"),
        of_beats("interpatient-patient"),
        of_beats("interpatient-patient-2-leads"),
        of_beats("beats-context"),
        of_shuffled_ptb(),
        of_patients_of_ptb(),
        of_pictures(),
    ]
    for line, figures in zip(lines, expected, strict=True):
        result = line.split("|")[3]
        assert all(figure in result for figure in figures), (line, figures)
