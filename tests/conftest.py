"""Fixtures for the whole suite."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than five seconds")


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
