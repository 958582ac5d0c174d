"""The table is sorted by urgency, counted, and replaced in one step."""

import csv

import pytest

from skecg.screening._findings import Finding, Rule
from skecg.screening._journal import open_journal
from skecg.screening._table import urgent_first, write_beats, write_table

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
    rule = Rule(CLASSES, None, 0.7)
    places = urgent_first(journal, paths, rule)
    outcomes, classes, _ = write_table(path, journal, places, rule, of_records=False)
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
    rule = Rule(CLASSES, None, 0)
    places = urgent_first(journal, [], rule)
    counts = write_table(tmp_path / "o.csv", journal, places, rule, of_records=False)
    assert counts.outcomes == {}
    assert (tmp_path / "o.csv").read_text().count("\n") == 1


def test_of_records_leads_and_beats_are_told_too(tmp_path):
    beats = {"lead": "II", "times": (0.5, 1.5, 2.5), "labels": (1, 0, 1)}
    findings = [
        Finding("/a.hea", "aa", 1, 1, [0.4, 0.6], shares=(0.9, 0.8, 0.7), **beats),
        Finding("/lost.hea", "", -1, -1, [], is_readable=False, reason="Lost."),
    ]
    rule = Rule(CLASSES, None, 0.0, min_beats=2)
    with open_journal(tmp_path / "j", model="", classes=CLASSES) as journal:
        journal.append(findings, rule)
        places = urgent_first(journal, ["/a.hea", "/lost.hea"], rule)
        path = tmp_path / "o.csv"
        counts = write_table(path, journal, places, rule, of_records=True)
        write_beats(tmp_path / "b.csv", journal, places, CLASSES)
    with path.open(newline="") as file:
        lost, record = csv.DictReader(file)
    assert [record[n] for n in ("class", "confidence")] == ["normal", "0.8"]
    assert [record[n] for n in ("lead", "beats", "beats(MI)")] == ["II", "3", "1"]
    assert (lost["beats"], lost["beats(normal)"]) == ("0", "0")
    assert counts.beats == {"MI": 1, "normal": 2}
    assert (tmp_path / "b.csv").read_text().splitlines() == [
        "path,time,class,probability",
        "/a.hea,0.5,normal,0.9",
        "/a.hea,1.5,MI,0.8",
        "/a.hea,2.5,normal,0.7",
    ]
