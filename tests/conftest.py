"""Fixtures for the whole suite."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples at every run, so that a change is what makes a test fail. To search
# further: HYPOTHESIS_PROFILE=default.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than five seconds")


def pytest_terminal_summary(terminalreporter):
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
