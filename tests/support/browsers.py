"""A headless Chromium where there is one, of playwright's or of the system."""

import shutil
from contextlib import contextmanager

import pytest


@contextmanager
def chromium():
    """Yield a browser, or skip the test with the reason."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    path = next(filter(None, found), None)
    with playwright.sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(
                executable_path=path, args=["--no-sandbox"]
            )
        except playwright.Error as error:
            pytest.skip(f"there is no Chromium to be started: {error}")
        try:
            yield browser
        finally:
            browser.close()
