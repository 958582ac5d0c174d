"""Batches in threads: every file gets its own answer, and bad files only theirs."""

import hashlib
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from screened_files import Brightness, write_pictures
from skecg.exceptions import GridNotFoundWarning, NoUsableRowError, SignalQualityWarning
from skecg.screening._answers import Judge, PictureModel, in_order
from skecg.screening._warned import WarnedRows

SHADES = [0, 51, 102, 255]


def judged(estimator, paths, **counts):
    warned = WarnedRows()
    with warned.collecting():
        batches = in_order(
            Judge(PictureModel(estimator, warned)),
            paths,
            **({"batch_size": 3, "n_workers": 2} | counts),
        )
        return [one for batch in batches for one in batch]


@pytest.mark.parametrize("n_workers", [1, 2, 5])
@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_answers_are_in_the_order_of_the_files(tmp_path, batch_size, n_workers):
    paths = write_pictures(tmp_path, SHADES * 3)
    found = judged(Brightness(), paths, batch_size=batch_size, n_workers=n_workers)
    assert [one.finding.path for one in found] == paths
    light = [one.finding.probabilities[1] for one in found]
    np.testing.assert_allclose(light, np.array(SHADES * 3) / 255)
    content = Path(paths[5]).read_bytes()
    assert found[5].finding.sha256 == hashlib.sha256(content).hexdigest()


def test_a_bad_file_takes_no_other_with_it(tmp_path):
    paths = write_pictures(tmp_path, SHADES)
    Path(paths[1]).write_bytes(b"no picture")
    paths.insert(2, str(tmp_path / "lost.png"))
    found = [one.finding for one in judged(Brightness(), paths, batch_size=10)]
    assert [one.is_readable for one in found] == [True, False, False, True, True]
    assert "no picture that can be read" in found[1].reason
    assert "lost.png cannot be read: No such file" in found[2].reason
    assert [len(one.probabilities) for one in found] == [2, 0, 0, 2, 2]


class Warning_(Brightness):  # noqa: N801 - what it does
    """Warns of pictures that are black, doubts white ones, divides 0 by 0 for grey."""

    def predict_proba(self, X):
        p = super().predict_proba(X)
        black, white = np.flatnonzero(p[:, 0] == 1), np.flatnonzero(p[:, 1] == 1)
        if len(black) == len(X):
            raise NoUsableRowError("none", reason="are of one shade")
        if black.size:
            warning = SignalQualityWarning.about(
                "b", rows=black, reason="are of one shade"
            )
            warnings.warn(warning, stacklevel=1)
        if white.size:
            warning = GridNotFoundWarning.about("w", rows=white, reason="show no grid")
            for _ in range(2):  # as an ensemble does
                warnings.warn(warning, stacklevel=1)
        p[np.isclose(p[:, 1], 0.4)] = np.nan
        return p


@pytest.mark.parametrize("batch_size", [1, 4])
def test_what_an_estimator_warns_of_is_told_file_by_file(tmp_path, batch_size):
    paths = write_pictures(tmp_path, SHADES * 5)
    found = judged(Warning_(), paths, batch_size=batch_size)
    for at in range(0, len(found), 4):
        black, dark, grey, white = (one.finding for one in found[at : at + 4])
        assert black.reason == "Files like this are of one shade."
        assert grey.reason == "The model's answer is no number."
        assert black.probabilities == grey.probabilities == []
        assert black.is_readable
        assert grey.is_readable
        assert (dark.reason, dark.is_doubtful) == ("", False)
        assert (white.reason, white.is_doubtful) == (
            "Files like this show no grid.",
            True,
        )


def test_pages_that_are_not_looked_at_are_told(tmp_path):
    sheet = Image.new("L", (4, 4), 200)
    paths = [str(tmp_path / name) for name in ("one.tif", "three.tif")]
    sheet.save(paths[0])
    sheet.save(paths[1], save_all=True, append_images=[sheet, sheet])
    one, three = (each.finding for each in judged(Brightness(), paths))
    assert one.reason == ""
    assert three.reason == "Only the first of 3 pages was looked at."
    assert not three.is_doubtful


def test_an_answer_of_another_shape_is_the_models_fault(tmp_path):
    class Odd(Brightness):
        def predict_proba(self, X):
            return np.ones((len(X), 3))

    paths = write_pictures(tmp_path, SHADES)
    with pytest.raises(TypeError, match=r"Odd\.predict_proba.*\(3, 2\), got \(3, 3\)"):
        judged(Odd(), paths)


def test_two_batches_are_in_work_and_few_are_taken_ahead():
    at_work, most, taken = set(), [], []

    def judge(paths):
        at_work.add(threading.get_ident())
        time.sleep(0.02)
        most.append(len(at_work))
        at_work.discard(threading.get_ident())
        return paths

    def paths():
        for index in range(40):
            taken.append(index)
            yield str(index)

    n_done = 0
    for batch in in_order(judge, paths(), batch_size=2, n_workers=2):
        n_done += len(batch)
        assert len(taken) - n_done <= 2 * 2  # two more batches than were handed out
    assert n_done == 40
    assert max(most) == 2


def test_the_first_error_ends_it():
    def judge(paths):
        if "3" in paths:
            raise MemoryError("too much")
        return paths

    batches = in_order(judge, map(str, range(1000)), batch_size=1, n_workers=2)
    assert [next(batches) for _ in range(3)] == [["0"], ["1"], ["2"]]
    with pytest.raises(MemoryError):
        next(batches)
