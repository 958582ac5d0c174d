"""Links lead somewhere, as far as can be seen without a network."""

import importlib.util
import re
from pathlib import Path

import pytest

import skecg

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.rst")),
    *sorted((ROOT / "examples").glob("*.py")),
    ROOT / "docs" / "tables.toml",
]
SOURCES = sorted((ROOT / "skecg").rglob("*.py"))
DOI = re.compile(r"10\.\d{4,9}/[^\s`<>\"]*[^\s`<>\".,;:]")
ROLE = re.compile(r":(doi|arxiv):`([^`]+)`")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_addresses_are_well_made(path):
    text = path.read_text(encoding="utf-8")
    # Pages of one's own machine have no certificate.
    assert "http://" not in text.replace("http://127.0.0.1:", "")
    for address in re.findall(r"https:[^\s)>`\"]*", text):
        assert re.fullmatch(r"https://[\w-]+(\.[\w-]+)+(/[\w./~:()%+-]*)?", address)


@pytest.mark.parametrize("path", [*PAGES, *SOURCES], ids=lambda path: path.name)
def test_identifiers_are_well_made(path):
    for kind, name in ROLE.findall(path.read_text(encoding="utf-8")):
        pattern = DOI.pattern if kind == "doi" else r"\d{4}\.\d{4,5}"
        assert re.fullmatch(pattern, name), name


def test_the_bibliography_has_every_doi():
    listed = (ROOT / "docs/bibliography.rst").read_text(encoding="utf-8").lower()
    cited = {
        name.rstrip(")") if "(" not in name else name
        for path in [*PAGES, *SOURCES]
        for name in DOI.findall(path.read_text(encoding="utf-8"))
    }
    assert sorted(name for name in cited if name.lower() not in listed) == []


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_into_the_repository_lead_somewhere(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_pictures_are_small():
    pictures = list((ROOT / "docs/_static").glob("*.png"))
    assert len(pictures) >= 2
    assert all(path.stat().st_size <= 150_000 for path in pictures)


def test_every_page_is_in_the_guide():
    """Sphinx warns of a page outside every table of contents; this is quicker."""
    pages = {path.stem for path in (ROOT / "docs").glob("*.*") if path.suffix != ".py"}
    told = "".join(
        (ROOT / f"docs/{name}.rst").read_text("utf-8") for name in ("index", "guide")
    )
    listed = set(re.findall(r"^   (?:.* <)?(\w+)>?$", told, re.MULTILINE))
    assert pages - {"index", "tables", "sg_execution_times"} <= listed


def test_the_citation_is_of_this_version():
    yaml = pytest.importorskip("yaml")
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert told["cff-version"] == "1.2.0"
    assert told["title"].startswith("skecg")
    assert told["version"] == skecg.__version__
    assert told["license"] == "BSD-3-Clause"
    assert told["authors"] == [{"name": "The skecg developers"}]
    assert all(DOI.fullmatch(each["doi"]) for each in told["references"])


def test_an_example_that_takes_too_long_is_told(monkeypatch):
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location("_watch", ROOT / "docs/_stopwatch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    now, said = iter([0.0, 29.0, 100.0, 131.0]), []

    class Logger:
        def warning(self, text, *values):
            said.append(text % values)

    monkeypatch.setattr(module.time, "process_time", lambda: next(now))
    monkeypatch.setattr(module.logging, "getLogger", lambda _: Logger())
    for name in ("quick.py", "slow.py"):
        module.watch({}, name, "before")
        module.watch({}, name, "after")
    assert len(said) == 1
    assert said[0].startswith("slow.py took 31 s")


def pages_of_the_guide():
    text = (ROOT / "docs/guide.rst").read_text(encoding="utf-8")
    named = re.findall(r"^   (?:.*<)?(\w+)>?$", text, re.MULTILINE)
    return [name for name in named if (ROOT / f"docs/{name}.rst").exists()]


@pytest.mark.parametrize("name", pages_of_the_guide())
def test_a_page_of_the_guide_has_a_way_on(name):
    """Its end says what to read next; pages to look something up in have none."""
    if name in ("glossary", "bibliography", "comparison"):
        return
    text = (ROOT / f"docs/{name}.rst").read_text(encoding="utf-8")
    assert ":doc:`" in "".join(text.splitlines(keepends=True)[-12:])


def test_every_example_that_a_page_names_is_there():
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"auto_examples[/_](plot_\w+)", text):
            assert (ROOT / f"examples/{name}.py").exists(), (path.name, name)
