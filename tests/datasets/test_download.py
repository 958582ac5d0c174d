import hashlib
import subprocess
import sys
import time

import pytest

from file_server import Fault, FileServer
from skecg.datasets import _download
from skecg.datasets._download import download, download_text
from skecg.exceptions import DownloadError

CONTENT = bytes(range(256)) * 400  # 102,400 bytes
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(_download, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server():
    with FileServer({"100.dat": CONTENT}) as server:
        yield server


@pytest.fixture
def fetch(server, tmp_path):
    """Download the file and return where it is."""

    def fetch(name="100.dat"):
        path = tmp_path / name
        part = tmp_path / f"{name}.part"
        download(f"{server.url}/{name}", path, sha256=SHA256, part=part)
        assert path.read_bytes() == CONTENT
        assert [file.name for file in tmp_path.iterdir()] == [name]
        return path

    return fetch


def test_a_file_comes_whole(server, fetch):
    fetch()
    assert server.requests == [("100.dat", "")]


def test_a_dropped_connection_is_taken_up_where_it_broke(server, fetch):
    server.faults["100.dat"] = [Fault(drop_after=30_000), Fault(drop_after=50_000)]
    fetch()
    assert server.ranges("100.dat") == ["", "bytes=30000-", "bytes=80000-"]


def test_progress_gives_new_tries(server, fetch):
    # Ten breaks, and something new each time: more than TRIES in all.
    server.faults["100.dat"] = [Fault(drop_after=10_000)] * 10
    fetch()
    assert len(server.requests) == 11


def test_a_server_that_cannot_resume_sends_all_again(server, fetch):
    server.faults["100.dat"] = [Fault(drop_after=30_000), Fault(ignore_range=True)]
    fetch()
    assert server.ranges("100.dat") == ["", "bytes=30000-"]


def test_another_part_than_asked_for_is_not_appended(server, fetch):
    shifted = Fault(shift_range=5)
    server.faults["100.dat"] = [
        *(Fault(drop_after=30_000), shifted, Fault(drop_after=60_000), shifted)
    ]
    fetch()
    asked = server.ranges("100.dat")
    assert asked == ["", "bytes=30000-", "", "bytes=60000-", ""]


def test_a_part_that_is_too_long_is_given_up(server, fetch, tmp_path):
    (tmp_path / "100.dat.part").write_bytes(CONTENT + b"more")
    fetch()
    assert server.ranges("100.dat") == [f"bytes={len(CONTENT) + 4}-", ""]


def test_a_part_of_another_file_is_given_up(server, fetch, tmp_path):
    (tmp_path / "100.dat.part").write_bytes(b"x" * 500)
    fetch()
    assert server.ranges("100.dat") == ["bytes=500-", ""]


def test_a_whole_part_needs_no_server(server, fetch, tmp_path):
    (tmp_path / "100.dat.part").write_bytes(CONTENT)
    fetch()
    assert server.requests == []


def test_the_end_is_not_taken_from_the_connection(server, fetch):
    # Without a length a broken connection looks like the end: the checksum tells.
    server.faults["100.dat"] = [Fault(drop_after=30_000, tell_length=False)]
    fetch()
    assert server.ranges("100.dat") == ["", ""]


def test_wrong_bytes_never_get_the_name(server, tmp_path):
    server.faults["100.dat"] = [Fault(body=CONTENT[:-1] + b"x")] * 2
    path, part = tmp_path / "100.dat", tmp_path / "100.dat.part"
    with pytest.raises(DownloadError, match=rf"not the file .* published.*{SHA256}"):
        download(f"{server.url}/100.dat", path, sha256=SHA256, part=part)
    assert list(tmp_path.iterdir()) == []
    assert len(server.requests) == 2


def test_a_file_that_is_not_there_is_asked_for_once(server, tmp_path):
    with pytest.raises(DownloadError, match=r"/101\.dat cannot be had: HTTP 404"):
        download(
            f"{server.url}/101.dat",
            tmp_path / "101.dat",
            sha256=SHA256,
            part=tmp_path / "101.dat.part",
        )
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server, fetch, status):
    server.faults["100.dat"] = [Fault(status=status)] * (_download.TRIES - 1)
    fetch()
    assert len(server.requests) == _download.TRIES


def test_a_server_that_stays_busy_is_named(server, tmp_path):
    server.faults["100.dat"] = [Fault(status=503)] * 9
    with pytest.raises(DownloadError, match=r"100\.dat could not .* 4 tries .* 503"):
        download(
            f"{server.url}/100.dat",
            tmp_path / "100.dat",
            sha256=SHA256,
            part=tmp_path / "part",
        )
    assert len(server.requests) == _download.TRIES


def test_a_connection_that_breaks_at_one_place_ends(server, tmp_path):
    server.faults["100.dat"] = [Fault(drop_after=30_000, ignore_range=True)]
    server.lasting = True
    part = tmp_path / "100.dat.part"
    with pytest.raises(DownloadError, match="only 30000 of 102400 bytes came"):
        download(
            f"{server.url}/100.dat", tmp_path / "100.dat", sha256=SHA256, part=part
        )
    assert [file.name for file in tmp_path.iterdir()] == [part.name]


def test_pauses_grow_between_tries(server, fetch, monkeypatch):
    slept = []
    monkeypatch.setattr(_download, "PAUSE", 1.0)
    server.faults["100.dat"] = [Fault(status=503)] * 3
    monkeypatch.setattr(_download.time, "sleep", slept.append)
    fetch()
    assert [pause for pause in slept if pause] == [1.0, 2.0, 4.0]


def test_a_silent_server_is_left(server, fetch, monkeypatch):
    monkeypatch.setattr(_download, "TIMEOUT", 0.3)
    server.faults["100.dat"] = [Fault(silent=1.0)]
    fetch()
    assert len(server.requests) >= 2


def test_a_slow_server_is_waited_for(server, fetch, monkeypatch):
    # Slower in all than the time without a byte that is allowed.
    monkeypatch.setattr(_download, "TIMEOUT", 0.6)
    server.faults["100.dat"] = [Fault(pause=0.009)]
    fetch()
    assert len(server.requests) == 1


def test_no_network_is_told(server, tmp_path, monkeypatch):
    monkeypatch.setattr(_download, "TIMEOUT", 0.5)
    url = server.url
    server._http.server_close()
    with pytest.raises(DownloadError, match="Is there a network"):
        download(
            f"{url}/100.dat", tmp_path / "100.dat", sha256=SHA256, part=tmp_path / "p"
        )


def test_texts_come_whole_or_not_at_all(server):
    server.files["list"] = b"line\n" * 100
    server.faults["list"] = [Fault(drop_after=250), Fault(status=500)]
    assert download_text(f"{server.url}/list") == "line\n" * 100
    server.faults["list"] = [Fault(drop_after=250)] * _download.TRIES
    with pytest.raises(DownloadError, match="only 250 of 500 bytes"):
        download_text(f"{server.url}/list")
    server.faults["list"] = [Fault(tell_length=False)]
    with pytest.raises(DownloadError, match="comes without its length"):
        download_text(f"{server.url}/list")


SCRIPT = """
import sys
from pathlib import Path
from skecg.datasets._download import download
url, sha256, folder, most = sys.argv[1:]
folder = Path(folder)
if int(most):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
print("ready", flush=True)
try:
    download(url, folder / "100.dat", sha256=sha256, part=folder / "100.dat.part")
except OSError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def start(server, tmp_path):
    """Start a process of its own that downloads the file."""
    started = []

    def start(most=0):
        arguments = [f"{server.url}/100.dat", SHA256, str(tmp_path), str(most)]
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_killed_process_leaves_a_part_to_go_on_from(server, fetch, start, tmp_path):
    server.faults["100.dat"] = [Fault(pause=0.05)]  # five seconds in all
    process, part = start(), tmp_path / "100.dat.part"
    deadline = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    kept = part.stat().st_size
    assert 0 < kept < len(CONTENT)
    assert [file.name for file in tmp_path.iterdir()] == [part.name]
    fetch()
    assert server.ranges("100.dat") == ["", f"bytes={kept}-"]


def test_a_disk_that_takes_no_more_is_told(server, fetch, start, tmp_path):
    pytest.importorskip("resource", reason="the system sets no limits")
    told = start(most=65_536).stdout.read()  # communicate() would lose what is buffered
    assert "File too large. Mend this" in told
    assert "what has come is kept" in told
    part = tmp_path / "100.dat.part"
    assert part.read_bytes() == CONTENT[:65_536]
    assert [file.name for file in tmp_path.iterdir()] == [part.name]
    fetch()  # from a process without the limit
    assert server.ranges("100.dat") == ["", "bytes=65536-"]
