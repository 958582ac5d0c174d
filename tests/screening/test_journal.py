"""The journal keeps what was written, whatever happened afterwards."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.exceptions import DataFileError
from skecg.screening._findings import Finding, Rule
from skecg.screening._journal import open_journal

CLASSES = ("MI", "normal")
RULE = Rule(CLASSES, None, 0.6)
FINDINGS = [
    Finding("/scans/ä \n.png", "ab", 5, 7, [0.1, 0.9]),
    Finding("/scans/b\udcff.png", "cd", 5, 8, [0.5, 0.5]),
    Finding("/scans/c.png", "", -1, -1, [], is_readable=False, reason="lost"),
]


def opened(path, *, model="m", classes=CLASSES, leads=()):
    return open_journal(path, model=model, classes=classes, leads=leads)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "out.csv.journal"
    with opened(path) as journal:
        journal.append(FINDINGS[:2], RULE)
        journal.append(FINDINGS[2:], RULE)
    return path


def found(journal):
    return [journal.read(place) for place in journal.places.values()]


def test_what_was_written_is_read(path):
    with opened(path) as journal:
        assert found(journal) == FINDINGS
        assert journal.n_answers == 2


def test_a_person_reads_outcomes(path):
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert lines[0]["classes"] == ["MI", "normal"]
    assert [(one["outcome"], one["class"]) for one in lines[1:]] == [
        ("classified", "normal"),
        ("uncertain: refer", ""),
        ("unreadable", ""),
    ]
    assert lines[1]["confidence"] == 0.9
    assert lines[3]["confidence"] is None


def test_the_beats_of_a_record_come_back(path):
    beats = {"times": (0.5, 1.25), "labels": (0, 1), "shares": (0.9, 0.7)}
    record = Finding("/scans/d.hea", "ef", 9, 9, [0.6, 0.4], lead="II", **beats)
    with opened(path) as journal:
        journal.append([record], RULE)
    with opened(path) as journal:
        assert found(journal)[-1] == record


def test_of_two_lines_on_a_file_the_later_one_counts(path):
    later = FINDINGS[0]._replace(probabilities=[0.8, 0.2])
    with opened(path) as journal:
        journal.append([later], RULE)
    with opened(path) as journal:
        assert found(journal) == [later, *FINDINGS[1:]]


@given(cut=st.integers(0, 900))
def test_wherever_it_was_cut_the_whole_lines_are_kept(cut, tmp_path_factory):
    path = tmp_path_factory.mktemp("cut") / "journal"
    with opened(path) as journal:
        journal.append(FINDINGS, RULE)
    content = path.read_bytes()
    path.write_bytes(content[:cut])
    n_whole = max(content[:cut].count(b"\n") - 1, 0)
    for _ in range(2):
        with opened(path) as journal:
            assert found(journal) == FINDINGS[:n_whole]
    with opened(path) as journal:
        journal.append(FINDINGS[n_whole:], RULE)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "other"}, "belongs to another model.*'m'.*'other'.*delete the"),
        ({"classes": ("AF", "normal")}, "other classes"),
        ({"leads": ("V1",)}, "other leads"),
    ],
)
def test_another_model_is_refused(path, changes, message):
    before = path.read_bytes()
    with pytest.raises(DataFileError, match=message), opened(path, **changes):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"path,class\na.png,MI\n", "line 1 is no JSON"),
        (b'{"path": "a.png"}\n', "line 1 is none that"),
        (b'{"format": "other"}\n', "first line is none that"),
        (b"[]\n", "line 1 is none"),
        (b"notes", "first line is none that"),
    ],
)
def test_a_file_that_is_no_journal_is_left_as_it_is(tmp_path, content, message):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=message), opened(path):
        pass
    assert path.read_bytes() == content


def test_damage_in_the_middle_is_told(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\0" * 20 + b"\n" + lines[2])
    with pytest.raises(DataFileError, match="line 2 is no JSON"), opened(path):
        pass
    path.write_bytes(lines[0] + b'{"path": "a"}\n' + lines[2])
    with pytest.raises(DataFileError, match="line 2 is none"), opened(path):
        pass


def test_two_at_a_time_are_refused(path):
    with (
        opened(path),
        pytest.raises(DataFileError, match="Another process"),
        opened(path),
    ):
        pass
