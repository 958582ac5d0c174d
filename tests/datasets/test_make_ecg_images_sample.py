"""The tool that chose the packaged pictures still makes them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from skecg.datasets import load_ecg_images, read_image_folder
from skecg.imaging.decode import read_image
from skecg.imaging.hashes import hash_distances, perceptual_hash

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_ecg_images_sample.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_ecg_images_sample", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pictures(shared_data):
    folder = shared_data / "mendeley_ecg_images" / "cropped_703x412"
    if not folder.is_dir():
        pytest.skip(f"needs the ECG Images dataset of Cardiac Patients in {folder}")
    return folder


def test_the_choice_goes_by_the_numbers(tool, tmp_path):
    for number in range(1, 27):
        (tmp_path / f"HB_{number}.jpg").touch()
    chosen = [path.name for path in tool.choose(tmp_path)]
    assert chosen == [f"HB_{number}.jpg" for number in (1, 6, 11, 16, 21, 26)]


def test_the_tool_makes_the_shipped_files(tool, pictures, tmp_path):
    options = ["--source", str(pictures), "--out", str(tmp_path)]
    result = CliRunner().invoke(tool.main, options, catch_exceptions=False)
    assert result.exit_code == 0
    made = sorted(tmp_path.glob("*/*.jpg"))
    shipped = load_ecg_images()
    assert [path.parts[-2:] for path in made] == [
        Path(path).parts[-2:] for path in shipped.paths
    ]
    for path, image in zip(made, shipped.data, strict=True):
        # Another libjpeg may round in another way.
        difference = read_image(path).astype(int) - image
        assert np.abs(difference).mean() < 1


@pytest.mark.slow
def test_all_pictures_are_told_apart_and_the_shipped_ones_found(pictures):
    read = read_image_folder(pictures, n_jobs=2)
    assert len(set(read.groups.tolist())) == len(read.paths) == 393
    assert read.duplicates.exact == read.duplicates.near == []
    shipped = load_ecg_images()
    places = {name: at for at, name in enumerate(read.groups.tolist())}
    originals = read.paths[[places[name] for name in shipped.groups.tolist()]]
    bits = [np.stack([perceptual_hash(one) for one in shipped.data])]
    bits.append(np.stack([perceptual_hash(read_image(path)) for path in originals]))
    own = np.diagonal(hash_distances(*bits))
    assert own.max() <= 180  # half the size, and stored as JPEG twice
