"""A queue that no file ends, and that keeps what it promised."""

import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from beat_models import beat_model, write_excerpts
from screened_files import Brightness
from skecg.screening.desk import Desk, DeskFullError


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "light.png"
    Image.fromarray(np.full((20, 30), 200, dtype=np.uint8)).save(path)
    return path.read_bytes()


def test_files_are_answered_in_order_and_taken_away(picture):
    with Desk(Brightness()) as desk:
        ids = [desk.hand_in(f"{number}.png", picture) for number in range(5)]
        done = [desk.wait_for(id_) for id_ in ids]
        assert [one.name for one in done] == [f"{number}.png" for number in range(5)]
        assert {one.examined.label for one in done} == {"light"}
        assert done[0].examined.probabilities["light"] == pytest.approx(200 / 255)
        assert [one.id for one in desk.tickets] == ids
        assert list(desk.folder.iterdir()) == []
        assert desk.clear() == 5
        assert desk.tickets == []
    assert not desk.folder.exists()


def test_a_file_that_cannot_be_used_ends_no_queue(picture):
    class Odd(Brightness):
        def _look(self, path):
            if "file.bmp" in path:
                raise RuntimeError("odd")
            return super()._look(path)

    with Desk(Odd()) as desk:
        bmp = desk.hand_in("a.bmp", b"BM")
        odd = desk.hand_in("a.exe", b"MZ")
        good = desk.hand_in("b.png", picture)
        assert "a.bmp is no picture" in desk.wait_for(bmp).examined.reason
        assert "This model is for a picture" in desk.wait_for(odd).examined.reason
        assert desk.wait_for(good).examined.label == "light"


def test_a_model_that_fails_is_told(picture):
    class Broken(Brightness):
        def predict_proba(self, X):
            raise RuntimeError("out of order")

    with Desk(Broken()) as desk:
        examined = desk.wait_for(desk.hand_in("a.png", picture)).examined
    assert "out of order" in examined.reason
    assert examined.label == ""


def test_a_full_desk_takes_no_more_until_it_is_cleared(picture):
    with Desk(Brightness(), most_files=2) as desk:
        ids = [desk.hand_in("a.png", picture) for _ in range(2)]
        with pytest.raises(DeskFullError, match="2 files are here already"):
            desk.hand_in("b.png", picture)
        for id_ in ids:
            desk.wait_for(id_)
        desk.clear()
        desk.wait_for(desk.hand_in("b.png", picture))
        with pytest.raises(KeyError):
            desk.wait_for(ids[0])


def test_a_desk_has_room_for_so_many_bytes(picture):
    go_on = threading.Event()

    class Slow(Brightness):
        def _look(self, path):
            go_on.wait(10)
            return super()._look(path)

    room = 3 * len(picture)
    with Desk(Slow(), most_bytes=room) as desk:
        ids = [desk.hand_in("a.png", picture) for _ in range(3)]
        with pytest.raises(DeskFullError, match=f"{room:,} of {room:,} are in use"):
            desk.check_room(1)
        with pytest.raises(DeskFullError, match="Clear the list"):
            desk.hand_in("b.png", picture)
        assert len(list(desk.folder.iterdir())) == 3  # what was refused is not kept
        go_on.set()
        for id_ in ids:
            desk.wait_for(id_)
        desk.clear()
        desk.check_room(room)
        with pytest.raises(DeskFullError):
            desk.check_room(room + 1)


def test_an_answer_without_room_comes_without_its_pictures(tmp_path):
    rng = np.random.default_rng(0)  # which makes a larger PNG than JPEG file
    path = tmp_path / "noise.jpg"
    Image.fromarray(rng.integers(0, 255, (200, 300), dtype=np.uint8)).save(
        path, quality=10
    )
    content = path.read_bytes()
    with Desk(Brightness()) as desk:
        whole = desk.wait_for(desk.hand_in("noise.jpg", content)).examined
    room = len(whole.picture) + len(content)
    with Desk(Brightness(), most_bytes=room) as desk:
        first = desk.wait_for(desk.hand_in("noise.jpg", content)).examined
        second = desk.wait_for(desk.hand_in("noise.jpg", content)).examined
        assert (first.picture, second.picture) == (whole.picture, b"")
        assert second.label == first.label
        assert "There is no room to show it" in second.reason
        desk.clear()
        third = desk.wait_for(desk.hand_in("noise.jpg", content)).examined
        assert third.picture


def test_who_waits_is_told_when_the_desk_is_closed(picture):
    begun, may_end, told = threading.Event(), threading.Event(), []

    class Slow(Brightness):
        def predict_proba(self, X):
            begun.set()
            assert may_end.wait(10)
            return super().predict_proba(X)

    def wait_for(id_):
        try:
            told.append(desk.wait_for(id_).state)
        except KeyError:
            told.append("no more")

    desk = Desk(Slow())
    first, second = desk.hand_in("1.png", picture), desk.hand_in("2.png", picture)
    waiting = threading.Thread(target=wait_for, args=(second,), daemon=True)
    waiting.start()
    assert begun.wait(10)
    closing = threading.Thread(target=desk.close)
    closing.start()
    while not desk._left.empty():  # what waits is not begun any more
        time.sleep(0.01)
    may_end.set()
    closing.join(10)
    waiting.join(10)
    assert told == ["no more"]
    assert [(one.id, one.state) for one in desk.tickets] == [(first, "done")]


def test_strips_of_records_count(tmp_path):
    header = write_excerpts(tmp_path, ("103",))[0]
    dat = tmp_path / "103.dat"
    model = beat_model()

    def hand_in(desk):
        place = desk.place()
        for file in (Path(header), dat):
            shutil.copy(file, place)
        return desk.wait_for(desk.hand_in_file("103.hea", place / "103.hea")).examined

    with Desk(model) as desk:
        strip = hand_in(desk).strip
    assert len(strip.beats) > 10
    with Desk(model, most_bytes=strip.samples.nbytes + 200) as desk:
        examined = hand_in(desk)
    assert examined.label
    assert examined.strip is None  # its beats are more than there is room for


def test_many_hands(picture):
    with Desk(Brightness()) as desk:
        ids = []
        hands = [
            threading.Thread(target=lambda: ids.append(desk.hand_in("a.png", picture)))
            for _ in range(30)
        ]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        assert len({desk.wait_for(id_).id for id_ in ids}) == 30
