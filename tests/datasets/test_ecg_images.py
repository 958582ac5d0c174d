from importlib.resources import files

import numpy as np

from skecg.datasets import load_ecg_images, read_image_folder

FOLDER = files("skecg.datasets") / "data" / "ecg_images"


def test_six_pictures_of_each_class_are_there():
    images = load_ecg_images()
    assert images.data.shape == (24, 206, 352, 3)
    assert images.data.dtype == np.uint8
    classes, counts = np.unique(images.target, return_counts=True)
    assert classes.tolist() == [
        *("Abnormal_Heartbeat", "History_of_MI", "Myocardial_Infarction", "Normal")
    ]
    assert counts.tolist() == [6] * 4
    assert 200 < images.data.mean() < 255  # light paper with a thin trace
    assert (images.data.min(axis=(1, 2, 3)) < 60).all()


def test_the_folder_reads_as_the_loader_says():
    images = load_ecg_images()
    read = read_image_folder(str(FOLDER / "pictures"))
    for name in ("paths", "target", "groups"):
        np.testing.assert_array_equal(images[name], read[name])
    assert len(set(read.groups.tolist())) == 24


def test_every_call_gives_fresh_arrays():
    first, again = load_ecg_images(), load_ecg_images()
    assert first.sha256 == again.sha256
    assert not np.shares_memory(first.data, again.data)


def test_the_files_are_small_and_hold_nothing_but_pixels():
    paths = list((FOLDER / "pictures").glob("*/*"))
    assert len(paths) == 24
    contents = [path.read_bytes() for path in paths]
    assert sum(map(len, contents)) <= 400_000
    assert not any(b"Exif" in content for content in contents)


def test_origin_and_licence_are_told():
    told = load_ecg_images().DESCR
    for said in ("10.17632/gwbz3fsgp8.2", "Khan", "CC BY 4.0", "Changes made"):
        assert said in told
    licence = (FOLDER / "LICENSE-CC-BY-4.0.txt").read_text(encoding="utf-8")
    assert licence.startswith("Attribution 4.0 International")
