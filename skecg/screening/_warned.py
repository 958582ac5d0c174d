"""Rows that an estimator warns of, apart for each thread."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from skecg.exceptions import RowsWarning


class WarnedRows:
    """Collects what estimators warn of in the threads that ask for it.

    The filters and the function that shows warnings belong to the whole process, so
    they are set once, around all threads, by the thread that starts them.
    """

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._show_others: Any = None

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Take the process's warnings over; those of other kinds are passed on."""
        with warnings.catch_warnings():
            warnings.simplefilter("always", RowsWarning)
            self._show_others = warnings.showwarning
            warnings.showwarning = self._show
            yield

    @contextmanager
    def of_this_thread(self) -> Iterator[list[RowsWarning]]:
        """Yield a list that gets what this thread is warned of inside the block."""
        found: list[RowsWarning] = []
        self._of_thread.found = found
        try:
            yield found
        finally:
            del self._of_thread.found

    def _show(self, message: Any, *where: Any, **more: Any) -> None:
        found = getattr(self._of_thread, "found", None)
        if found is not None and isinstance(message, RowsWarning) and message.rows:
            found.append(message)
        else:
            self._show_others(message, *where, **more)
