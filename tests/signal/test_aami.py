"""Annotation symbols into AAMI classes."""

import numpy as np
import pytest

from skecg.signal.aami import AAMI_CLASSES, SYMBOL_MAPS, to_aami


def test_the_two_readings_differ_where_their_sources_say():
    literature, bxb = SYMBOL_MAPS["literature"], SYMBOL_MAPS["bxb"]
    for symbol in "ej":
        assert (literature[symbol], bxb[symbol]) == ("N", "S")
    for symbol in "NLRAaJSVEF/fQ":
        assert literature[symbol] == bxb[symbol]


@pytest.mark.parametrize("mapping", sorted(SYMBOL_MAPS))
def test_classes_are_the_five_and_the_rest_is_empty(mapping):
    assert set(SYMBOL_MAPS[mapping].values()) == set(AAMI_CLASSES)
    assert to_aami(["+", "~", "!", "|", "x", '"'], mapping=mapping).tolist() == [""] * 6


def test_no_annotation_gives_no_class():
    assert to_aami(np.array([], dtype=str)).shape == (0,)


def test_unknown_reading_is_refused():
    with pytest.raises(ValueError, match=r"\['bxb', 'literature'\], got 'aami'"):
        to_aami(["N"], mapping="aami")


@pytest.mark.parametrize("symbols", ["N", [["N"]]])
def test_symbols_come_in_a_list(symbols):
    with pytest.raises(ValueError, match=r"symbols must be a list .* got .*\['N'\]"):
        to_aami(symbols)
