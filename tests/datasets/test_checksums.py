import re

import pytest

from skecg.datasets._checksums import (
    check_against_pinned,
    parse_list,
    read_pinned,
)
from skecg.datasets._fetch import DATABASES
from skecg.datasets._mitbih_facts import RECORDS
from skecg.exceptions import DownloadError

A, B = "a" * 64, "0" * 64


def test_both_ways_to_write_a_list_are_read():
    text = f"{A} 100.dat\n{B}  data/1.hea\n{A} *two words\n"
    assert parse_list(text, source="x") == {
        "100.dat": A,
        "data/1.hea": B,
        "two words": A,
    }


@pytest.mark.parametrize(
    "text", ["", "\n", f"{A} 100.dat", f"{A} 100.dat\n{B[:40]}\n", f"{A}\n", "<p>\n"]
)
def test_what_is_no_list_is_refused(text):
    with pytest.raises(DownloadError, match="there is no whole list"):
        parse_list(text, source="there")


def test_lists_may_name_more_or_fewer_files_but_not_others():
    check_against_pinned({"x": A, "y": B}, {"x": A, "z": B}, source="there")
    with pytest.raises(DownloadError, match="another checksum for y"):
        check_against_pinned({"x": A, "y": B}, {"x": A, "y": A}, source="there")
    with pytest.raises(DownloadError, match="names no file"):
        check_against_pinned({"x": A}, {"y": A}, source="there")


def test_all_files_of_the_mitbih_records_are_pinned():
    assert set(read_pinned("mitdb")) == {
        f"{record}.{ending}" for record in RECORDS for ending in ("hea", "dat", "atr")
    }


def test_records_1_to_150_of_ludb_and_one_ptb_patient_are_pinned():
    assert len(read_pinned("ludb")) == 150 * 14
    assert len(read_pinned("ptbdb")) == 3 * 3
    assert all(name.startswith("patient001/") for name in read_pinned("ptbdb"))


@pytest.mark.parametrize("database", DATABASES, ids=lambda database: database.name)
def test_pinned_names_are_what_the_readers_need(database):
    pinned = read_pinned(database.name)
    assert all(re.fullmatch(database.pattern, name) for name in pinned)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pinned.values())
    record = next(name for name in pinned if name.endswith(".hea"))[: -len(".hea")]
    names = database.files_of(record.removeprefix("data/"))
    assert set(names) <= set(pinned)
