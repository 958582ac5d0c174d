"""Fixtures for the whole suite."""

import os
import re
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

import browsers

# The same examples at every run, so that a change is what makes a test fail. To search
# further: HYPOTHESIS_PROFILE=default.
# A machine that does other work too is no mistake, so there is no deadline.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than five seconds")
    # A shell lets what runs behind it ignore Ctrl+C, and so would every command that a
    # test starts, and stops by it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Say how many checks each estimator had and, last of all, what was not tested."""
    _tell_checks(terminalreporter)
    yield
    _tell_skipped_pages(terminalreporter)


def _tell_skipped_pages(terminalreporter):
    """Say in the last lines which tests a browser would have run."""
    skipped = [
        report
        for report in terminalreporter.getreports("skipped")
        if browsers.SKIPPED in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(
            f"NOT TESTED: {len(skipped)} tests of pages in a real browser; each "
            f"{browsers.SKIPPED}",
            yellow=True,
        )


def _tell_checks(terminalreporter):
    """Say how many checks each estimator had: an empty pass shows."""
    counts = Counter()
    for outcome in ("passed", "failed", "xfailed", "xpassed"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call" and "::test_" in report.nodeid:
                counts.update(_checked_estimator(report.nodeid))
    if counts:
        terminalreporter.section("checks per estimator")
        for (estimator, battery), count in sorted(counts.items()):
            terminalreporter.write_line(f"{count:4} {battery:8} {estimator}")


def _checked_estimator(nodeid):
    """Return the estimator and the battery of a test, in a list; else nothing."""
    match = re.search(r"test_common\.py::test_sklearn_check\[(.*)-check_", nodeid)
    if match:
        return [(re.sub(r"\s+", "", match[1]), "sklearn")]
    match = re.search(r"test_contract\.py::\w+\[.*?([A-Z]\w+\(.*\))\]?", nodeid)
    return [(match[1], "contract")] if match else []


@pytest.fixture(scope="session")
def shared_data():
    """The folder of whole databases: SKECG_TEST_DATA, or ../shared/data."""
    told = os.environ.get("SKECG_TEST_DATA")
    folder = Path(told) if told else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if told:
            pytest.fail(f"SKECG_TEST_DATA names a folder that does not exist: {folder}")
        pytest.skip(f"needs whole databases in {folder} (or set SKECG_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def mitdb(shared_data):
    """The folder of the MIT-BIH Arrhythmia Database."""
    folder = shared_data / "mitdb"
    if not folder.is_dir():
        pytest.skip(f"needs the MIT-BIH Arrhythmia Database in {folder}")
    return folder


@pytest.fixture(scope="session")
def chromium():
    """Start a real browser, once; skip, or fail where one is required, without."""
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture
def browser_page(chromium):
    """Open an empty tab; what goes wrong in its console fails the test."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def serve():
    """Return what starts a command of skecg that serves a page, and ends it."""
    started = []

    def start(*arguments):
        started.append(browsers.Server(*arguments))
        return started[-1]

    yield start
    for server in started:
        server.stop()
