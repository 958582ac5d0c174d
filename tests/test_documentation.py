"""The code that a newcomer copies runs as it is printed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Fenced blocks of Markdown, and indented ones below `.. code-block:: python`.
FENCED = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
DIRECTIVE = re.compile(r"^\.\. code-block:: python\n\n((?:   .*\n|\n)+)", re.MULTILINE)


def _blocks(path: str) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    indented = DIRECTIVE.findall(text)
    return FENCED.findall(text) + [re.sub(r"(?m)^   ", "", code) for code in indented]


@pytest.mark.parametrize("path", ["README.md", "docs/index.rst"])
def test_code_runs_as_printed(path, tmp_path, monkeypatch):
    blocks = _blocks(path)
    assert blocks, f"{path} shows no code"
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for code in blocks:
        exec(compile(code, path, "exec"), names)  # noqa: S102 (our own documents)
    assert not list(tmp_path.iterdir()), f"the code of {path} leaves files behind"


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("plot_*.py")), ids=str)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 130


@pytest.mark.parametrize(
    "path", sorted((ROOT / "skecg/datasets/data").glob("*/README.rst")), ids=str
)
def test_the_readme_names_the_source_of_all_data(path):
    told = path.read_text(encoding="utf-8").partition("**Source.**")[2]
    doi = re.search(r"doi (10\.\d+/[\w.-]*\w)", told)
    assert doi is not None
    assert f"https://doi.org/{doi[1]}" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", ["README.md", "CHANGELOG.md"])
def test_links_into_the_repository_lead_somewhere(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []
