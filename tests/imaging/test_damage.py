"""Damage is drawn from a seed, kept within its limits, and its ground truth holds."""

import numpy as np
import pytest

from skecg.imaging.damage import Damage, damage_picture, map_points
from skecg.imaging.paper import render_ecg

NOTHING = Damage(*[0] * len(Damage._fields))
PAPER, WHERE = render_ecg(
    np.zeros((12, 1000)),
    sampling_rate=100.0,
    size=(425, 550),
    style="plain",
    return_layout=True,
)


def damaged(seed=0, picture=PAPER, **strengths):
    strengths = NOTHING._replace(**strengths)
    return damage_picture(picture, damage=strengths, random_state=seed)


def test_no_damage_changes_nothing():
    for picture in (PAPER, np.stack([PAPER, PAPER // 2, PAPER // 3], axis=-1)):
        result = damaged(picture=picture)
        np.testing.assert_array_equal(result.picture, picture)
        np.testing.assert_allclose(result.matrix, np.eye(3), atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "strengths",
    [{"rotation": 5.0}, {"perspective": 0.03}, Damage(jpeg=60)._asdict()],
    ids=["rotation", "perspective", "all"],
)
def test_the_matrix_tells_where_the_trace_went(seed, strengths):
    result = damaged(seed, **strengths)
    strip = WHERE.strips[-1]
    columns = np.linspace(strip.origin + 20, strip.right - 20, 30)
    points = np.column_stack([np.full(30, strip.baseline), columns])
    assert abs(map_points(points, result.matrix) - points).max() > 0.2
    for row, column in np.rint(map_points(points, result.matrix)).astype(int):
        if 3 <= row < 420 and 3 <= column < 545:
            around = result.picture[row - 10 : row + 11, column].astype(int)
            assert abs(around.argmin() - 10) <= 2
            assert around.min() < np.median(around) - 40
    back = map_points(map_points(points, result.matrix), np.linalg.inv(result.matrix))
    np.testing.assert_allclose(back, points, atol=1e-6)


def test_rotation_keeps_the_middle_and_all_distances():
    matrix = damaged(rotation=10.0).matrix
    middle = (np.array(PAPER.shape) - 1) / 2
    np.testing.assert_allclose(map_points(middle, matrix), middle, atol=1e-9)
    points = np.random.default_rng(0).uniform(0, 400, (6, 2))
    moved = map_points(points, matrix)
    apart = np.linalg.norm(np.diff(points, axis=0), axis=1)
    np.testing.assert_allclose(np.linalg.norm(np.diff(moved, axis=0), axis=1), apart)
    turned = np.rad2deg(np.arctan2(matrix[1, 0], matrix[0, 0]))
    assert 0.1 < abs(turned) <= 10


def test_corners_move_by_no_more_than_the_perspective():
    height, width = PAPER.shape
    corners = np.array(
        [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)]
    )
    for seed in range(10):
        moved = map_points(corners, damaged(seed, perspective=0.05).matrix)
        assert (abs(moved - corners) <= 0.05 * np.array(PAPER.shape) + 1e-9).all()


def test_what_lies_beyond_the_paper_is_a_table():
    result = damaged(3, rotation=10.0)
    corners = result.picture[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert len(set(corners.tolist())) == 1
    assert 40 <= corners[0] <= 215


@pytest.mark.parametrize("seed", range(5))
def test_each_damage_does_what_it_is_called(seed):
    white = np.full((200, 300), 255, dtype=np.uint8)
    black = np.zeros_like(white)
    shadow = damaged(seed, white, shadow=0.5).picture
    assert 127 <= shadow.min() < shadow.max()
    assert shadow.max() <= 255
    crease = damaged(seed, white, crease=0.5).picture
    assert 0 < (crease < 255).mean() < 0.05
    fade = damaged(seed, black, fade=0.5).picture
    assert 0 < fade.max() <= 128
    assert (damaged(seed, white, fade=0.5).picture == 255).all()
    grey = np.full_like(white, 128)
    noise = damaged(seed, grey, noise=10.0).picture.std()
    assert 0.1 < noise <= 11
    edge = grey.copy()
    edge[:, 150:] = 255
    blurred = damaged(seed, edge, blur=3.0).picture
    assert len(np.unique(blurred)) > 2
    assert abs(blurred.mean() - edge.mean()) < 1
    pressed = damaged(seed, edge, jpeg=5).picture
    assert 0 < abs(pressed.astype(int) - edge).max() < 60


def test_stronger_compression_loses_more():
    lost = {
        lowest: sum(
            abs(damaged(seed, jpeg=lowest).picture.astype(int) - PAPER).sum()
            for seed in range(5)
        )
        for lowest in (95, 1)
    }
    assert 0 < 1.5 * lost[95] < lost[1]


def test_a_seed_settles_everything():
    first, again = (damage_picture(PAPER, random_state=7) for _ in range(2))
    np.testing.assert_array_equal(first.picture, again.picture)
    np.testing.assert_array_equal(first.matrix, again.matrix)
    other = damage_picture(PAPER, random_state=8)
    assert (first.picture != other.picture).any()
    rng = np.random.default_rng(7)
    drawn = [damage_picture(PAPER, random_state=rng).picture for _ in range(2)]
    np.testing.assert_array_equal(drawn[0], first.picture)
    assert (drawn[0] != drawn[1]).any()


def test_the_clean_picture_is_left_alone():
    clean = PAPER.copy()
    clean.flags.writeable = False
    result = damage_picture(clean, random_state=0)
    assert result.picture.dtype == np.uint8
    assert result.picture.shape == clean.shape
    np.testing.assert_array_equal(clean, PAPER)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((10, 10)), np.zeros(10, np.uint8), np.zeros((9, 9, 4), np.uint8)],
)
def test_only_pictures_are_damaged(picture):
    with pytest.raises(ValueError, match="picture must be one of uint8"):
        damage_picture(picture)


@pytest.mark.parametrize(
    ("name", "value"), [("jpeg", 96), ("shadow", 1.5), ("blur", -1)]
)
def test_strengths_have_limits(name, value):
    with pytest.raises(ValueError, match=f"{name} must lie between 0 and"):
        damaged(**{name: value})


def test_points_are_pairs():
    with pytest.raises(ValueError, match=r"points must have shape \(\.\.\., 2\)"):
        map_points([1.0, 2.0, 3.0], np.eye(3))
    with pytest.raises(ValueError, match=r"matrix \(3, 3\)"):
        map_points([1.0, 2.0], np.eye(2))


@pytest.mark.parametrize("damage", [{"rotation": 5.0}, (5.0,), "all"])
def test_strengths_are_a_damage(damage):
    with pytest.raises(TypeError, match="must be None or a Damage"):
        damage_picture(np.zeros((9, 9), dtype=np.uint8), damage=damage)
