"""Warnings of rows come to the thread that caused them, others go where they went."""

import threading
import warnings

import pytest

from skecg.exceptions import SignalQualityWarning, SkecgWarning
from skecg.screening._warned import WarnedRows


def warn_of(row):
    warnings.warn(SignalQualityWarning.about("x", rows=[row], reason=""), stacklevel=1)


def test_each_thread_gets_its_own():
    warned, got, barrier = WarnedRows(), {}, threading.Barrier(4)

    def work(name):
        with warned.of_this_thread() as found:
            for _ in range(50):
                barrier.wait()
                warn_of(name)
        got[name] = [one.rows for one in found]

    with warned.collecting():
        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == {name: [(name,)] * 50 for name in range(4)}


def test_other_warnings_go_where_they_went():
    warned = WarnedRows()

    def warn():
        with warned.collecting():
            with warned.of_this_thread() as found:
                warnings.warn("no rows", SkecgWarning, stacklevel=1)
                warnings.warn("nor here", SignalQualityWarning, stacklevel=1)
            warn_of(3)  # outside a block: nobody asked for it
        return found

    with pytest.warns(SkecgWarning) as told:
        assert warn() == []
    assert [str(one.message) for one in told] == ["no rows", "nor here", "x"]


def test_the_filters_of_the_caller_come_back():
    before = warnings.filters[:], warnings.showwarning
    with WarnedRows().collecting():
        pass
    assert (warnings.filters[:], warnings.showwarning) == before
    with pytest.raises(SignalQualityWarning):  # the suite's own filter
        warn_of(1)
