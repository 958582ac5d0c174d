"""Sphinx settings. Building reaches no network: nothing is fetched or linked live."""

import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

import skecg

sys.path.insert(0, str(Path(__file__).parent))  # what is beside this file

from _public import exported_constants, told_elsewhere, without_page
from _tables import write_tables

project = "skecg"
author = "The skecg developers"
project_copyright = f"2026, {author}"
version = release = skecg.__version__

extensions = [
    "myst_parser",  # CHANGELOG.md, CONTRIBUTING.md and benchmarks/RESULTS.md
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.extlinks",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "auto_examples/*.ipynb", "auto_examples/*.py"]
templates_path = ["_templates"]
default_role = "py:obj"  # `name` in a docstring is a link where there is one

# API pages are made from ``__all__``: what is public there is documented here.
autosummary_ignore_module_all = False
autosummary_context = {
    "exported_constants": exported_constants(),
    "told_elsewhere": told_elsewhere(),
}
autodoc_default_options = {
    # Made by scikit-learn, with links into its own pages.
    "exclude-members": "set_fit_request, set_score_request, set_split_request",
}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc's sections give types, shapes and units
numpydoc_show_class_members = False  # the class template lists them

extlinks = {
    "arxiv": ("https://arxiv.org/abs/%s", "arXiv:%s"),
    "doi": ("https://doi.org/%s", "doi:%s"),
}

# Every other link must lead somewhere.
nitpick_ignore_regex = [
    # `name` without a dot is a parameter or an attribute in numpydoc's sections.
    ("py:obj", r"\w+"),
    # Other packages are not linked: their inventories would have to be downloaded.
    (
        "py:.*",
        r"(collections|joblib|matplotlib|neurokit2|numpy|scipy|sklearn|skorch|torch)\..*",
    ),
]

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"plot_",
    "within_subsection_order": "_order.ByLesson",
    "abort_on_example_error": True,
    "reset_modules": ("matplotlib", "_stopwatch.watch"),
    "reset_modules_order": "both",
    "capture_repr": ("_repr_html_",),  # a fitted model, but no plot's return value
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skecg",),
    "reference_url": {"skecg": None},
    "download_all_examples": False,
    "show_signature": False,
    # Of examples that draw nothing.
    "default_thumb_file": str(Path(__file__).parent / "_static" / "heartbeat.png"),
}

html_theme = "pydata_sphinx_theme"
html_title = "skecg"
html_static_path = ["_static"]
html_css_files = ["guide.css"]
html_show_sourcelink = False
# Pages without pages below them need no list of these beside them.
html_sidebars = {page: [] for page in ("getting_started", "contributing", "whats_new")}
html_theme_options = {
    "header_links_before_dropdown": 4,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
}


def _is_field(app: Sphinx, *member: object) -> bool | None:  # noqa: ARG001
    # Of a named tuple: the class lists them, and "Alias for field number 0" says less.
    _, _, obj, *_ = member
    return True if type(obj).__name__ == "_tuplegetter" else None


def _write_tables(app: Sphinx) -> None:
    write_tables(Path(app.srcdir) / "generated" / "tables")


def _check_reference(_app: Sphinx, env: BuildEnvironment) -> None:
    documented = set(env.get_domain("py").objects)
    for name in without_page(documented):
        logging.getLogger(__name__).warning("%s is public and has no page", name)


def setup(app: Sphinx) -> None:
    """Write the tables of the guide, and see that the API reference is complete.

    Fields of named tuples are left out: they stand in the description of their class.
    """
    app.connect("env-check-consistency", _check_reference)
    app.connect("builder-inited", _write_tables)
    app.connect("autodoc-skip-member", _is_field)
