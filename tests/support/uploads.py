"""What is sent to the page of ``skecg serve``, by a program or by hand."""

import io
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image


def address(*parts):
    """Where files of these names and sizes are sent."""
    return "/api/files?" + urlencode(
        [
            (key, value)
            for part in parts
            for key, value in zip(("name", "size"), part, strict=True)
        ]
    )


def send(client, content, name="scan.png"):
    return client.post(address((name, len(content))), content=content)


def answer(client, id_):
    """Return what is said of a file, once it is done."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        told = client.get(f"/api/files/{id_}").json()
        if told["state"] == "done":
            return told
        time.sleep(0.1)
    pytest.fail("the file was not done in a minute")


def png(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return buffer.getvalue()


def drop(page, files):
    """Let files fall on the page as a hand does it."""
    content = [[Path(path).name, Path(path).read_bytes().hex()] for path in files]
    carried = page.evaluate_handle(
        """(files) => {
            const carried = new DataTransfer();
            for (const [name, hex] of files) {
                const bytes = hex.match(/../g).map((each) => parseInt(each, 16));
                carried.items.add(new File([new Uint8Array(bytes)], name));
            }
            return carried;
        }""",
        content,
    )
    for event in ("dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": carried})
