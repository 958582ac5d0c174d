"""Comparing models honestly, and putting the result on one page.

`compare_splits` cross-validates estimators with whole patients held out and with
beats shuffled; `render_page` makes a self-contained HTML page of a comparison;
`run_demo` does both on the heartbeats that ship inside the package;
`write_screening_report` puts a screening on a page with thumbnails, sort and filter.
"""

from skecg.reporting._comparison import Comparison, ComparisonRow
from skecg.reporting._demo import demo_estimators, run_demo
from skecg.reporting._gap import Gap
from skecg.reporting._html import ReportFigure, render_page
from skecg.reporting._screening_page import write_screening_report
from skecg.reporting._splits import compare_splits

__all__ = [
    "Comparison",
    "ComparisonRow",
    "Gap",
    "ReportFigure",
    "compare_splits",
    "demo_estimators",
    "render_page",
    "run_demo",
    "write_screening_report",
]
