"""Tables of beats, as people write them."""

import gzip
import hashlib

import numpy as np
import pytest

from skecg.datasets import read_beat_table
from skecg.exceptions import DataFileError, DataFileNotFoundError


@pytest.fixture
def write(tmp_path):
    def write(text, name="beats.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_without_names_the_class_is_last(write):
    path = write("0.5,1,0.0\n0.25,0,1.0\n")
    beats = read_beat_table(path, sampling_rate=125)
    assert beats.data.tolist() == [[0.5, 1.0], [0.25, 0.0]]
    assert beats.data.dtype == np.float32
    assert beats.target.tolist() == ["0", "1"]
    assert (beats.groups, beats.sampling_rate, beats.skipped) == (None, 125.0, [])
    assert beats.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_with_names_columns_may_stand_anywhere(write, delimiter):
    text = "Patient,t0,Label,t1\n7,1,N,2\nann,3,V,4\n"
    beats = read_beat_table(write(text.replace(",", delimiter)))
    assert beats.data.tolist() == [[1, 2], [3, 4]]
    assert beats.target.tolist() == ["N", "V"]
    assert beats.groups.tolist() == ["7", "ann"]


def test_words_as_classes_without_names(write):
    beats = read_beat_table(write("1,2,N\n3,4,V\n"))
    assert beats.target.tolist() == ["N", "V"]


def test_numbers_as_patients_have_no_decimals(write):
    beats = read_beat_table(
        write("t0,t1,label,patient\n1,2,N,100\n3,4,V,\n5,6,N,7\n"), on_error="skip"
    )
    assert beats.groups.tolist() == ["100", "7"]
    assert beats.skipped[0].reason.endswith("line 3 has no patient.")


def test_a_compressed_table(write):
    path = write(gzip.compress(b"1,2,N\n3,4,V\n"), "beats.csv.gz")
    assert read_beat_table(path).data.shape == (2, 2)


def test_empty_lines_are_no_beats_but_count(write):
    path = write("1,2,N\n\n3,x,V\n\n")
    beats = read_beat_table(path, on_error="skip")
    assert beats.data.shape == (1, 2)
    assert "line 3 has 'x', which is no number in column 2" in beats.skipped[0].reason


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1,x,N", "line 2 has 'x', which is no number in column 2"),
        (",2,N", "line 2 has no sample in column 1"),
        ("1,inf,N", "line 2 has 'inf', which is no number"),
        ("nan,2,N", "line 2 has no sample in column 1"),
        ("1,2,", "line 2 has no class"),
    ],
)
def test_a_line_that_cannot_be_used(write, line, told):
    path = write(f"1,2,V\n{line}\n5,6,N\n")
    with pytest.raises(DataFileError, match=told):
        read_beat_table(path)
    beats = read_beat_table(path, on_error="skip")
    assert beats.target.tolist() == ["V", "N"]
    assert told in beats.skipped[0].reason
    assert beats.skipped[0].path == f"{path}, line 2"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no table of beats"),
        ("\n\n", "no"),
        ("a,b\n", "holds no beat|none for the class"),
        ("t0,label\n1,N\n", "leaves 1 for the samples"),
        ("1,2,N\n1,2,3,4,N\n", "no table of beats"),
        ("t0,t1,kind\n1,2,N\n", "none for the class"),
        (b"\xff\xfe\x00binary\x00", "no table of beats|has"),
        ("x,y,N\nz,w,V\n", "none for the class"),
    ],
)
def test_what_is_no_table_of_beats(write, text, told):
    with pytest.raises(DataFileError, match=told):
        read_beat_table(write(text))


def test_if_no_line_can_be_used_it_is_an_error(write):
    with pytest.raises(DataFileError, match="None of the 2 lines"):
        read_beat_table(write("1,,N\n,2,V\n"), on_error="skip")


def test_options(write, tmp_path):
    path = write("1,2,N\n")
    with pytest.raises(ValueError, match="on_error"):
        read_beat_table(path, on_error="warn")
    with pytest.raises(ValueError, match="sampling_rate"):
        read_beat_table(path, sampling_rate=0)
    with pytest.raises(DataFileNotFoundError):
        read_beat_table(tmp_path / "lost.csv")
