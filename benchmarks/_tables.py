"""Tables in Markdown."""

from typing import Any


def table(header: list[str], rows: list[list[Any]]) -> str:
    """Return a table; rows that are too short end in empty cells."""

    def line(cells: list[Any]) -> str:
        padded = [*cells, *[""] * (len(header) - len(cells))]
        return "| " + " | ".join(map(str, padded)) + " |"

    return "\n".join([line(header), line(["---"] * len(header)), *map(line, rows)])


def decimals(*values: float) -> list[str]:
    """Return scores as they are printed."""
    return [f"{value:.4f}" for value in values]
