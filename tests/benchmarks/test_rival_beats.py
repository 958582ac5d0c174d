"""Beats of both forms are put together by where they stand."""

import numpy as np
import pytest
from sklearn.utils import Bunch

from benchmarks import _rival_beats
from benchmarks._rival_beats import (
    AROUND,
    AROUND_AND_CONTEXT,
    DIFFERENCE,
    KACHUEE,
    N_AROUND,
    N_CONTEXT,
    N_KACHUEE,
    read_rival_beats,
    rows_of,
)

KACHUEE_BEATS = Bunch(
    data=np.arange(4 * (N_KACHUEE + N_CONTEXT), dtype=float).reshape(4, -1),
    record=np.array(["a", "a", "a", "b"]),
    sample_index=np.array([10, 20, 30, 10]),
)
AROUND_BEATS = Bunch(  # the first beat of "a" had no room around R
    data=np.outer([1.0, 3.0, 5.0], np.ones(N_AROUND)),
    record=np.array(["a", "a", "b"]),
    sample_index=np.array([20, 30, 10]),
)


@pytest.fixture
def beats(monkeypatch):
    def read_beats(folder, *, records, form="kachuee", context=False):
        return AROUND_BEATS if form == "centered" else KACHUEE_BEATS

    monkeypatch.setattr(_rival_beats, "read_beats", read_beats)
    return read_rival_beats("folder", ["a", "b"])


def test_beats_are_found_by_record_and_sample():
    np.testing.assert_array_equal(rows_of(KACHUEE_BEATS, AROUND_BEATS), [-1, 0, 1, 2])


def test_columns_are_where_their_names_say(beats):
    np.testing.assert_array_equal(
        beats.data[:, KACHUEE], KACHUEE_BEATS.data[:, :N_KACHUEE]
    )
    np.testing.assert_array_equal(
        beats.data[:, AROUND_AND_CONTEXT][:, N_AROUND:],
        KACHUEE_BEATS.data[:, N_KACHUEE:],
    )
    assert beats.data.shape[1] == AROUND_AND_CONTEXT.stop


def test_the_difference_is_to_the_median_of_the_own_record(beats):
    # Of record "a" the median is 2, of "b" its only beat.
    np.testing.assert_array_equal(beats.data[1:, DIFFERENCE][:, 0], [-1, 1, 0])
    np.testing.assert_array_equal(beats.data[1:, AROUND][:, 0], [1, 3, 5])


def test_a_beat_without_room_around_it_is_taken_for_the_median(beats):
    assert (beats.data[0, DIFFERENCE] == 0).all()
    assert (beats.data[0, AROUND] == 2).all()


def test_no_other_row_changes(beats):
    assert beats.record is KACHUEE_BEATS.record
    assert len(beats.data) == len(KACHUEE_BEATS.data)
