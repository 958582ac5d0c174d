"""Folders and tables of pictures, whole and damaged."""

import sys
from pathlib import Path

import pytest
from PIL import Image

import pdf_files
from skecg.datasets import load_ecg_images, read_image_folder
from skecg.exceptions import (
    DataFileError,
    DataFileNotFoundError,
    GroupsWarning,
    SkippedPagesWarning,
)
from skecg.preprocessing import ImageResizer


@pytest.fixture(scope="module")
def images():
    return load_ecg_images().data[::3]


@pytest.fixture
def write(tmp_path, images):
    """Write pictures under names below the folder, and return the folder."""

    def put(*names, first=0):
        for number, name in enumerate(names, start=first):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(images[number]).save(path)
        return tmp_path

    return put


def names_of(pictures, folder):
    return [Path(path).relative_to(folder).as_posix() for path in pictures.paths]


def test_a_folder_for_each_class(write):
    folder = write("Normal/b.png", "Normal/a.JPG", "MI/c.tif", "MI/d.bmp")
    (folder / "Normal" / "Thumbs.db").write_bytes(b"0")
    (folder / "Normal" / "._a.JPG").write_bytes(b"0")
    (folder / "empty").mkdir()
    pictures = read_image_folder(folder)
    expected = ["MI/c.tif", "MI/d.bmp", "Normal/a.JPG", "Normal/b.png"]
    assert names_of(pictures, folder) == expected
    assert pictures.target.tolist() == ["MI", "MI", "Normal", "Normal"]
    assert pictures.groups.tolist() == expected
    assert pictures.subset is None
    assert pictures.skipped == []
    assert pictures.duplicates.exact == pictures.duplicates.near == []
    small = ImageResizer(size=(20, 30)).fit_transform(pictures.paths)
    assert small.shape[:3] == (4, 20, 30)


def test_pictures_without_classes(write):
    folder = write("b.png", "a.png")
    pictures = read_image_folder(folder)
    assert names_of(pictures, folder) == ["a.png", "b.png"]
    assert pictures.target is None


@pytest.mark.parametrize("classes", [True, False])
def test_parts_are_kept_apart(classes, write):
    inner = "Normal/" if classes else ""
    folder = write(
        f"Training/{inner}a.png", f"Test/{inner}a.png", f"validation/{inner}a.png"
    )
    pictures = read_image_folder(folder)
    assert pictures.subset.tolist() == ["test", "train", "valid"]
    assert names_of(pictures, folder)[0] == f"Test/{inner}a.png"
    assert pictures.target is None or pictures.target.tolist() == ["Normal"] * 3
    assert (pictures.target is None) is not classes


def test_a_table_says_what_belongs_together(write, tmp_path):
    folder = write("x/a.png", "x/b.png", "c.png", "left_out.png")
    table = tmp_path / "labels.csv"
    table.write_text(
        "\ufeffNote;Image;Label;Patient;Split\n"
        ";x/b.png;MI;7;Train\n\n;c.png;Normal;8;test\n;x/a.png;MI;7;train\n",
        encoding="utf-8",
    )
    pictures = read_image_folder(folder, labels=table)
    assert names_of(pictures, folder) == ["x/b.png", "c.png", "x/a.png"]
    assert pictures.target.tolist() == ["MI", "Normal", "MI"]
    assert pictures.groups.tolist() == ["7", "8", "7"]
    assert pictures.subset.tolist() == ["train", "test", "train"]


def test_copies_share_a_group(write, images, tmp_path):
    folder = write("A/1.png", "A/2.png", "B/3.png")
    Image.fromarray(images[0]).save(folder / "A" / "again.bmp")
    Image.fromarray(images[0]).resize((500, 300)).save(folder / "A" / "large.jpg")
    pictures = read_image_folder(folder, n_jobs=2)
    assert pictures.groups.tolist() == [
        *("A/1.png", "A/2.png", "A/1.png", "A/1.png", "B/3.png")
    ]
    assert [one.tolist() for one in pictures.duplicates.exact] == [[0, 2]]
    assert [one.tolist() for one in pictures.duplicates.near] == [[0, 2, 3]]


def test_copies_join_patients(write, images):
    folder = write("1.png", "2.png", "3.png")
    Image.fromarray(images[0]).save(folder / "4.png")
    table = folder / "labels.csv"
    table.write_text("file,label,patient\n1.png,a,P\n2.png,a,Q\n3.png,a,R\n4.png,a,Q\n")
    pictures = read_image_folder(folder, labels=table)
    assert pictures.groups.tolist() == ["P", "P", "R", "P"]
    alone = read_image_folder(folder, labels=table, duplicates=False)
    assert alone.groups.tolist() == ["P", "Q", "R", "Q"]


def test_copies_across_parts_or_classes_are_warned_of(write):
    folder = write("train/A/1.png", "train/B/2.png")
    write("test/A/3.png", "test/B/4.png", first=1)
    with (
        pytest.warns(GroupsWarning, match="1 pictures lie in several parts, like .*3"),
        pytest.warns(GroupsWarning, match="1 pictures have several classes"),
    ):
        read_image_folder(folder)


def test_damaged_files_are_named_or_listed(write):
    folder = write("A/1.png", "A/2.png", "B/3.png")
    (folder / "A" / "empty.png").write_bytes(b"")
    whole = (folder / "A" / "1.png").read_bytes()
    (folder / "B" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "B" / "wrong.jpg").write_bytes(whole)
    for n_jobs in (1, 2):
        with pytest.raises(DataFileError, match=r"empty\.png is empty"):
            read_image_folder(folder, n_jobs=n_jobs)
        pictures = read_image_folder(folder, on_error="skip", n_jobs=n_jobs)
        assert names_of(pictures, folder) == ["A/1.png", "A/2.png", "B/3.png"]
        assert pictures.target.tolist() == ["A", "A", "B"]
        reasons = {Path(path).name: reason for path, reason in pictures.skipped}
        assert list(reasons) == ["empty.png", "cut.png", "wrong.jpg"]
        assert "truncated" in reasons["cut.png"]
        assert "holds PNG" in reasons["wrong.jpg"]


def test_links_that_lead_nowhere_are_named_or_listed(write):
    folder = write("A/1.png", "B/2.png")
    (folder / "A" / "lost.png").symlink_to(folder / "gone.png")
    for duplicates in (True, False):
        with pytest.raises(DataFileNotFoundError, match=r"lost\.png"):
            read_image_folder(folder, duplicates=duplicates)
        pictures = read_image_folder(folder, on_error="skip", duplicates=duplicates)
        assert names_of(pictures, folder) == ["A/1.png", "B/2.png"]
        (skipped,) = pictures.skipped
        assert skipped.path.endswith("lost.png")
    with pytest.raises(DataFileNotFoundError, match=r"link to .*gone\.png, which"):
        read_image_folder(folder)
    (folder / "C").symlink_to(folder / "gone")
    with pytest.raises(DataFileError, match=r"C is a link to .*gone, which is not"):
        read_image_folder(folder, on_error="skip")


def test_if_no_picture_can_be_used_it_is_an_error(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(DataFileError, match=r"None of the 1 pictures.*is empty"):
        read_image_folder(tmp_path, on_error="skip")


def test_without_looking_for_copies_no_file_is_opened(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    pictures = read_image_folder(tmp_path, duplicates=False)
    assert pictures.groups.tolist() == ["a.png"]
    assert (pictures.duplicates, pictures.sha256) == (None, None)


def test_a_missing_picture_of_a_table_is_named_or_listed(write):
    folder = write("1.png")
    table = folder / "labels.csv"
    table.write_text("file,label\n1.png,a\nnone.png,a\n")
    for duplicates in (True, False):
        with pytest.raises(DataFileNotFoundError, match=r"none\.png"):
            read_image_folder(folder, labels=table, duplicates=duplicates)
        pictures = read_image_folder(
            folder, labels=table, on_error="skip", duplicates=duplicates
        )
        assert names_of(pictures, folder) == ["1.png"]
        assert len(pictures.skipped) == 1


def test_the_checksum_is_of_the_pixels_in_their_order(write, images):
    first = read_image_folder(write("1.png", "2.png")).sha256
    for path in ("1.png", "2.png"):
        (write() / path).unlink()
    assert read_image_folder(write("a.bmp", "b.png")).sha256 == first
    (write() / "a.bmp").rename(write() / "c.bmp")
    assert read_image_folder(write()).sha256 != first


class TestPDF:
    @pytest.fixture(autouse=True)
    def _needs_pypdfium2(self):
        pytest.importorskip("pypdfium2", reason="pip install skecg[pdf]")

    def test_a_page_is_a_picture_and_a_paper_beside_the_classes_is_none(
        self, write, images
    ):
        folder = write("A/1.png", "B/2.png")
        (folder / "A" / "3.pdf").write_bytes(pdf_files.scanned(images[2]))
        (folder / "about.pdf").write_bytes(b"not opened")
        pictures = read_image_folder(folder, n_jobs=2)
        assert names_of(pictures, folder) == ["A/1.png", "A/3.pdf", "B/2.png"]
        assert pictures.target.tolist() == ["A", "A", "B"]
        small = ImageResizer((20, 30), n_jobs=2).fit_transform(pictures.paths)
        assert small.shape == (3, 20, 30)

    def test_parts_too(self, write, images):
        folder = write("Training/A/1.png")
        (folder / "Test").mkdir()
        (folder / "Test" / "A").mkdir()
        (folder / "Test" / "A" / "2.pdf").write_bytes(pdf_files.scanned(images[2]))
        (folder / "about.pdf").write_bytes(b"not opened")
        (folder / "Training" / "about.pdf").write_bytes(b"not opened")
        pictures = read_image_folder(folder)
        assert names_of(pictures, folder) == ["Test/A/2.pdf", "Training/A/1.png"]

    def test_a_folder_of_pdfs_alone(self, tmp_path, images):
        for number in range(2):
            content = pdf_files.scanned(images[number])
            (tmp_path / f"{number}.pdf").write_bytes(content)
        pictures = read_image_folder(tmp_path)
        assert names_of(pictures, tmp_path) == ["0.pdf", "1.pdf"]

    def test_pages_that_are_not_read_are_warned_of(self, write, images):
        folder = write("1.png")
        (folder / "2.pdf").write_bytes(pdf_files.scanned(*images[2:5]))
        first, second = (Image.fromarray(one) for one in images[5:7])
        first.save(folder / "3.tif", save_all=True, append_images=[second])
        match = r"2 files have several pages.*2\.pdf has 3"
        with pytest.warns(SkippedPagesWarning, match=match):
            assert len(read_image_folder(folder).paths) == 3

    def test_a_damaged_one_is_listed_and_a_missing_library_is_not(
        self, write, images, monkeypatch
    ):
        folder = write("1.png")
        content = pdf_files.scanned(images[2])
        (folder / "2.pdf").write_bytes(content[:-500])
        with pytest.raises(DataFileError, match=r"2\.pdf is truncated"):
            read_image_folder(folder)
        pictures = read_image_folder(folder, on_error="skip")
        assert names_of(pictures, folder) == ["1.png"]
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
        with pytest.raises(ImportError, match=r"2\.pdf.*skecg\[pdf\]"):
            read_image_folder(folder, on_error="skip")


def test_on_error_is_checked(tmp_path):
    with pytest.raises(ValueError, match='"raise" or "skip"'):
        read_image_folder(tmp_path, on_error="ignore")
