"""A queue that no file ends, and that keeps what it promised."""

import threading

import numpy as np
import pytest
from PIL import Image

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
        assert "file.bmp is no picture" in desk.wait_for(bmp).examined.reason
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
