"""The archive itself: what goes in comes out, whatever it is."""

import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.exceptions import ModelFileError
from skecg.persistence._archive import (
    Contents,
    check_inner_archive,
    read_archive,
    read_manifest_of,
    write_archive,
)

SIZE = 2**20
words = st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3)


@given(
    words=words,
    estimator=st.binary(max_size=200),
    networks=st.lists(st.binary(max_size=50), max_size=12),
)
def test_what_was_written_is_read(tmp_path_factory, words, estimator, networks):
    path = tmp_path_factory.mktemp("models") / "one.skecg"
    write_archive(path, Contents({"words": words}, estimator, networks))
    found = read_archive(path, max_bytes=SIZE)
    assert (found.manifest["words"], *found[1:]) == (words, estimator, networks)
    assert read_manifest_of(path, max_bytes=SIZE) == found.manifest


def test_nothing_is_compressed_and_every_part_is_hashed(tmp_path):
    path = tmp_path / "one.skecg"
    write_archive(path, Contents({}, b"e" * 1000, [b"n" * 2000]))
    with zipfile.ZipFile(path) as archive:
        assert all(each.compress_type == 0 for each in archive.infolist())
        parts = json.loads(archive.read("manifest.json"))["parts"]
    assert {name: fact["size"] for name, fact in parts.items()} == {
        "estimator.skops": 1000,
        "networks/0.safetensors": 2000,
    }
    assert all(len(fact["sha256"]) == 64 for fact in parts.values())


def test_an_estimator_that_is_no_archive_is_refused(tmp_path):
    with pytest.raises(ModelFileError, match=r"estimator\.skops cannot be opened"):
        check_inner_archive(b"nothing", tmp_path / "one.skecg")
