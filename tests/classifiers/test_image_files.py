"""Files are predicted some at a time, in the memory of two batches."""

import time
import tracemalloc
import warnings

import numpy as np
import pytest
import torch
from PIL import Image

from skecg.classifiers._predicting import rows_that_suit
from skecg.exceptions import DataFileError, SignalQualityWarning
from skecg.imaging.decode import read_image
from spots import N_IMAGES, SIZE, folder_of, small


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class TestFilesInParts:
    """Files are predicted some at a time; 24 x 24 pixels make parts of 80 and more."""

    @pytest.fixture
    def model(self, spots, tmp_path):
        X, y, _ = spots
        return small(max_epochs=2).fit(folder_of(X, tmp_path), y)

    @pytest.fixture
    def paths(self, model, spots, tmp_path):
        return [tmp_path / f"{index % N_IMAGES}.png" for index in range(300)]

    @pytest.mark.parametrize("n_jobs", [1, 3])
    def test_the_answers_are_those_of_the_stack(self, model, paths, tmp_path, n_jobs):
        blank = tmp_path / "blank.png"
        Image.new("L", (SIZE, SIZE), 200).save(blank)
        for index in (4, 131, 132, 299):
            paths[index] = blank
        stack = np.stack([read_image(path) for path in paths])
        model.set_params(n_jobs=n_jobs)
        with pytest.warns(SignalQualityWarning, match=r"4 of 300 .*4, 131, 132, 299"):
            from_files = model.predict_proba(paths)
        with pytest.warns(SignalQualityWarning, match=r"4 of 300 .*4, 131, 132, 299"):
            np.testing.assert_array_equal(from_files, model.predict_proba(stack))
        np.testing.assert_array_equal(from_files[131], model.class_prior_)

    def test_a_part_without_a_usable_picture(self, model, paths, tmp_path):
        blank = tmp_path / "blank.png"
        Image.new("L", (SIZE, SIZE), 200).save(blank)
        with pytest.warns(SignalQualityWarning, match="300 of 301 rows"):
            answers = model.predict_proba([*[blank] * 300, paths[0]])
        np.testing.assert_array_equal(answers[:300], [model.class_prior_] * 300)
        np.testing.assert_array_equal(answers[300], model.predict_proba(paths[:1])[0])
        with pytest.raises(ValueError, match=r"all 300 rows.*\(300, 24, 24, 3\)"):
            model.predict([blank] * 300)

    def test_one_part_is_decoded_while_another_is_predicted(
        self, model, paths, monkeypatch
    ):
        module = model.net_.module_
        decoded, predicted, ahead = [], [], []

        def spy(path, **params):
            decoded.append(path)
            ahead.append(len(decoded) - sum(predicted))
            return read_image(path, **params)

        def wait(module, inputs):
            # The network holds still until the part after this one is decoded.
            (x,) = inputs
            wanted = min(sum(predicted) + 2 * size, len(paths))
            for _ in range(1000):
                if len(decoded) >= wanted:
                    break
                time.sleep(0.01)
            assert len(decoded) == wanted
            predicted.append(len(x))

        size = rows_that_suit(torch.device("cpu"), SIZE * SIZE)
        assert 3 * size < len(paths)
        monkeypatch.setattr("skecg.imaging._pictures.read_image", spy)
        handle = module.register_forward_pre_hook(wait)
        model.predict(paths)
        handle.remove()
        assert max(ahead) <= 2 * size

    def test_what_is_wrong_with_a_late_file_is_told(self, model, paths, tmp_path):
        for name, width in (("wide", 30), ("wider", 40)):
            Image.new("L", (width, SIZE)).save(tmp_path / f"{name}.png")
        model.set_params(n_jobs=2)
        paths[250], paths[251] = tmp_path / "wide.png", tmp_path / "wider.png"
        with pytest.raises(ValueError, match=r"wide\.png has shape \(24, 30, 3\)"):
            model.predict(paths)
        paths[249] = tmp_path / "empty.png"
        paths[249].touch()
        with pytest.raises(DataFileError, match=r"empty\.png is empty"):
            model.predict(paths)

    @pytest.mark.parametrize(
        ("of", "n_bytes"), [("files", 1), ("bytes", 1), ("floats", 8)]
    )
    @pytest.mark.usefixtures("one_thread")
    def test_memory_does_not_grow_with_their_number(self, tmp_path, of, n_bytes):
        shape = (300, 400, 3)
        X = np.random.default_rng(0).integers(0, 256, (4, *shape), dtype=np.uint8)
        model = small(max_epochs=1).fit(X, [0, 1, 0, 1])
        many: object = folder_of(X, tmp_path) * 15
        if of != "files":
            many = np.tile(X, (15, 1, 1, 1))
            many[7] = 0  # so that not all are used
        if of == "floats":
            many = many / 255
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SignalQualityWarning)
            tracemalloc.start()
            model.predict(many)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        # Parts are of four pictures. Two of them, and what a decoder takes.
        assert peak < (2 * 4 + 4) * n_bytes * np.prod(shape)
