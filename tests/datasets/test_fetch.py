"""The fetchers over a real server, with records of our own and with the real ones."""

import hashlib

import numpy as np
import pytest

from file_server import Fault, FileServer
from skecg.datasets import (
    _download,
    _physionet,
    fetch_ludb,
    fetch_mitbih,
    fetch_ptb,
    read_mitbih,
)
from skecg.datasets._ptb_facts import STANDARD_LEADS
from skecg.exceptions import DataFileNotFoundError, DownloadError


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """The folder that SKECG_DATA names."""
    monkeypatch.setattr(_download, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("SKECG_DATA", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def server():
    with FileServer() as server:
        yield server


@pytest.fixture
def serve(server, monkeypatch):
    """Serve files as a database whose checksums the package knows."""

    def serve(folder, names):
        server.files = {name: (folder / name).read_bytes() for name in names}
        pinned = {
            name: hashlib.sha256(file).hexdigest()
            for name, file in server.files.items()
        }
        monkeypatch.setattr(_physionet, "read_pinned", lambda _: pinned)
        return server.url

    return serve


def test_the_bunch_is_the_readers(serve, write_record, tmp_path, home):
    write_record("100")
    url = serve(tmp_path, ["100.hea", "100.dat", "100.atr"])
    fetched = fetch_mitbih(records=["100"], base_url=url)
    read = read_mitbih(tmp_path, records=["100"])
    np.testing.assert_array_equal(fetched.data, read.data)
    assert fetched.sha256 == read.sha256
    folder = fetch_mitbih(records=["100"], download_if_missing=False, return_path=True)
    assert folder == home / "mitdb-1.0.0"
    np.testing.assert_array_equal(
        read_mitbih(folder, records=["100"], beats="centered").data,
        read_mitbih(tmp_path, records=["100"], beats="centered").data,
    )


def test_a_broken_download_is_no_database(serve, server, write_record, tmp_path, home):
    write_record("100")
    url = serve(tmp_path, ["100.hea", "100.dat", "100.atr"])
    server.faults["100.dat"] = [Fault(drop_after=0)] * 9
    with pytest.raises(DownloadError, match=r"100\.dat could not be downloaded"):
        fetch_mitbih(records=["100"], base_url=url)
    assert not (home / "mitdb-1.0.0" / "100.dat").exists()
    with pytest.raises(DataFileNotFoundError, match=r"100\.dat for one"):
        fetch_mitbih(records=["100"], download_if_missing=False)


@pytest.mark.parametrize("fetch", [fetch_ludb, fetch_mitbih, fetch_ptb])
def test_nothing_there_and_nothing_to_be_loaded(fetch, home):
    with pytest.raises(FileNotFoundError, match=r"https://physionet\.org/files/"):
        fetch(download_if_missing=False)
    assert not home.exists()


@pytest.mark.parametrize(
    ("fetch", "records"),
    [
        (fetch_mitbih, ["999"]),
        (fetch_ludb, ["201"]),
        (fetch_ludb, []),
        (fetch_ludb, ["1", "1"]),
        (fetch_ptb, ["s0010_re"]),
        (fetch_ptb, ["patient001/../../etc"]),
        (fetch_ptb, []),
        (fetch_ptb, ["patient001/s0010_re"] * 2),
    ],
)
def test_records_that_cannot_be(fetch, records):
    with pytest.raises(ValueError, match="records"):
        fetch(records=records)


@pytest.mark.parametrize("fetch", [fetch_ludb, fetch_mitbih, fetch_ptb])
def test_records_is_a_list(fetch):
    with pytest.raises(TypeError, match=r"records must be a list .* \['1'\]\?"):
        fetch(records="1")


def _serve_real(server, folder, names):
    if not folder.is_dir():
        pytest.skip(f"needs the database in {folder}")
    server.files = {name: (folder / name).read_bytes() for name in names}
    return server.url


def test_real_mitbih_files_are_the_pinned_ones(server, mitdb):
    names = ["100.hea", "100.dat", "100.atr"]
    url = _serve_real(server, mitdb, names)
    server.faults["100.dat"] = [Fault(drop_after=1_000_000)]
    bunch = fetch_mitbih(records=["100"], base_url=url)
    assert bunch.sha256 == read_mitbih(mitdb, records=["100"]).sha256
    assert server.ranges("100.dat") == ["", "bytes=1000000-"]


def test_real_ptb_files_are_the_pinned_ones(server, shared_data, home):
    folder = shared_data / "ptbdb"
    names = [f"patient001/s0010_re.{ending}" for ending in ("hea", "dat", "xyz")]
    url = _serve_real(server, folder, names)
    bunch = fetch_ptb(records=["patient001/s0010_re"], base_url=url)
    assert bunch.data.shape == (1, 12, 10_000)
    assert bunch.target.tolist() == ["infarction"]
    # All of a server with three files: its list is loaded, and checked.
    told = "".join(
        f"{hashlib.sha256(server.files[name]).hexdigest()}  {name}\n" for name in names
    )
    server.files["SHA256SUMS.txt"] = told.encode()
    assert fetch_ptb(base_url=url).record.tolist() == ["patient001/s0010_re"]
    assert (home / "ptbdb-1.0.0" / "SHA256SUMS.txt").read_text() == told


def test_real_ludb_files_are_the_pinned_ones(server, shared_data):
    folder = shared_data / "ludb"
    leads = [lead.lower() for lead in STANDARD_LEADS]
    names = [
        f"data/{record}.{ending}"
        for record in (2, 150)
        for ending in ("hea", "dat", *leads)
    ]
    url = _serve_real(server, folder, names)
    bunch = fetch_ludb(records=["2", "150"], base_url=url)
    assert bunch.data.shape == (2, 12, 5000)
    assert bunch.for_tuning.tolist() == [True, False]
