"""The way through a folder: order, resume, skip, undo, files that change."""

import pytest

from labelled_folder import folder_of_pictures
from skecg.exceptions import DataFileError
from skecg.labelling import LabelSession

CLASSES = ["Normal", "Abnormal"]


@pytest.fixture
def folder(tmp_path):
    return folder_of_pictures(tmp_path / "scans", 4)


@pytest.fixture
def session(folder):
    return LabelSession(folder, "anna", CLASSES)


def decide(session, place, action="label", name="Normal", **more):
    name = name if action == "label" else ""
    return session.decide(session.look(place), action, name, **more)


def test_one_goes_on_where_one_stopped(session, folder):
    assert session.next_index() == 0
    for place in (0, 1):
        decide(session, place)
    assert LabelSession(folder, "anna").next_index() == 2
    assert LabelSession(folder, "ben").next_index() == 0


def test_what_is_skipped_comes_at_the_end_and_unsure_is_done(session):
    decide(session, 0, "skip")
    decide(session, 1, "unsure")
    assert session.next_index(1) == 2
    decide(session, 2)
    decide(session, 3)
    assert session.next_index(3) == 0
    assert session.progress() == (4, 2, 1, 1)
    decide(session, 0)
    assert session.next_index(0) is None


def test_behind_the_last_it_begins_again(session):
    decide(session, 3)
    assert session.next_index(3) == 0


def test_undo_tells_where_it_was(session):
    decide(session, 2)
    assert session.undo() == 2
    assert session.undo() is None
    assert session.progress() == (4, 0, 0, 0)


def test_a_second_window_is_told(session, folder):
    other = LabelSession(folder, "anna")
    seen = session.look(0)
    decide(other, 0, name="Abnormal")
    told = session.decide(seen, "label", "Normal")
    assert not told.is_written
    assert told.decision.label == "Abnormal"


def test_a_file_that_changed_is_not_labelled_unseen(session, folder):
    seen = session.look(0)
    (folder / "00.png").write_bytes((folder / "01.png").read_bytes())
    with pytest.raises(DataFileError, match="has changed"):
        session.decide(seen, "label", "Normal")
    decide(session, 0)
    assert not session.look(0).has_changed
    (folder / "00.png").write_bytes((folder / "02.png").read_bytes())
    assert session.look(0).has_changed


def test_a_file_that_cannot_be_read_can_be_put_off(session, folder):
    (folder / "00.png").unlink()
    assert session.look(0).sha256 == ""
    assert decide(session, 0, "skip").is_written


@pytest.mark.parametrize("name", ["", "  ", "a" * 81])
def test_a_person_has_a_name(folder, name):
    with pytest.raises(ValueError, match="annotator"):
        LabelSession(folder, name, CLASSES)


def test_there_is_no_such_place(session):
    for place in (-1, 4):
        with pytest.raises(IndexError, match="There are 4 files"):
            session.look(place)
