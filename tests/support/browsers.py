"""A real browser, and skecg's own server in a process, for tests of pages.

Used through the fixtures `chromium` and `browser_page` of ``tests/conftest.py``.
Without a browser such tests are skipped, and the last lines of the run say so; with
SKECG_REQUIRE_BROWSER set they fail instead.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SKIPPED = "needs Chromium: apt install chromium"
REQUIRED = "SKECG_REQUIRE_BROWSER"
_CODE = "from skecg.apps.cli import main; main()"
_WAIT = 120  # seconds for a server to start: it may load torch


def find_browser() -> str:
    """Return where Chromium is; skip or fail where it is not."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, and there is no browser: {SKIPPED}")
    pytest.skip(SKIPPED)


@contextmanager
def chromium():
    """Yield Chromium without a window; skip or fail where there is none."""
    path = find_browser()
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=20_000)  # ms, on a machine that is busy
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    options = ["--no-sandbox"] if is_root else []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=options)
        try:
            yield browser
        finally:
            browser.close()


class Server:
    """A command of skecg that serves a page, in a process of its own."""

    def __init__(self, *arguments: object) -> None:
        self._call = [sys.executable, "-c", _CODE, *map(str, arguments)]
        self._call.append("--no-browser")
        self.lines: list[str] = []
        self.start()

    def start(self) -> None:
        """Start it, and wait for its address."""
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            self._call,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        timer = threading.Timer(_WAIT, self.process.kill)
        timer.start()
        self.address = self._read_address()
        timer.cancel()
        self._reader = threading.Thread(target=self._read_on, daemon=True)
        self._reader.start()

    def _read_address(self) -> str:
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                return found[0]
        pytest.fail(f"the server did not start: {''.join(self.lines)}")

    def _read_on(self) -> None:
        with self.process.stdout as output:
            self.lines.extend(output)

    @property
    def base(self) -> str:
        """The address without the key."""
        return self.address.partition("/#")[0]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.base.rpartition(":")[2])

    @property
    def token(self) -> str:
        """The key of this run."""
        return self.address.partition("#")[2]

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join()

    def stop(self) -> int:
        """End it as Ctrl+C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._reader.join(5)
