import numpy as np
import pytest
from PIL import Image

from known_pictures import ecg_picture
from skecg.imaging.regions import remove_grid
from skecg.preprocessing import GridRemover

X = np.stack([ecg_picture((120, 160), seed=seed) for seed in range(3)])


def test_it_is_the_kernel():
    np.testing.assert_array_equal(GridRemover().fit_transform(X), remove_grid(X))


def test_files_of_different_sizes_are_refused_and_the_mend_is_told(tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    Image.fromarray(X[0]).save(paths[0])
    Image.fromarray(X[1, :80]).save(paths[1])
    for n_jobs in (1, 2):
        with pytest.raises(ValueError, match=r"\(80, 160\).*\(120, 160\).*ImageResiz"):
            GridRemover(n_jobs=n_jobs).fit(paths).transform(paths)


def test_a_map_stays_where_it_is():
    X = np.stack([ecg_picture((60, 80), seed=seed) for seed in range(2)])
    step = GridRemover().fit(X)
    maps = np.random.default_rng(0).random((2, 60, 80))
    np.testing.assert_allclose(step.trace_back(maps, X), maps)
