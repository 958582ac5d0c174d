"""What the labelling page is answered, without a browser."""

import httpx
import pytest

from labelled_folder import folder_of_pictures
from pages import served
from skecg.apps.web._label_page import LabelPage
from skecg.labelling import LabelSession, Suggestion


class Failing:
    source = "model"

    def __call__(self, item):
        raise RuntimeError("sizes differ")


def certain(item):
    return Suggestion("rule", "Normal", 0.9, item.name)


@pytest.fixture
def session(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans", 2)
    return LabelSession(folder, "anna", ["Normal", "Abnormal"])


@pytest.fixture
def client(session):
    page = LabelPage(session, [Failing(), certain]).page()
    headers = {"X-Skecg-Token": page.token}
    with served(page.guarded) as port:
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, headers=headers) as client:
            yield client


def test_a_model_that_fails_hides_no_other_suggestion(client):
    first, second = client.get("/api/items/0/suggestions").json()
    assert (first["source"], first["label"], first["confidence"]) == ("model", "", None)
    assert "sizes differ" in first["reason"]
    assert (second["label"], second["confidence"]) == ("Normal", 0.9)


def test_nothing_is_said_of_a_link_that_leads_out_of_the_folder(
    client, session, tmp_path
):
    path = session.items[0].path
    path.rename(tmp_path / "elsewhere.png")
    path.symlink_to(tmp_path / "elsewhere.png")
    answer = client.get("/api/items/0/suggestions")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text
