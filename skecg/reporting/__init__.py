"""Comparing models honestly, and putting the result on one page.

`compare_splits` cross-validates estimators with whole patients held out and with
beats shuffled; `render_page` makes a self-contained HTML page of a comparison;
`run_demo` does both on the heartbeats that ship inside the package.
"""

from skecg.reporting._comparison import Comparison, ComparisonRow
from skecg.reporting._demo import demo_estimators, run_demo
from skecg.reporting._gap import Gap
from skecg.reporting._html import ReportFigure, render_page
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
]
