"""The block of RESULTS.md on drawing ECG paper."""

from typing import Any

from benchmarks._tables import table


def render_paper(record: dict[str, Any]) -> str:
    """Return pictures a second, beside matplotlib and by layout."""
    ratios = record["ratio"]
    rows = [
        [name, f"{speed:.0f}", f"{ratios[name]:.1f}"]
        for name, speed in record["per_second"].items()
    ]
    alone = [[name, f"{speed:,.0f}"] for name, speed in record["by_layout"].items()]
    return (
        f"## Drawing ECG paper\n\n{record['protocol']}. Matplotlib draws the same "
        f"strips, grid, pulses and names: {100 * record['ink_in_common']:.0f} % of our "
        "ink has ink of its within a pixel.\n\n"
        f"{table(['', 'pictures a second', 'time / time of skecg'], rows)}\n\n"
        f"{table(['skecg', 'pictures a second'], alone)}\n"
    )
