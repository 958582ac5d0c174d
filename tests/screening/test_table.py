"""The table is sorted by urgency, counted, and replaced in one step."""

import csv

import pytest

from skecg.screening._findings import Finding, Rule
from skecg.screening._journal import open_journal
from skecg.screening._table import write_table

CLASSES = ("MI", "normal")


@pytest.fixture
def journal(tmp_path):
    findings = [
        Finding("/n.png", "aa", 1, 1, [0.25, 0.75]),
        Finding("/blank.png", "bb", 1, 1, [], reason="Blank."),
        Finding("/mi\udcff, old.png", "cc", 1, 1, [0.9, 0.1]),
        Finding("/not asked for.png", "dd", 1, 1, [0.9, 0.1]),
        Finding("/unsure.png", "ee", 1, 1, [1 / 3, 2 / 3]),
    ]
    with open_journal(tmp_path / "j", model="", classes=CLASSES) as journal:
        journal.append(findings, Rule(CLASSES, None, 0.0))
        yield journal


def test_rows_come_by_urgency_with_all_that_is_known(journal, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    paths = [one for one in journal.places if one != "/not asked for.png"]
    outcomes, classes = write_table(path, journal, paths, Rule(CLASSES, None, 0.7))
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = list(csv.reader(file))
    shares = ["P(MI)", "P(normal)"]
    thirds = ["0.333333", "0.666667"]
    assert rows == [
        ["path", "outcome", "class", "confidence", "reason", *shares, "sha256"],
        ["/mi\udcff, old.png", "classified", "MI", "0.9", "", "0.9", "0.1", "cc"],
        ["/unsure.png", "uncertain: refer", "", "0.666667", "", *thirds, "ee"],
        ["/blank.png", "no answer", "", "", "Blank.", "", "", "bb"],
        ["/n.png", "classified", "normal", "0.75", "", "0.25", "0.75", "aa"],
    ]
    assert outcomes == {"classified": 2, "uncertain: refer": 1, "no answer": 1}
    assert (classes["MI"], classes["normal"]) == (1, 1)


def test_no_file_makes_a_table_without_rows(journal, tmp_path):
    outcomes, _ = write_table(tmp_path / "o.csv", journal, [], Rule(CLASSES, None, 0))
    assert outcomes == {}
    assert (tmp_path / "o.csv").read_text().count("\n") == 1
