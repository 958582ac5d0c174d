import numpy as np
import pytest

from skecg.datasets._beats import DroppedBeat, MarkedLead, cut_beats, gather_beats
from skecg.signal.rhythm import CONTEXT_COLUMNS

RATE = 125.0
KACHUEE = {"beats": "kachuee", "window": (0.4, 0.8), "context": False}


def _marks(record="100", *, sample=(100, 200, 300, 980), symbol="NVjF"):
    return MarkedLead(record, "MLII", RATE, np.array(sample), np.array(list(symbol)))


def _signal(marks):
    signal = np.zeros(1000)
    signal[marks.sample] = 1.0
    return signal[None]


@pytest.mark.parametrize("beats", ["kachuee", "centered"])
def test_every_array_belongs_to_the_same_beats(beats):
    marks = _marks()
    options = {"beats": beats, "window": (0.4, 0.8), "context": True}
    part = cut_beats(_signal(marks), marks, **options)
    bunch = gather_beats([part], symbols="literature", context_names=CONTEXT_COLUMNS)
    assert bunch.symbol.tolist() == ["N", "V", "j"]
    assert bunch.target.tolist() == ["N", "V", "N"]
    assert bunch.sample_index.tolist() == [100, 200, 300]
    assert bunch.time.tolist() == [0.8, 1.6, 2.4]
    assert bunch.dropped == [DroppedBeat("100", 980, "F")]
    at = bunch.context_names.index("rr_next") - len(bunch.context_names)
    # The dropped beat still ends the last interval: 680 samples.
    np.testing.assert_allclose(bunch.data[:, at], [0.8, 0.8, 5.44], rtol=1e-6)
    peak = 0 if beats == "kachuee" else 50
    np.testing.assert_array_equal(bunch.data[:, peak], 1.0)


def test_bxb_reads_j_as_supraventricular():
    marks = _marks()
    part = cut_beats(_signal(marks), marks, **KACHUEE)
    bunch = gather_beats([part], symbols="bxb", context_names=())
    assert bunch.target.tolist() == ["N", "V", "S"]
    assert bunch.context_names == ()


def test_patients_follow_their_records():
    marks = [_marks(record) for record in ("201", "100", "202")]
    parts = [cut_beats(_signal(mark), mark, **KACHUEE) for mark in marks]
    bunch = gather_beats(parts, symbols="literature", context_names=())
    assert bunch.record.tolist() == ["201"] * 3 + ["100"] * 3 + ["202"] * 3
    assert bunch.groups.tolist() == ["201"] * 3 + ["100"] * 3 + ["201"] * 3


def test_two_marks_on_one_sample_are_two_beats():
    marks = _marks(sample=(100, 300, 300, 999), symbol="NNVN")
    part = cut_beats(_signal(marks), marks, **(KACHUEE | {"beats": "centered"}))
    assert part.kept.tolist() == [True, True, True, False]
    assert len(part.data) == 3


def test_a_flat_record_gives_no_beats_and_says_so():
    marks = _marks()
    part = cut_beats(np.zeros((1, 1000)), marks, **KACHUEE)
    with pytest.raises(ValueError, match=r"None of the 4 .* \['100'\] .* flat"):
        gather_beats([part], symbols="literature", context_names=())
