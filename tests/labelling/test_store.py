"""Nothing that was answered for is lost, whatever ends a process."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.exceptions import DataFileError
from skecg.labelling import LabelStore

CLASSES = ["Normal", "Abnormal"]


@pytest.fixture
def store(tmp_path):
    return LabelStore(tmp_path / "labels.jsonl", CLASSES)


def label(store, file, name="Normal", who="anna", **more):
    return store.decide(file, "ab", who, "label", name, **more)


def lines(store):
    return [json.loads(line) for line in store.path.read_bytes().splitlines()]


def standing(store, who="anna"):
    return {file: one.label for file, one in store.decisions(who).items()}


def test_a_line_says_what_whose_who_and_when(store):
    label(store, "a/ä.png")
    head, line = lines(store)
    assert head["classes"] == CLASSES
    assert line["file"] == "a/ä.png"
    assert (line["sha256"], line["annotator"], line["label"]) == (
        "ab",
        "anna",
        "Normal",
    )
    assert line["time"].endswith("+00:00")


def test_the_last_decision_stands_and_undo_brings_the_one_before_back(store):
    label(store, "a.png")
    label(store, "b.png")
    label(store, "a.png", "Abnormal")
    assert standing(store) == {"a.png": "Abnormal", "b.png": "Normal"}
    assert store.undo("anna").label == "Abnormal"
    assert standing(store) == {"a.png": "Normal", "b.png": "Normal"}
    assert [store.undo("anna").file, store.undo("anna").file] == ["b.png", "a.png"]
    assert standing(store) == {}
    assert store.undo("anna") is None
    assert len(lines(store)) == 1 + 3 + 3  # nothing is ever removed
    assert standing(LabelStore(store.path)) == {}


def test_everyone_undoes_their_own(store):
    label(store, "a.png", who="anna")
    label(store, "a.png", "Abnormal", who="ben")
    store.undo("anna")
    assert standing(store, "anna") == {}
    assert standing(store, "ben") == {"a.png": "Abnormal"}
    assert store.annotators == ("ben",)


def test_what_is_sent_again_is_written_once(store):
    for _ in range(2):
        assert label(store, "a.png", entry="e1").is_written
    label(store, "b.png", entry="e2")
    assert len(lines(store)) == 3
    for _ in range(2):
        assert store.undo("anna", entry="u1").file == "b.png"
    assert standing(store) == {"a.png": "Normal"}


def test_a_decision_made_elsewhere_is_not_overwritten_unseen(store):
    other = LabelStore(store.path)
    first = label(other, "a.png")
    told = label(store, "a.png", "Abnormal", unless_other_than="")
    assert not told.is_written
    assert told.decision == first.decision
    assert label(
        store, "a.png", "Abnormal", unless_other_than=first.decision.id
    ).is_written


def test_what_other_processes_write_is_merged(store):
    other = LabelStore(store.path)
    label(other, "a.png", who="ben")
    label(store, "b.png")
    other.refresh()
    assert standing(other) == {"b.png": "Normal"}
    assert store.annotators == other.annotators == ("anna", "ben")


def test_many_threads_and_processes_lose_nothing(store):
    code = (
        "import sys; from skecg.labelling import LabelStore\n"
        "store = LabelStore(sys.argv[1])\n"
        "for n in range(25):\n"
        "    store.decide(f'{n}.png', 'ab', sys.argv[2], 'label', 'Normal')\n"
    )
    call = [sys.executable, "-c", code, str(store.path)]
    processes = [subprocess.Popen([*call, f"process {n}"]) for n in range(2)]
    threads = [
        threading.Thread(
            target=lambda who=f"thread {n}": [
                label(store, f"{m}.png", who=who) for m in range(25)
            ]
        )
        for n in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.wait(120) for one in processes] == [0, 0]
    store.refresh()
    assert len(store.annotators) == 6
    assert all(len(store.decisions(who)) == 25 for who in store.annotators)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_kill_9_loses_nothing_that_was_answered_for(tmp_path):
    path = tmp_path / "labels.jsonl"
    code = (
        "import sys; from skecg.labelling import LabelStore\n"
        "store = LabelStore(sys.argv[1], ['Normal', 'Abnormal'])\n"
        "for n in range(100_000):\n"
        "    store.decide(f'{n}.png', 'ab', 'anna', 'label', 'Normal')\n"
        "    sys.stdout.write(f'{n}\\n'); sys.stdout.flush()\n"
    )
    call = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        told = [process.stdout.readline() for _ in range(40)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.readlines()
    found = LabelStore(path).decisions("anna")
    answered = {f"{n.strip()}.png" for n in told if n.endswith("\n")}
    assert answered <= set(found)
    assert len(found) <= len(answered) + 1


@given(st.integers(1, 400))
def test_a_torn_last_line_is_set_aside_and_no_other_is_lost(tmp_path_factory, cut):
    store = LabelStore(tmp_path_factory.mktemp("torn") / "labels.jsonl", CLASSES)
    for file in ("a.png", "b.png", "c.png"):
        label(store, file)
    content = store.path.read_bytes()
    kept = content[: len(content) - min(cut, len(content) - 1)]
    store.path.write_bytes(kept)
    again = LabelStore(store.path, CLASSES)
    whole, _, tail = kept.rpartition(b"\n")
    n_whole = max(whole.count(b"\n"), 0)
    n_found = len(again.decisions("anna"))
    assert n_found in (n_whole, n_whole + 1)  # whole but for its line end
    if n_found == n_whole and tail:
        assert again.torn.read_bytes() == tail + b"\n"
    label(again, "d.png")
    assert "d.png" in LabelStore(store.path).decisions("anna")


def test_a_line_that_only_lacks_its_end_is_kept(store):
    label(store, "a.png")
    store.path.write_bytes(store.path.read_bytes()[:-1])
    assert standing(LabelStore(store.path)) == {"a.png": "Normal"}
    assert not store.torn.exists()


@pytest.mark.parametrize(
    "text",
    [
        "notes\n",
        "notes",
        "[]\n",
        '{"format": "skecg-labels", "format_version": 9, "classes": ["a", "b"]}\n',
    ],
)
def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path, text):
    path = tmp_path / "labels.jsonl"
    path.write_text(text)
    with pytest.raises(DataFileError, match="no file of labels"):
        LabelStore(path, CLASSES)
    assert path.read_text() == text


def test_damage_in_the_middle_is_named_and_nothing_is_changed(store):
    label(store, "a.png")
    label(store, "b.png")
    first, _, last = store.path.read_bytes().splitlines(keepends=True)
    damaged = first + b"{torn\n" + last
    store.path.write_bytes(damaged)
    with pytest.raises(DataFileError, match="line 2"):
        LabelStore(store.path)
    assert store.path.read_bytes() == damaged


@pytest.mark.parametrize(
    "changed",
    [
        {"classes": ["Normal", "../../elsewhere"]},
        {"label": "../../elsewhere"},
        {"label": "Noise"},
        {"action": "skip"},
        {"label": ""},
    ],
)
def test_a_line_edited_by_hand_names_no_class_that_is_none(store, changed):
    label(store, "a.png")
    first, second = map(json.loads, store.path.read_text().splitlines())
    told = [first | changed, second] if "classes" in changed else [first, second]
    told[1] |= {} if "classes" in changed else changed
    text = "".join(f"{json.dumps(one)}\n" for one in told)
    store.path.write_text(text)
    with pytest.raises(DataFileError, match=r"line [12] is none that skecg"):
        LabelStore(store.path)
    assert store.path.read_text() == text


def test_a_file_that_is_replaced_while_in_use_is_not_written_to(store):
    label(store, "a.png")
    store.path.rename(store.path.with_name("moved.jsonl"))
    with pytest.raises(DataFileError, match="moved, replaced or cut"):
        label(store, "b.png")
    assert not store.path.exists()
    store.path.write_bytes(b"")
    with pytest.raises(DataFileError, match="moved, replaced or cut"):
        label(store, "b.png")
    assert store.path.read_bytes() == b""


def test_classes_may_be_added_but_not_lost(store):
    label(store, "a.png")
    assert LabelStore(store.path).classes == ("Normal", "Abnormal")
    more = LabelStore(store.path, ["Normal", "Abnormal", "Noise"])
    label(more, "b.png", "Noise")
    assert LabelStore(store.path).classes == ("Normal", "Abnormal", "Noise")
    with pytest.raises(DataFileError, match=r"holds labels of \['Noise', 'Normal'\]"):
        LabelStore(store.path, ["A", "B"])


@pytest.mark.parametrize(
    "classes",
    [["one"], ["a", "A"], ["a", "b/c"], ["a", ".."], ["a", ""], ["a", "b" * 81]],
)
def test_classes_that_cannot_be_folders_are_refused(tmp_path, classes):
    with pytest.raises(ValueError, match=r"class|Labelling"):
        LabelStore(tmp_path / "labels.jsonl", classes)
    assert not (tmp_path / "labels.jsonl").exists()


def test_a_new_file_needs_classes(tmp_path):
    with pytest.raises(ValueError, match="name the classes"):
        LabelStore(tmp_path / "labels.jsonl")


@pytest.mark.parametrize(
    ("action", "name"),
    [("label", "Noise"), ("label", ""), ("skip", "Normal"), ("", "")],
)
def test_unknown_actions_and_classes_are_not_written(store, action, name):
    with pytest.raises(ValueError, match="must be one of"):
        store.decide("a.png", "ab", "anna", action, name)
    assert len(lines(store)) == 1


def test_a_full_disk_leaves_whole_lines(store, monkeypatch):
    label(store, "a.png")
    before = store.path.read_bytes()
    write = os.write

    def half(descriptor, text):
        if len(text) > 30:
            return write(descriptor, text[:30])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("skecg.labelling._store.os.write", half)
    with pytest.raises(OSError, match="No space"):
        label(store, "b.png")
    monkeypatch.undo()
    assert store.path.read_bytes() == before
    label(store, "b.png")
    assert standing(LabelStore(store.path)) == {"a.png": "Normal", "b.png": "Normal"}
