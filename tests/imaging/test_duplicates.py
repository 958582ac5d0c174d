"""What is linked is together, whatever the order and the number of pictures."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.imaging.duplicates import group_duplicates, join_groups


def hashes_of(n_images, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n_images, 128), dtype=np.uint8)


def flipped(bits, n_bits):
    unpacked = np.unpackbits(bits)
    unpacked[:n_bits] ^= 1
    return np.packbits(unpacked)


def test_copies_are_grouped_up_to_the_distance():
    hashes = hashes_of(5)
    hashes[2], hashes[4] = flipped(hashes[0], 180), flipped(hashes[1], 181)
    found = group_duplicates(hashes)
    assert found.groups.tolist() == [0, 1, 0, 2, 3]
    assert [group.tolist() for group in found.near] == [[0, 2]]
    assert found.exact == []
    wider = group_duplicates(hashes, max_distance=181)
    assert wider.groups.tolist() == [0, 1, 0, 2, 1]


def test_what_is_linked_through_another_is_together():
    hashes = hashes_of(600)  # more than a block
    hashes[599] = flipped(hashes[0], 150)
    hashes[300] = flipped(hashes[0], 300)
    found = group_duplicates(hashes)
    assert [group.tolist() for group in found.near] == [[0, 300, 599]]
    assert found.groups[[0, 1, 300, 301, 599]].tolist() == [0, 1, 0, 300, 0]


def test_exact_copies_are_told_from_near_ones():
    hashes = hashes_of(6)
    hashes[1:3] = hashes[0]
    hashes[5] = hashes[4]
    found = group_duplicates(hashes, contents=["a", "a", "x", "c", "d", "d"])
    assert [group.tolist() for group in found.exact] == [[0, 1], [4, 5]]
    assert [group.tolist() for group in found.near] == [[0, 1, 2]]


def test_memory_does_not_grow_with_the_square():
    n_images = 3000
    hashes = np.zeros((n_images, 128), dtype=np.uint8)  # all are copies: the worst case
    tracemalloc.start()
    found = group_duplicates(hashes)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.groups.max() == 0
    assert peak < n_images**2 * 4  # all pairs at once need 8 bytes each, and more


def test_one_picture_and_none():
    assert group_duplicates(hashes_of(1)).groups.tolist() == [0]
    assert group_duplicates(hashes_of(0)).groups.tolist() == []


def test_parameters_are_checked():
    with pytest.raises(ValueError, match="negative"):
        group_duplicates(hashes_of(2), max_distance=-1)
    with pytest.raises(ValueError, match="2 hashes and 1 contents"):
        group_duplicates(hashes_of(2), contents=["a"])
    with pytest.raises(ValueError, match="uint8"):
        group_duplicates([[0.5]])


@given(st.data())
def test_joined_groups_are_the_connected_ones(data):
    n_images = data.draw(st.integers(1, 12))
    place = st.integers(0, n_images - 1)
    links = data.draw(st.lists(st.tuples(place, place), max_size=12))
    labels = data.draw(st.lists(place, min_size=n_images, max_size=n_images))
    together = [{i for i in range(n_images) if labels[i] == one} for one in labels]
    for first, second in links:
        union = together[first] | together[second]
        for member in union:
            together[member] = union
    first, second = np.array(links, dtype=int).reshape(-1, 2).T
    joined = join_groups(np.array(labels), first, second)
    for i in range(n_images):
        assert set(np.flatnonzero(joined == joined[i]).tolist()) == together[i]
    starts = np.unique(joined, return_index=True)[1]
    assert (np.diff(starts) > 0).all()
