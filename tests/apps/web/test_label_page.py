"""Labelling in a real browser, with a server that is killed and started again."""

import json
import re

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from labelled_folder import folder_of_pictures
from skecg.labelling import LabelStore

pytestmark = pytest.mark.slow

CLASSES = ("--classes", "Normal,Abnormal,Skewed")


@pytest.fixture
def folder(tmp_path):
    return folder_of_pictures(tmp_path / "scans", 4)


@pytest.fixture
def server(serve, folder):
    return serve("label", folder, *CLASSES, "--annotator", "anna")


def at(page, place):
    """Wait until the page shows a file, and its picture."""
    expect(page.locator("#name")).to_have_text(f"{place:02}.png")
    expect(page.locator("#picture")).to_be_visible()


def opened(page, server, place=0):
    page.goto(server.address)
    at(page, place)
    return page


def told(folder, who="anna"):
    decisions = LabelStore(folder / "labels.jsonl").decisions(who)
    return {name: one.label or one.action for name, one in decisions.items()}


def lines(folder):
    content = (folder / "labels.jsonl").read_text()
    return [json.loads(line) for line in content.splitlines()]


def test_keys_label_undo_skip_and_the_end(server, browser_page, folder):
    page = opened(browser_page, server)
    assert page.url == f"{server.base}/"  # the key is out of sight
    page.keyboard.press("2")
    at(page, 1)
    assert told(folder) == {"00.png": "Abnormal"}
    page.keyboard.press("u")
    at(page, 0)
    assert told(folder) == {}
    page.keyboard.press("n")  # the first letter of Normal
    at(page, 1)
    page.keyboard.press("s")
    at(page, 2)
    page.keyboard.press("?")
    at(page, 3)
    page.keyboard.press("3")
    at(page, 1)  # what was skipped comes at the end
    expect(page.locator("#decision")).to_contain_text("Skipped")
    page.keyboard.press("1")
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("#counts")).to_have_text(
        "3 labelled, 1 unsure, 0 skipped, 0 left of 4"
    )
    assert told(folder) == {
        "00.png": "Normal",
        "01.png": "Normal",
        "02.png": "unsure",
        "03.png": "Skewed",
    }
    page.keyboard.press("u")
    at(page, 1)
    assert told(folder)["01.png"] == "skip"


def test_buttons_arrows_and_reload(server, browser_page, folder):
    page = opened(browser_page, server)
    page.get_by_role("button", name="Abnormal").click()
    at(page, 1)
    page.keyboard.press("ArrowLeft")
    at(page, 0)
    expect(page.get_by_role("button", name="Abnormal")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.reload()
    at(page, 1)
    expect(page.locator("#counts")).to_contain_text("1 labelled")
    page.keyboard.press("Tab")  # keyboard alone: the first button has the focus
    assert page.locator(":focus").get_attribute("id") == "back"


def test_a_key_held_down_labels_once(server, browser_page, folder):
    page = opened(browser_page, server)
    page.keyboard.down("1")
    for _ in range(5):
        page.keyboard.down("1")  # as the keyboard repeats it
    page.keyboard.up("1")
    at(page, 1)
    assert told(folder) == {"00.png": "Normal"}


def test_suggestions_are_hidden_until_asked_for(serve, browser_page, tmp_path):
    folder = tmp_path / "shades"
    folder.mkdir()
    for number in range(8):
        shade = np.full((40, 60), 200 if number % 2 else 60, dtype=np.uint8)
        shade[::7] -= number
        Image.fromarray(shade).save(folder / f"{number:02}.png")
    server = serve("label", folder, "--classes", "Normal,Abnormal")
    page = opened(browser_page, server)
    for place in range(7):
        expect(page.locator("#suggestions")).to_be_hidden()
        page.keyboard.press("1" if place % 2 else "2")
        at(page, place + 1)
    page.keyboard.press("h")
    expect(page.locator("#suggestions")).to_contain_text(
        "rule of thumb: Normal", timeout=60_000
    )
    page.keyboard.press("h")
    expect(page.locator("#suggestions")).to_be_hidden()


def test_models_speak_of_their_kind_of_file_when_asked(
    serve, browser_page, record, record_model, picture_model
):
    folder = record[0].parent
    Image.fromarray(np.full((40, 60), 60, dtype=np.uint8)).save(folder / "a.png")
    models = ("--model", record_model, "--model", picture_model)
    server = serve("label", folder, *CLASSES, *models)
    page, told = browser_page, browser_page.locator("#suggestions")
    page.goto(server.address)
    expect(page.locator("#name")).to_have_text("a.png")
    expect(page.locator("#picture")).to_be_visible()
    expect(told).to_be_hidden()
    page.keyboard.press("h")
    expect(told).to_contain_text("This model is for records", timeout=60_000)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#name")).to_have_text("r1.hea")
    expect(page.locator("#picture")).to_be_visible()
    expect(told).to_be_hidden()  # a new file: nothing is said before it is asked for
    page.keyboard.press("h")
    expect(told).to_contain_text(re.compile(r"model: [NV], \d+ % \(\d+ beats: "))
    expect(told).to_contain_text("This model is for pictures")


def test_two_tabs_do_not_overwrite_each_other_unseen(server, browser_page, folder):
    page = opened(browser_page, server)
    other = browser_page.context.new_page()
    opened(other, server)
    page.keyboard.press("1")
    at(page, 1)
    other.keyboard.press("2")
    expect(other.locator("#message")).to_contain_text("Meanwhile, in another window")
    expect(other.locator("#decision")).to_contain_text("Labelled Normal")
    assert told(folder) == {"00.png": "Normal"}
    other.keyboard.press("2")  # now it has been seen
    at(other, 1)
    assert told(folder) == {"00.png": "Abnormal"}


def test_kill_9_loses_nothing_and_the_page_does_not_move_on(
    server, browser_page, folder
):
    page = opened(browser_page, server)
    page.keyboard.press("1")
    at(page, 1)
    server.kill()
    page.keyboard.press("2")
    expect(page.locator("#message")).to_contain_text("Not saved yet")
    at(page, 1)
    assert told(folder) == {"00.png": "Normal"}
    server.start()
    opened(page, server, 1)
    page.keyboard.press("2")
    at(page, 2)
    assert told(folder) == {"00.png": "Normal", "01.png": "Abnormal"}
    assert len(lines(folder)) == 3


def test_a_server_that_comes_back_at_its_place_has_another_key(
    serve, browser_page, folder
):
    first = serve("label", folder, *CLASSES)
    second = serve("label", folder, "--port", first.port + 1)
    second.kill()
    page = opened(browser_page, first)
    page.keyboard.press("1")
    at(page, 1)
    first.kill()
    again = serve("label", folder, "--port", first.port)
    page.keyboard.press("2")
    expect(page.locator("#message")).to_contain_text("Open the address")
    page.goto(again.address)  # nothing but what is behind the hash is new
    at(page, 1)


def test_a_torn_line_is_set_aside_when_it_is_started_again(
    server, browser_page, folder
):
    opened(browser_page, server).keyboard.press("1")
    at(browser_page, 1)
    server.kill()
    path = folder / "labels.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id": "torn", "fil')
    server.start()
    opened(browser_page, server, 1)
    assert (folder / "labels.jsonl.torn").read_bytes() == b'{"id": "torn", "fil\n'


def test_names_are_text_and_what_cannot_be_shown_is_told(serve, browser_page, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    name = "<img src=x onerror=alert(1)>.png"
    (folder / name).write_bytes(b"torn")
    server = serve("label", folder, *CLASSES)
    dialogs = []
    browser_page.on("dialog", lambda dialog: dialogs.append(dialog.accept()))
    browser_page.goto(server.address)
    expect(browser_page.locator("#name")).to_have_text(name)
    expect(browser_page.locator("#sheet")).to_contain_text("This cannot be shown")
    browser_page.keyboard.press("1")
    expect(browser_page.locator("#message")).to_contain_text("gets no class")
    assert told(folder) == {}  # the file of labels is there: the classes are in it
    browser_page.keyboard.press("s")
    expect(browser_page.locator("#counts")).to_contain_text("1 skipped")
    assert dialogs == []


@pytest.mark.parametrize("shape", [(400, 2000), (1300, 2100), (2000, 400)])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_part_of_a_picture_is_cut_off(server, chromium, folder, shape, width):
    pixels = np.full(shape, 200, dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "00.png")
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = opened(context.new_page(), server)
    sheet, seen = (page.locator(one).bounding_box() for one in ("#sheet", "#picture"))
    assert seen["y"] + seen["height"] <= sheet["y"] + sheet["height"] + 1
    assert seen["x"] + seen["width"] <= sheet["x"] + sheet["width"] + 1
    page.keyboard.press("z")
    assert page.locator("#picture").bounding_box()["height"] == shape[0]
    context.close()


def test_a_record_is_paged_through(serve, browser_page, record):
    server = serve("label", record[0].parent, *CLASSES, "--annotator", "anna")
    page, when = browser_page, browser_page.locator("#when")
    page.goto(server.address)
    expect(when).to_have_text("0 to 10 s of 30 s")
    expect(page.locator("#earlier")).to_be_disabled()
    page.keyboard.press(".")
    expect(when).to_have_text("10 to 20 s of 30 s")
    page.locator("#later").click()
    expect(when).to_have_text("20 to 30 s of 30 s")
    expect(page.locator("#later")).to_be_disabled()
    page.keyboard.press(".")
    page.keyboard.press(",")
    expect(when).to_have_text("10 to 20 s of 30 s")
    expect(page.locator("#picture")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#done")).to_be_visible()
    assert told(record[0].parent) == {"r1.hea": "Normal"}
    answer = httpx.get(
        f"{server.base}/api/items/0/picture?start=nan",
        headers={"X-Skecg-Token": server.token},
    )
    assert answer.status_code == 400


def test_a_phone_shows_it_all(server, chromium):
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark"
    )
    page = opened(context.new_page(), server)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    box = page.get_by_role("button", name="Skewed").bounding_box()
    assert box["y"] + box["height"] <= 740  # no scrolling to label
    context.close()


@pytest.fixture
def client(server):
    headers = {"X-Skecg-Token": server.token}
    with httpx.Client(base_url=server.base, headers=headers, timeout=30) as client:
        yield client


def decision(client, **changed):
    item = client.get("/api/items/0").json()
    return {
        "place": 0,
        "sha256": item["sha256"],
        "seen": "",
        "action": "label",
        "label": "Normal",
        "entry": "e1",
    } | changed


def test_hostile_requests_change_nothing(server, client, folder):
    before = (folder / "labels.jsonl").read_bytes()
    good = decision(client)
    for bad, status in [
        (good | {"place": -1}, 404),
        (good | {"place": 99}, 404),
        (good | {"place": 10**30}, 404),
        (good | {"label": "../../etc"}, 422),
        (good | {"action": "delete"}, 422),
        (good | {"sha256": "0"}, 409),
        (good | {"seen": "x"}, 409),
        (good | {"entry": ""}, 400),
        (good | {"entry": "x" * 65}, 400),
        (good | {"annotator": "ben"}, 400),
    ]:
        assert client.post("/api/decide", json=bad).status_code == status, bad
    for headers in ({"Origin": "http://evil.example"}, {"X-Skecg-Token": "x"}):
        answer = client.post("/api/decide", json=good, headers=headers)
        assert answer.status_code in (401, 403)
    for path in ("-1", "99", "0/../../../labels.jsonl", "%2e%2e/labels.jsonl", "x"):
        assert client.get(f"/api/items/{path}").status_code == 404
    assert (folder / "labels.jsonl").read_bytes() == before
    for _ in range(2):  # sent again, it is written once
        assert client.post("/api/decide", json=good).status_code == 200
    assert len(lines(folder)) == 2


def test_a_file_that_became_a_link_out_of_the_folder_is_not_shown(
    client, folder, tmp_path
):
    outside = folder_of_pictures(tmp_path / "outside", 1)
    (folder / "00.png").unlink()
    (folder / "00.png").symlink_to(outside / "00.png")
    answer = client.get("/api/items/0/picture")
    assert answer.status_code == 422
    assert "leads out of" in answer.json()["error"]
    assert client.get("/api/items/0").json()["sha256"] == ""


def test_ctrl_c_ends_it_with_a_summary(server, client):
    assert client.post("/api/decide", json=decision(client)).status_code == 200
    client.close()
    assert server.stop() == 0
    assert "1 labelled, 0 unsure, 0 skipped of 4" in "".join(server.lines)
