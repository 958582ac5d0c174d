"""What is found in a folder, what is not, and how it is shown."""

import io
import os
import sys

import numpy as np
import pytest
from PIL import Image

from labelled_folder import folder_of_pictures
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.labelling import find_items, hash_item, show_item


def names(folder, **options):
    return [one.name for one in find_items(folder, **options)]


def test_pictures_of_all_folders_sorted_and_nothing_hidden(tmp_path):
    folder_of_pictures(tmp_path, 1)
    for name in ("b/two.PNG", "a/one.jpg", ".hidden.png", ".git/x.png", "a/n.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert names(tmp_path) == ["00.png", "a/one.jpg", "b/two.PNG"]


@pytest.mark.skipif(sys.platform != "linux", reason="names of other systems are text")
def test_names_are_text_and_pipes_are_not_waited_for(tmp_path):
    folder_of_pictures(tmp_path, 1)
    content = (tmp_path / "00.png").read_bytes()
    for name in (b"-a\n.png", b"\xfc.png", "\u00fc .png".encode()):
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    os.mkfifo(tmp_path / "pipe.png")
    found = {one.name: one for one in find_items(tmp_path)}
    assert set(found) == {"00.png", "-a\n.png", "\\xfc.png", "\u00fc .png"}
    assert len({hash_item(one) for one in found.values()}) == 1
    "".join(found).encode()


def test_links_that_lead_out_are_left_out(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans", 1)
    outside = folder_of_pictures(tmp_path / "outside", 1)
    (folder / "out.png").symlink_to(outside / "00.png")
    (folder / "in.png").symlink_to(folder / "00.png")
    (folder / "more").symlink_to(outside, target_is_directory=True)
    (folder / "circle.png").symlink_to(folder / "circle.png")
    assert names(folder) == ["00.png", "in.png"]


def test_records_are_drawn(tmp_path):
    wfdb = pytest.importorskip("wfdb")
    signal = np.sin(np.arange(2500) / 20)[:, None] * [1, 0.5]
    wfdb.wrsamp(
        "r1",
        fs=250,
        units=["mV"] * 2,
        sig_name=["MLII", "V1"],
        p_signal=signal,
        fmt=["16"] * 2,
        write_dir=str(tmp_path),
    )
    (tmp_path / "t.csv").write_text("I,II\n" + "0.1,0.2\n" * 500)
    assert names(tmp_path) == ["r1.hea"]
    record, table = find_items(tmp_path, sampling_rate=100.0)
    before = hash_item(record)
    for one in (record, table):
        picture = np.asarray(Image.open(io.BytesIO(show_item(one).png)))
        assert picture.shape == (300, 1100, 3)
        assert picture.min() < 60  # there is a trace
    assert show_item(table)[1:] == (0.0, 5.0)
    data = tmp_path / "r1.dat"
    data.write_bytes(data.read_bytes()[:-2] + b"\0\1")
    assert hash_item(record) != before


def test_a_long_record_is_seen_ten_seconds_at_a_time(tmp_path):
    lines = "".join("1\n" if 2500 <= at < 2505 else "0\n" for at in range(3000))
    (tmp_path / "t.csv").write_text("II\n" + lines)
    (item,) = find_items(tmp_path, sampling_rate=100.0)
    first, middle, last = (show_item(item, start=at) for at in (0, 18, 1e9))
    assert [one[1:] for one in (first, middle, last)] == [(0, 30), (18, 30), (20, 30)]
    assert len({first.png, middle.png, last.png}) == 3


def test_large_pictures_are_shown_smaller(tmp_path):
    Image.new("L", (5000, 100), "white").save(tmp_path / "wide.png")
    (item,) = find_items(tmp_path)
    assert Image.open(io.BytesIO(show_item(item).png)).size == (2400, 48)


def test_what_is_not_there_or_cannot_be_shown_is_told(tmp_path):
    with pytest.raises(DataFileNotFoundError):
        find_items(tmp_path / "lost")
    with pytest.raises(DataFileError, match="holds nothing to label"):
        find_items(tmp_path)
    (tmp_path / "torn.png").write_bytes(b"\x89PNG")
    (item,) = find_items(tmp_path)
    with pytest.raises(DataFileError, match=r"torn\.png"):
        show_item(item)
    item.path.unlink()
    with pytest.raises(DataFileError, match="cannot be read"):
        hash_item(item)
