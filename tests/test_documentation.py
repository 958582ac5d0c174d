"""The code that a newcomer copies runs as it is printed, and links are well made."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from skecg.apps.cli import main

ROOT = Path(__file__).parent.parent
GUIDE = sorted((ROOT / "docs").glob("*.rst"))
EXAMPLES = sorted((ROOT / "examples").glob("plot_*.py"))
# Fenced blocks of Markdown, and indented ones below `.. code-block:: python`.
FENCED = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
DIRECTIVE = re.compile(r"^\.\. code-block:: python\n\n((?:   .*\n|\n)+)", re.MULTILINE)
# The indented block below a paragraph that ends in two colons.
LITERAL = re.compile(r"^(?!\.\. ).*::\n\n((?:    .*\n|\n)+)", re.MULTILINE)
COMMAND = re.compile(r"^ *(?:\$ |    (?=make|python -m|skecg))(.+)", re.MULTILINE)


def _blocks(path: str) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    indented = DIRECTIVE.findall(text)
    return FENCED.findall(text) + [re.sub(r"(?m)^   ", "", code) for code in indented]


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", "docs/index.rst"])
def test_code_runs_as_printed(path, tmp_path, monkeypatch):
    blocks = _blocks(path)
    assert blocks, f"{path} shows no code"
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for code in blocks:
        exec(compile(code, path, "exec"), names)  # noqa: S102 (our own documents)
    assert not list(tmp_path.iterdir()), f"the code of {path} leaves files behind"


def test_the_pipeline_of_the_readme_has_fifteen_lines():
    code, *_ = _blocks("README.md")
    assert len(code.splitlines()) <= 15
    assert max(map(len, code.splitlines())) <= 88


def _is_python(code: str) -> bool:
    try:
        return bool(ast.parse(code).body) and "(" in code
    except SyntaxError:
        return False


@pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.stem)
def test_code_of_the_guide_is_a_doctest(path):
    """Else nobody would run it: pytest collects these pages for their `>>>`."""
    if path.name == "index.rst":
        return  # run above
    text = path.read_text(encoding="utf-8")
    assert DIRECTIVE.findall(text) == []
    unindented = [re.sub(r"(?m)^    ", "", code) for code in LITERAL.findall(text)]
    assert [code for code in unindented if _is_python(code)] == []


def _commands() -> list[tuple[str, str]]:
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *GUIDE]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    return [
        (name, command.split("  #")[0].strip())
        for name, text in texts.items()
        for command in COMMAND.findall(text.replace(" \\\n", " "))
    ]


@pytest.mark.parametrize(("page", "command"), _commands())
def test_a_command_that_is_shown_is_there(page, command):
    words = [word for word in command.split() if "=" not in word or word[0] == "-"]
    if words[0] == "make":
        targets = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{words[1]}:", targets, re.MULTILINE)
    elif words[0] == "skecg":
        known = main if words[1].startswith("-") else main.commands[words[1]]
        options = {name for each in known.params for name in each.opts}
        given = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert given <= options | {"--help"}
    elif words[1:2] == ["-m"]:
        assert importlib.util.find_spec(words[2])
    else:
        assert words[0] in ("pip", ".venv/bin/python", "MPLBACKEND=Agg")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 130


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_begins_with_its_title(path):
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    title, line, empty, *rest = told.splitlines()
    assert len(title) == len(line)
    assert set(line) == {"="}
    assert not empty
    assert rest


@pytest.mark.parametrize(
    "path", sorted((ROOT / "skecg/datasets/data").glob("*/README.rst")), ids=str
)
def test_the_readme_names_the_source_of_all_data(path):
    told = path.read_text(encoding="utf-8").partition("**Source.**")[2]
    doi = re.search(r"doi (10\.\d+/[\w.-]*\w)", told)
    assert doi is not None
    assert f"https://doi.org/{doi[1]}" in (ROOT / "README.md").read_text("utf-8")
