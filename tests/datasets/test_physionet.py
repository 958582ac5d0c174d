import errno
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from file_server import Fault, FileServer
from skecg.datasets import _cache, _download, _physionet
from skecg.datasets._cache import data_folder, only_one
from skecg.datasets._physionet import Database, fill_cache
from skecg.exceptions import DataFileNotFoundError, DownloadError

FILES = {f"p{k}/{k}.dat": bytes([k]) * 5000 for k in range(1, 6)}
DATABASE = Database(
    name="toydb",
    version="1.0.0",
    pattern=r"p\d/\d\.dat",
    files_of=lambda record: [f"{record}.dat"],
    all_pinned=False,
)


def sums_of(files):
    return {name: hashlib.sha256(file).hexdigest() for name, file in files.items()}


def as_list(sums):
    return "".join(f"{digest} {name}\n" for name, digest in sums.items()).encode()


@pytest.fixture(autouse=True)
def pinned(monkeypatch):
    """Pin the checksums of the first file; return all that are pinned."""
    pinned = {"p1/1.dat": sums_of(FILES)["p1/1.dat"]}
    monkeypatch.setattr(_physionet, "read_pinned", lambda _: pinned)
    monkeypatch.setattr(_download, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")
    return pinned


@pytest.fixture
def server():
    more = {"p1/1.txt": b"not wanted", "../up.dat": b"never"}
    told = as_list(sums_of(FILES | more))
    with FileServer(FILES | more | {"SHA256SUMS.txt": told}) as server:
        yield server


@pytest.fixture
def fill(server, tmp_path):
    def fill(records=None, *, download_if_missing=True, base_url=None):
        return fill_cache(
            DATABASE,
            records,
            data_home=tmp_path / "home",
            base_url=base_url or server.url,
            download_if_missing=download_if_missing,
        )

    return fill


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home" / "toydb-1.0.0"


def files_in(folder):
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in (".lock", "SHA256SUMS.txt")
    }


def test_what_is_wanted_comes_and_nothing_else(fill, folder, tmp_path):
    assert fill() == folder
    assert files_in(folder) == FILES
    assert not (tmp_path / "home" / "up.dat").exists()


def test_nothing_is_said_where_no_terminal_is(fill, capfd):
    fill()
    assert capfd.readouterr() == ("", "")


def test_what_is_there_is_not_loaded_again(fill, server):
    folder = fill()
    (folder / ".lock").unlink()
    server.requests.clear()
    fill()
    assert server.requests == []
    assert not (folder / ".lock").exists()  # a folder that is full may be read-only


def test_pinned_files_need_no_list(fill, server):
    folder = fill(["p1/1"])
    assert server.requests == [("p1/1.dat", "")]
    assert list(files_in(folder)) == ["p1/1.dat"]


def test_a_damaged_file_is_loaded_again(fill, server):
    folder = fill()
    for broken in (FILES["p2/2.dat"][:-1], b"\x09" * 5000):
        (folder / "p2/2.dat").write_bytes(broken)
        server.requests.clear()
        fill()
        assert server.requests == [("p2/2.dat", "")]
        assert files_in(folder) == FILES


def test_one_bad_file_is_named_and_never_used(fill, server, folder):
    server.faults["p3/3.dat"] = [Fault(body=b"x" * 5000)] * 2
    with pytest.raises(DownloadError, match=r"p3/3\.dat is not the file"):
        fill()
    there = files_in(folder)
    assert there.items() <= FILES.items()
    assert "p3/3.dat" not in there
    fill()
    assert files_in(folder) == FILES


def test_without_download_what_is_missing_is_told(fill, server, folder):
    with pytest.raises(DataFileNotFoundError, match=r"SHA256SUMS\.txt for one") as got:
        fill(download_if_missing=False)
    for said in ("toydb-1.0.0", server.url, "SKECG_DATA", "download_if_missing"):
        assert said in str(got.value)
    assert server.requests == []
    assert not folder.exists()
    fill()
    (folder / "p4/4.dat").write_bytes(b"damaged")
    server.requests.clear()
    with pytest.raises(FileNotFoundError, match=r"1 files .* p4/4\.dat for one"):
        fill(download_if_missing=False)
    assert fill(["p1/1"], download_if_missing=False) == folder
    assert server.requests == []


def test_a_list_that_contradicts_the_package_is_refused(fill, server, folder):
    other = sums_of(FILES) | {"p1/1.dat": "0" * 64}
    server.files["SHA256SUMS.txt"] = as_list(other)
    with pytest.raises(DownloadError, match=r"another checksum for p1/1\.dat"):
        fill()
    server.files["SHA256SUMS.txt"] = as_list({"index.html": "0" * 64})
    with pytest.raises(DownloadError, match="names no file that this package knows"):
        fill()
    assert files_in(folder) == {}
    assert not (folder / "SHA256SUMS.txt").exists()


@pytest.mark.parametrize("keep", [0, 30, -1])
def test_a_cut_list_is_refused(fill, server, folder, keep):
    server.files["SHA256SUMS.txt"] = server.files["SHA256SUMS.txt"][:keep]
    with pytest.raises(DownloadError, match="no whole list"):
        fill()
    assert files_in(folder) == {}


def test_a_list_that_is_a_page_is_refused(fill, server):
    server.files["SHA256SUMS.txt"] = b"<html>Please log in</html>\n"
    with pytest.raises(DownloadError, match=r"SHA256SUMS\.txt is no whole list"):
        fill()


def test_another_server_may_know_more_records(fill, server, folder):
    whole = server.files["SHA256SUMS.txt"]
    two = {name: FILES[name] for name in ("p1/1.dat", "p2/2.dat")}
    server.files["SHA256SUMS.txt"] = as_list(sums_of(two))
    fill()
    assert files_in(folder) == two
    server.files["SHA256SUMS.txt"] = whole
    fill(["p3/3"])
    assert "p3/3.dat" in files_in(folder)


def test_a_record_that_the_list_does_not_name(fill):
    with pytest.raises(ValueError, match=r"p9/9\.dat is not among the files of toydb"):
        fill(["p1/1", "p9/9"])


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "file:///etc", "physionet.org", "http://"]
)
def test_only_web_addresses_are_opened(fill, url):
    with pytest.raises(ValueError, match="base_url must begin with http"):
        fill(base_url=url)


def test_a_full_disk_is_told_and_nothing_half_is_used(fill, folder, monkeypatch):
    opened = Path.open

    def full(path, mode="r", **options):
        if path.name == "2.dat.part" and mode != "rb":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return opened(path, mode, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match=r"No space left on device\. Mend this") as got:
        fill()
    assert got.value.errno == errno.ENOSPC
    assert not isinstance(got.value, DownloadError)
    monkeypatch.undo()
    assert "p2/2.dat" not in files_in(folder)
    assert files_in(folder).items() <= FILES.items()


def test_a_folder_that_cannot_be_made_is_told(fill, tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(OSError, match=r"Mend this, or choose another folder .*home"):
        fill()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_folder_without_permission_is_told(fill, tmp_path):
    (tmp_path / "home").mkdir(mode=0o500)
    with pytest.raises(PermissionError, match="Mend this, or choose another folder"):
        fill()


def test_an_error_keeps_its_kind(tmp_path):
    with (
        pytest.raises(PermissionError, match=r"Permission denied. Mend .*p/1"),
        _download.disk_errors(tmp_path / "p/1"),
    ):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_threads_load_each_file_once(fill, server, folder):
    server.faults = {name: [Fault(pause=0.02)] for name in FILES}
    threads = [threading.Thread(target=fill) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for name, _ in server.requests) == sorted(
        [*FILES, "SHA256SUMS.txt"]
    )
    assert files_in(folder) == FILES


def test_without_locks_two_load_into_files_of_their_own(
    fill, server, folder, monkeypatch
):
    def refuse(_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(_cache, "lock", refuse)
    server.faults = {name: [Fault(pause=0.02)] * 2 for name in FILES}
    threads = [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files_in(folder) == FILES
    assert {len(server.ranges(name)) for name in FILES} <= {1, 2}


LOCKING = """
import sys, time
from pathlib import Path
from skecg.datasets._cache import only_one
with only_one(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_another_process_is_waited_for_and_a_dead_one_is_not(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKING, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    entered = threading.Event()

    def enter():
        with only_one(tmp_path):
            entered.set()

    try:
        assert process.stdout.readline() == "locked\n"
        threading.Thread(target=enter, daemon=True).start()
        assert not entered.wait(0.3)
    finally:
        process.kill()
        process.communicate()
    assert entered.wait(5)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_folder_is_told_or_the_users_own(monkeypatch, tmp_path, platform):
    monkeypatch.setattr(_cache.sys, "platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SKECG_DATA", raising=False)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    parts = {"linux": ".cache", "darwin": "Library/Caches", "win32": "AppData/Local"}
    assert data_folder() == tmp_path / parts[platform] / "skecg"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    named = {"linux": tmp_path / "xdg", "win32": tmp_path / "local"}
    if platform in named:
        assert data_folder() == named[platform] / "skecg"
    monkeypatch.setenv("SKECG_DATA", "~/ecg")
    assert data_folder() == tmp_path / "ecg"
    assert data_folder(tmp_path / "given") == tmp_path / "given"
