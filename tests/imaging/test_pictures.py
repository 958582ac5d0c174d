import threading

import numpy as np
import pytest
from PIL import Image

from skecg.imaging._pictures import Pictures, in_batches, in_threads, to_color

COLOUR = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)


def test_grey_is_pillows_to_the_last_bit():
    expected = np.asarray(Image.fromarray(COLOUR).convert("L"))
    np.testing.assert_array_equal(to_color(COLOUR, "grey"), expected)


def test_grey_of_floats_is_the_same():
    grey = to_color(COLOUR / 255, "grey")
    np.testing.assert_allclose(grey * 255, to_color(COLOUR, "grey"), atol=0.51)
    assert to_color(COLOUR.astype(np.float32), "grey").dtype == np.float32


def test_grey_in_colour_has_equal_channels():
    grey = COLOUR[..., 0]
    for channel in range(3):
        np.testing.assert_array_equal(to_color(grey, "rgb")[..., channel], grey)
    assert to_color(grey, "grey") is grey
    assert to_color(COLOUR, "rgb") is COLOUR


def test_files_are_opened_when_they_are_asked_for(tmp_path):
    path = tmp_path / "a.png"
    pictures = Pictures([path, tmp_path / "absent.png"], None)
    assert len(pictures) == 2
    Image.fromarray(COLOUR).save(path)
    np.testing.assert_array_equal(pictures[0], COLOUR)
    assert pictures[:1][0].shape == COLOUR.shape
    with pytest.raises(FileNotFoundError):
        pictures[1]


@pytest.mark.parametrize("n_threads", [1, 2, 5])
class TestInThreads:
    def test_each_index_once(self, n_threads):
        seen = []
        in_threads(seen.append, range(100), n_threads)
        assert sorted(seen) == list(range(100))
        in_threads(seen.append, range(0), n_threads)
        assert len(seen) == 100

    def test_the_first_error_is_raised_and_ends_the_rest(self, n_threads):
        begun = []

        def work(index):
            begun.append(index)
            if index in (7, 8, 9):
                raise ValueError(f"picture {index}")

        before = threading.active_count()
        for _ in range(20):
            begun.clear()
            with pytest.raises(ValueError, match="picture 7"):
                in_threads(work, range(10_000), n_threads)
            assert len(begun) < 5_000
        assert threading.active_count() == before


def test_threads_work_at_the_same_time():
    together = threading.Barrier(3, timeout=10)
    in_threads(lambda index: together.wait(), range(6), 3)


@pytest.mark.parametrize("n_threads", [1, 3])
class TestInBatches:
    def test_all_pictures_in_their_order(self, n_threads):
        X = np.random.default_rng(0).integers(0, 256, (11, 4, 5), dtype=np.uint8)
        for size in (1, 3, 4, 11, 50):
            batches = [
                b.copy() for b in in_batches(X.__getitem__, X.shape, size, n_threads)
            ]
            assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)
            np.testing.assert_array_equal(np.concatenate(batches), X)

    def test_one_batch_ahead_and_no_more(self, n_threads):
        decoded = []
        after = threading.Event()

        def decode(index):
            decoded.append(index)
            if len(decoded) == 6:
                after.set()
            return np.zeros((2, 2), dtype=np.uint8)

        batches = in_batches(decode, (12, 2, 2), 3, n_threads)
        next(batches)
        assert after.wait(timeout=10)  # the second, while the first is made use of
        assert sorted(decoded) == list(range(6))
        assert len(list(batches)) == 3

    def test_the_first_error_is_raised_in_its_turn(self, n_threads):
        def decode(index):
            if index in (5, 6, 7):
                raise ValueError(f"picture {index}")
            return np.zeros((2, 2), dtype=np.uint8)

        before = threading.active_count()
        batches = in_batches(decode, (100, 2, 2), 4, n_threads)
        next(batches)
        with pytest.raises(ValueError, match="picture 5"):
            next(batches)
        assert threading.active_count() == before

    def test_nothing_runs_on_when_nobody_asks_for_more(self, n_threads):
        before = threading.active_count()
        batches = in_batches(
            lambda index: np.zeros((2, 2), np.uint8), (9, 2, 2), 2, n_threads
        )
        next(batches)
        batches.close()
        assert threading.active_count() == before
