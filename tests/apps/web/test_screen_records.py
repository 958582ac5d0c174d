"""Records dropped in a real browser, and how much is kept of what is dropped."""

import re

import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from record_files import write_wfdb
from skecg.datasets import load_mitbih_sample
from uploads import address, answer, drop, png, send

pytestmark = pytest.mark.slow

SLOW = 60_000  # ms: the first answer loads what the model needs


def test_a_record_is_two_files(serve, record_model, browser_page, record):
    server = serve("serve", record_model)
    page = browser_page
    page.goto(server.address)
    expect(page.locator("#kind")).to_contain_text("A model for records")
    drop(page, record[:1])
    expect(page.locator("#message")).to_contain_text(
        "r1.hea is a header: drop r1.dat with it"
    )
    drop(page, record[1:])
    expect(page.locator("#message")).to_contain_text("drop its .hea file with it")
    drop(page, record)
    expect(page.locator("#reason")).to_contain_text(" beats: ", timeout=SLOW)
    expect(page.locator("#answer")).to_contain_text("Mostly ")
    expect(page.locator("#mean")).to_be_visible()
    expect(page.locator("#when")).to_have_text("Lead MLII, 0 to 10 s of 30 s")
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#when")).to_have_text("Lead MLII, 10 to 20 s of 30 s")
    ink = page.evaluate(
        """() => {
            const strip = document.querySelector("#strip");
            const pen = strip.getContext("2d");
            const { data } = pen.getImageData(0, 0, strip.width, strip.height);
            return data.filter((each, at) => at % 4 === 0 && each < 60).length;
        }"""
    )
    assert ink > 500  # the trace is there


def _as_ptb(folder):
    """Write a record as PTB has them: leads in .dat, Frank's in .xyz."""
    sample = load_mitbih_sample()
    rate = sample.sampling_rate
    signal = sample.data[0, :1, : int(20 * rate)]
    head, dat = write_wfdb(folder, "s1", signal, ["II"], rate=rate), folder / "s1.dat"
    other = write_wfdb(folder, "s2", signal[:, ::-1], ["vx"], rate=rate)
    xyz = (folder / "s2.dat").rename(folder / "s1.xyz")
    first, line = head.read_text().splitlines()
    frank = other.read_text().splitlines()[1].replace("s2.dat", "s1.xyz")
    head.write_text("\n".join([first.replace("s1 1", "s1 2"), line, frank, ""]))
    other.unlink()
    return head, dat, xyz


def test_a_record_is_all_the_files_that_its_header_names(
    serve, record_model, browser_page, tmp_path
):
    head, dat, xyz = _as_ptb(tmp_path)
    server = serve("serve", record_model)
    page = browser_page
    page.goto(server.address)
    expect(page.locator("#kind")).to_contain_text("A model for records")
    drop(page, [head, dat])
    expect(page.locator("#message")).to_contain_text(
        "s1.hea is a header: drop s1.xyz with it"
    )
    drop(page, [xyz, head, dat])
    expect(page.locator("#reason")).to_contain_text(" beats: ", timeout=SLOW)
    expect(page.locator("#count")).to_have_text("1 of 1 done")
    expect(page.locator("#message")).to_have_text("")
    expect(page.locator("#when")).to_have_text("Lead II, 0 to 10 s of 20 s")


def test_what_is_kept_has_a_limit_in_bytes(serve, browser_page, picture_model):
    rng = np.random.default_rng(0)
    content = png(rng.integers(0, 255, (400, 500), dtype=np.uint8))  # 200 kB
    server = serve("serve", picture_model, "--keep", "1")
    headers = {"X-Skecg-Token": server.token}
    with httpx.Client(base_url=server.base, headers=headers, timeout=60) as client:
        assert client.get("/api/state").json()["most_bytes"] == 2**20
        large = bytes(2**20 + 1)
        assert send(client, large).status_code == 413
        codes = [send(client, content).status_code for _ in range(9)]
        assert codes.count(507) >= 4
        assert codes.count(201) >= 1
        page = browser_page
        page.goto(server.address)
        expect(page.locator("#kept")).to_have_text("at most 200 of them and 1 MiB")
        expect(page.locator("#count")).to_have_text(re.compile(r"(\d) of \1 done"))
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#count")).to_have_text("No files yet")
        assert send(client, content).status_code == 201


def test_a_header_that_names_a_file_elsewhere_reads_none(serve, record_model, tmp_path):
    server = serve("serve", record_model)
    headers = {"X-Skecg-Token": server.token}
    with httpx.Client(base_url=server.base, headers=headers, timeout=60) as client:
        for target in ("/etc/passwd", "../../../../../../etc/passwd"):
            head = f"a 1 250 100\n{target} 16 200 16 0 0 0 0 MLII\n".encode()
            where = address(("a.hea", len(head)), ("a.dat", 3))
            refused = client.post(where, content=head + b"abc")
            assert refused.status_code == 400
            assert "a.hea does not name a.dat" in refused.json()["error"]
            told = answer(client, send(client, head, "a.hea").json()["id"])
            assert told["label"] == ""
            assert told["strip"] is None
            assert told["reason"]
