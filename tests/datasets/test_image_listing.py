"""What a folder or a table must not be, and the error that says so."""

import pytest

from skecg.datasets._image_listing import list_folder, list_table
from skecg.exceptions import DataFileError, DataFileNotFoundError


@pytest.fixture
def touch(tmp_path):
    """Make empty files, which are listed without being opened."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return make


@pytest.fixture
def table(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "labels.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["notes.txt", "A/notes.txt"], "no picture in"),
        (["a.png", "A/b.png"], r"a\.png, beside folders with pictures, like A"),
        (["set/A/a.png", "set/B/b.png"], "one folder deeper.*path='.*set'"),
        (["train/a.png", "Normal/b.png"], "parts that are kept apart.*Normal"),
        (["train/a.png", "b.png"], r"parts that are kept apart.*b\.png"),
        (["train/A/a.png", "test/b.png"], "others have none"),
    ],
)
def test_a_folder_that_is_not_clear_is_refused(names, message, touch):
    with pytest.raises(DataFileError, match=message):
        list_folder(touch(*names))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "none for the path"),
        ("file,label\n", "names no picture"),
        ("name,label\na.png,N\n", r"\['name', 'label'\].*file or path"),
        ("file,kind\na.png,N\n", "none for the target.*label or target"),
        ("file,label\na.png,\n", "line 2: no target"),
        ("file,label\na.png\n", "line 2: no target"),
        ("file,label\n,N\n", "line 2: no path"),
        ("file,label\na.png,N\nb.png,N\na.png,M\n", r"lines 2 and 4.*a\.png"),
        ("file,label,split\na.png,N,fold1\n", "line 2: the subset is 'fold1'"),
        ('file,label\n"a.png,N\n', "no CSV file"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(text, message, table, tmp_path):
    with pytest.raises(DataFileError, match=message):
        list_table(tmp_path, table(text))


def test_a_table_in_another_encoding_is_refused(table, tmp_path):
    with pytest.raises(DataFileError, match="UTF-8"):
        list_table(tmp_path, table("file,label\ngrün.png,N\n", "latin-1"))


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"none\.csv"):
        list_table(tmp_path, tmp_path / "none.csv")


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"no table .*path of a CSV file"):
        list_table(tmp_path, tmp_path)


def test_a_line_ends_where_no_quotation_is_open(table, tmp_path):
    path = table('file,label\r\na.png,"old\nMI"\r\nb\u2028.png,Normal\r\n')
    entries = list_table(tmp_path, path)
    assert [entry.target for entry in entries] == ["old\nMI", "Normal"]
    assert entries[1].path.name == "b\u2028.png"
