"""Every console command of the README and of the guide runs as it stands.

In one folder that holds what the pages speak of, in the order of the pages. Training is
cut short, and pages are not opened in a browser. What ends by Ctrl+C alone is started,
asked for what it promises, and stopped so. `NOT_RUN` are the exceptions, each with its
reason. What commands print is compared in test_command_line.py.
"""

import json
import os
import re
import selectors
import shlex
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from labelled_data import record_folder
from skecg.apps.cli import main
from skecg.datasets import load_ecg_images

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *(
        path
        for path in sorted((ROOT / "docs").glob("*.rst"))
        if path.stem not in ("command_line", "sg_execution_times")  # see above
    ),
]
BLOCK = re.compile(
    r"^( *)\.\. code-block:: console\n\n((?:\1   .*\n|[ ]*\n)+)", re.MULTILINE
)
CELL = re.compile(r"^\| `(skecg [^`]+)`", re.MULTILINE)
MAKE = re.compile(r"^    (make .*)$", re.MULTILINE)
NOT_RUN = {
    "make demo": "makes an environment of gigabytes; `skecg demo` is run",
    "make test": "makes an environment, and runs this test again",
    "make docs": "makes an environment, and takes minutes",
    "pip install": "needs a network; that the extras are there is tested",
}
ENDLESS = ("label", "serve", "monitor")
LONG = {"demo": r"\[ *1/\d+\]"}  # trains for minutes, which test_demo.py shortens
SHORTER = {"train": ["--epochs", "1", "--size", "46x64"], "monitor": ["--no-browser"]}
SHORTER |= {"label": ["--no-browser"], "serve": ["--no-browser"]}
MODELS = (
    "train printouts -o printouts.skecg --epochs 1 --size 46x64",
    "train records -o beats.skecg --epochs 1",
)


def commands_in(path):
    """Return the commands of a page, each on one line and without its remark."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return CELL.findall(text) + [one.split("#")[0] for one in MAKE.findall(text)]
    found = []
    for _, block in BLOCK.findall(text):
        lines = block.replace("\\\n", " ").splitlines()
        found += [line.split("$ ", 1)[1] for line in lines if line.strip()[:2] == "$ "]
    return [" ".join(line.partition("  # ")[0].split()) for line in found]


COMMANDS = {path.name: commands_in(path) for path in PAGES}
EVERYTHING = sorted({one.strip() for page in COMMANDS.values() for one in page})


def is_not_run(command):
    return any(command.startswith(each) for each in NOT_RUN)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the pages speak of: scans, printouts, records and two models."""
    folder = tmp_path_factory.mktemp("console")
    classes = Path(load_ecg_images().paths[0]).parents[1]
    for name in ("printouts", "others", "scans"):
        shutil.copytree(classes, folder / name)
    record_folder(folder / "ward", ("102", "104"))  # of lead V5
    record_folder(folder / "mitdb", ("207",))
    record_folder(folder / "records")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in MODELS:
            result = CliRunner().invoke(main, line.split())
            assert result.exit_code == 0, result.output
    return folder


class Ward(BaseHTTPRequestHandler):
    """Takes events."""

    def do_POST(self):
        told = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(told))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Be silent."""


class Bed(socketserver.StreamRequestHandler):
    """Sends a signal that stops after ten seconds."""

    def handle(self):
        values = [0.0] * 5000  # flat: a heart that stands still
        self.wfile.write(json.dumps({"time": 0, "samples": values}).encode() + b"\n")
        self.server.over.wait()


@pytest.fixture
def places():
    """Servers in the place of those that a page names."""
    ward = HTTPServer(("127.0.0.1", 0), Ward)
    ward.got = []
    bed = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Bed)
    bed.over = threading.Event()
    for server in (ward, bed):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "tcp://ward:9000": f"tcp://127.0.0.1:{bed.server_address[1]}",
        "https://alarms.example/in": f"http://127.0.0.1:{ward.server_port}/in",
        "RECORD": "mitdb/207",
    }
    bed.over.set()
    for server in (ward, bed):
        server.shutdown()
        server.server_close()


def words_of(command, places):
    """Words behind "skecg", shortened, with places that there are."""
    words = [places.get(word, word) for word in shlex.split(command)[1:]]
    extra = SHORTER.get(words[0], [])
    return words + ([*extra, "--force"] if words[0] == "train" else extra)


def is_endless(words):
    is_record = any("mitdb" in word for word in words) and "--page" not in words
    return words[0] in ENDLESS and not is_record


def wait_until(done, process, seconds=60.0):
    until = time.monotonic() + seconds
    while not done():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.05)


def has_lines(path):
    return path.exists() and path.read_text().count("\n") > 0


@pytest.mark.slow
@pytest.mark.parametrize("command", [one for one in EVERYTHING if not is_not_run(one)])
def test_a_command_runs(command, folder, places, monkeypatch):
    monkeypatch.chdir(folder)
    words = words_of(command, places)
    if is_endless(words) or words[0] in LONG:
        run_until_stopped(words, folder)
        return
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    for option in ("-o", "--report", "--beats"):
        if option in words:
            assert (folder / words[words.index(option) + 1]).stat().st_size > 0


def run_until_stopped(words, folder):
    """Start a command, see that it does what it is for, and press Ctrl+C."""
    events = folder / "events.jsonl"
    events.unlink(missing_ok=True)
    call = [sys.executable, "-c", "from skecg.apps.cli import main; main()", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        call,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            see_it_work(words, events, process)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()  # else one that does not stop is waited for
        assert process.returncode == (1 if words[0] in LONG else 0), said


def see_it_work(words, events, process):
    """Wait until a command has done what it is for."""
    if "--jsonl" in words:
        wait_until(lambda: has_lines(events), process)
    elif words[0] in LONG:
        read_until(LONG[words[0]], process)
    else:
        address = read_until(r"http://127\.0\.0\.1:\S+", process)
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own
            assert "<html" in answer.read().decode()


def read_until(pattern, process):
    """Return what fits in a line of either stream."""
    with selectors.DefaultSelector() as waiting:
        for stream in (process.stdout, process.stderr):
            waiting.register(stream, selectors.EVENT_READ)
        said = ""
        while ready := waiting.select(timeout=60):
            for key, _ in ready:
                said += os.read(key.fd, 4096).decode()
            if found := re.search(rf"({pattern})\s", said):
                return found[1]
            assert process.poll() is None, said
    raise AssertionError(f"{pattern} was not printed: {said}")


def test_the_pages_have_commands():
    told = {one.split()[1] for one in EVERYTHING if one.startswith("skecg ")}
    expected = {"demo", "evaluate", "export", "label", "monitor", "screen", "serve"}
    assert told == expected | {"train"}
    assert all(one.split()[0] in ("make", "pip", "skecg") for one in EVERYTHING)


@pytest.mark.parametrize("command", [one for one in EVERYTHING if is_not_run(one)])
def test_what_a_command_that_is_not_run_asks_for_is_there(command):
    words = shlex.split(command)
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert f"\n{words[1]}:" in makefile
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = re.findall(r"\w+", words[2].partition("[")[2])
    assert words[2][0] == "."
    assert set(extras) <= project["project"]["optional-dependencies"].keys()
