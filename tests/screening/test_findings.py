"""What is concluded from a finding, and what comes first."""

import math

import numpy as np
import pytest

from skecg.datasets import load_ecg_images
from skecg.screening._findings import Finding, Rule, absolute, stamp_of

CLASSES = ("AF", "MI", "normal")


def finding(*probabilities, **facts):
    return Finding("/a.png", "", 1, 1, list(probabilities), **facts)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (finding(0.2, 0.7, 0.1), ("classified", "MI", 0.7)),
        (finding(0.2, 0.6, 0.2), ("classified", "MI", 0.6)),  # not below
        (finding(0.3, 0.59, 0.11), ("uncertain: refer", "", 0.59)),
        (finding(0.1, 0.9, 0.0, is_doubtful=True), ("uncertain: refer", "", 0.9)),
        (finding(reason="blank"), ("no answer", "", math.nan)),
        (finding(is_readable=False), ("unreadable", "", math.nan)),
    ],
)
def test_only_a_sure_answer_is_a_class(found, told):
    conclusion = Rule(CLASSES, None, 0.6).conclude(found)
    assert conclusion[:2] == told[:2]
    assert conclusion[2] == pytest.approx(told[2], nan_ok=True)


REST = ("uncertain: refer", "no answer", "unreadable")


@pytest.mark.parametrize(
    ("urgency", "order"),
    [
        (None, ("AF", *REST, "MI", "normal")),
        (["MI"], ("MI", *REST, "AF", "normal")),
        (["normal", "MI", "AF"], ("normal", *REST, "MI", "AF")),
        (["MI", "AF", "unreadable"], ("MI", *REST[:2], "AF", "unreadable", "normal")),
        (["uncertain: refer"], (REST[0], "AF", *REST[1:], "MI", "normal")),
    ],
)
def test_what_nobody_has_judged_stands_behind_the_most_urgent_class(urgency, order):
    assert Rule(CLASSES, urgency, 0.0).urgency == order


def test_the_surer_comes_first_and_of_the_referred_the_more_urgent():
    rule = Rule(CLASSES, ["MI"], 0.6)
    ordered = [
        finding(0.0, 0.9, 0.1),
        finding(0.0, 0.7, 0.3),
        finding(0.0, 0.45, 0.55),
        finding(0.1, 0.35, 0.55),
        finding(reason="blank"),
        finding(is_readable=False),
        finding(0.8, 0.1, 0.1),
        finding(0.0, 0.01, 0.99),
    ]
    keys = [rule.sort_key(one) for one in ordered]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("classes", "urgency", "refer_below", "message"),
    [
        (CLASSES, ["MI", "STEMI"], 0.0, "'AF', 'MI', 'normal'.*got 'STEMI'"),
        (CLASSES, ["MI", "MI"], 0.0, "one name twice"),
        (CLASSES, None, 1.1, "from 0 to 1, got 1.1"),
        (CLASSES, None, math.nan, "from 0 to 1, got nan"),
        (("MI", "unreadable"), None, 0.0, "must differ"),
    ],
)
def test_wrong_use_is_told(classes, urgency, refer_below, message):
    with pytest.raises(ValueError, match=message):
        Rule(classes, urgency, refer_below)


def test_a_file_that_changes_is_another_one(tmp_path):
    path = tmp_path / "a.png"
    assert stamp_of(str(path)) == stamp_of("\0") == (-1, -1)
    path.write_bytes(b"one")
    found = Finding(str(path), "", *stamp_of(str(path)), [])
    assert found.is_of(str(path))
    path.write_bytes(b"other")
    assert not found.is_of(str(path))


def test_one_file_has_one_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert absolute("a/../b.png") == absolute(tmp_path / "b.png")


BEATS = {
    "times": tuple(map(float, range(10))),
    "labels": (0, 0, 0, 0, 0, 0, 0, 1, 1, 2),
    "shares": (0.9,) * 7 + (0.6, 0.8, 0.5),
}


@pytest.mark.parametrize(
    ("min_beats", "label", "confidence"),
    [(1, "V", 0.5), (2, "S", 0.7), (0.1, "V", 0.5), (0.2, "S", 0.7), (3, "N", 0.9)],
)
def test_a_record_is_of_the_most_urgent_class_with_beats_enough(
    min_beats, label, confidence
):
    rule = Rule(("N", "S", "V"), None, 0.0, min_beats)
    finding = Finding("r.hea", "", 0, 0, [0.7, 0.2, 0.1], **BEATS)
    told = rule.conclude(finding)
    assert (told.outcome, told.label) == ("classified", label)
    assert told.confidence == pytest.approx(confidence)
    assert rule.count(finding) == [7, 2, 1]
    referred = Rule(("N", "S", "V"), None, 0.95, min_beats).conclude(finding)
    assert referred.outcome == "uncertain: refer"


def test_where_no_class_has_beats_enough_it_is_the_most_frequent():
    finding = Finding("r.hea", "", 0, 0, [0.7, 0.2, 0.1], **BEATS)
    assert Rule(("N", "S", "V"), None, 0.0, 50).conclude(finding).label == "N"


def test_beats_of_the_aami_have_an_order_of_their_own():
    assert Rule(("F", "N", "Q", "S", "V"), None, 0.0).urgency == (
        *("V", "uncertain: refer", "no answer", "unreadable", "F", "S", "Q", "N"),
    )
    assert Rule(("F", "N", "V"), ["N"], 0.0).urgency[0] == "N"


def test_printouts_come_with_infarction_first_where_nobody_says_otherwise():
    classes = tuple(np.unique(load_ecg_images().target).tolist())
    order = [one for one in Rule(classes, None, 0.0).urgency if one in classes]
    assert order == [
        "Myocardial_Infarction",
        "Abnormal_Heartbeat",
        "History_of_MI",
        "Normal",
    ]
    assert Rule(classes, ["Normal"], 0.0).urgency[0] == "Normal"
    assert Rule(("A", "N", "V"), None, 0.0).urgency[0] == "A"


@pytest.mark.parametrize("min_beats", [0, -1, 0.0, 1.5])
def test_too_few_or_too_many_beats_are_refused(min_beats):
    with pytest.raises(ValueError, match="min_beats must be a number of beats"):
        Rule(("N", "V"), None, 0.0, min_beats)


def test_the_signal_files_of_a_header_belong_to_its_stamp(tmp_path):
    header, signals = tmp_path / "a.hea", tmp_path / "a.dat"
    header.write_text("a 1 250 10\na.dat 16\n")
    assert stamp_of(str(header)) == (-1, -1)
    signals.write_bytes(b"0123")
    size, _ = stamp_of(str(header))
    assert size == header.stat().st_size + 4
