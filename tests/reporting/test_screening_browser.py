"""The page in a real browser: sort, filter and search, by mouse and by keyboard."""

import numpy as np
import pytest
from PIL import Image

from screened_files import Brightness
from skecg.reporting import write_screening_report
from skecg.screening import screen

SHADES = {"b10": 0, "b9": 60, "grey": 120, "light": 200, "white": 255}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    for name, shade in SHADES.items():
        picture = np.full((40, 60), shade, dtype=np.uint8)
        Image.fromarray(picture).save(folder / f"{name}.png")
    (folder / "<img src=x onerror=document.title='taken'>.png").write_bytes(b"")
    files = sorted(folder.glob("*.png"))
    result = screen(
        Brightness(), files, folder / "o.csv", refer_below=0.6, urgency=["light"]
    )
    page = write_screening_report(result, folder / "o.html", title="Shades")
    return page.as_uri()


@pytest.fixture(params=[1100, 390], ids=["desk", "phone"])
def page(chromium, address, request):
    page = chromium.new_page(viewport={"width": request.param, "height": 800})
    faults, asked = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda one: asked.append(one.url))
    page.goto(address)
    yield page
    assert faults == []
    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
    page.close()


def names(page):
    return page.locator(".file:not([hidden]) h3").all_text_contents()


def wait_for(page, n_files):
    from playwright.sync_api import expect

    expect(page.locator(".file:not([hidden])")).to_have_count(n_files)


def known(page):
    return [name for name in names(page) if not name.startswith("<")]


def test_urgency_confidence_and_name_are_orders(page):
    order = page.get_by_label("Sort by")
    assert known(page) == ["white.png", "light.png", "grey.png", "b10.png", "b9.png"]
    order.select_option("confidence, lowest first")
    assert known(page)[0] == "grey.png"
    assert names(page)[-1].startswith("<")  # it has no confidence
    order.select_option("confidence, highest first")
    assert known(page)[-1] == "grey.png"
    assert names(page)[-1].startswith("<")
    order.select_option("name")
    assert known(page)[:2] == ["b9.png", "b10.png"]  # numbers as numbers
    order.select_option("urgency")
    assert known(page)[0] == "white.png"


def test_classes_outcomes_and_words_are_filters(page):
    kind, text = page.get_by_label("Show"), page.get_by_label("Search")
    kind.select_option("dark")
    assert names(page) == ["b10.png", "b9.png"]
    assert page.locator("#count").inner_text() == "2 of 6 files"
    assert not page.locator("h3", has_text="white.png").is_visible()
    kind.select_option("uncertain: refer")
    assert names(page) == ["grey.png"]
    kind.select_option("")
    text.fill("PNG b1")
    wait_for(page, 1)
    assert names(page) == ["b10.png"]
    text.fill("")
    wait_for(page, 6)


def test_the_keyboard_reaches_and_moves_the_controls(page):
    page.get_by_label("Search").focus()
    page.keyboard.type("white")
    wait_for(page, 1)
    page.keyboard.press("Enter")  # sends no form
    assert names(page) == ["white.png"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "kind"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "order"


def test_nothing_is_wider_than_the_window_and_no_name_is_run(page):
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert page.title() == "Shades"
    assert page.locator("img").count() == 5
    loaded = "Array.from(document.images, (one) => one.naturalWidth)"
    assert page.evaluate(loaded) == [60] * 5


def test_a_dark_room_gets_a_dark_page(chromium, address):
    page = chromium.new_page(color_scheme="dark")
    page.goto(address)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(20, 23, 26)"
    page.close()


def test_without_scripts_everything_is_there(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator(".file").count() == 6
    assert not page.locator("#controls").is_visible()
    context.close()
