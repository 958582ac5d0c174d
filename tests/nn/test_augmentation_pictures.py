"""Tests of skecg.nn.augmentation: what is for pictures."""

import dataclasses
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from torch.nn import functional

from skecg.classifiers import ImageClassifier
from skecg.nn.augmentation import Blur, Brightness, RandomAffine, picture_augmentation
from skecg.nn.augmentation._light import blur_rows_and_columns
from skecg.nn.augmentation._plane import way_back

PRESETS = ["scan", "rotation_zoom", "rotation_shear"]
ALL = [
    RandomAffine(rotation=20.0),
    RandomAffine(shift=0.1),
    RandomAffine(zoom=0.2),
    RandomAffine(shear=10.0),
    RandomAffine(rotation=15.0, shift=0.1, zoom=0.1, shear=5.0),
    Brightness(),
    Blur(4.0),
]
each_one = pytest.mark.parametrize("augmentation", ALL, ids=repr)


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def batch(n=6, n_channels=1, height=20, width=30):
    return torch.rand(n, n_channels, height, width)


def moved(x, *, rotation=0.0, down=0.0, right=0.0, factor=1.0, shear=0.0):
    """Resample one float64 picture by known strengths, as RandomAffine does."""
    one = torch.ones(1, dtype=x.dtype)
    back = way_back(
        rotation=rotation * one,
        shift=torch.tensor([[down], [right]], dtype=x.dtype),
        factor=factor * one,
        shear=shear * one,
        aspect=x.shape[-1] / x.shape[-2],
    )
    grid = functional.affine_grid(back, list(x.shape), align_corners=False)
    return 1 - functional.grid_sample(1 - x, grid, align_corners=False)


def disc(height, width, radius):
    y = torch.arange(height, dtype=torch.float64) - (height - 1) / 2
    x = torch.arange(width, dtype=torch.float64) - (width - 1) / 2
    inside = y[:, None] ** 2 + x**2 <= radius**2
    return 1 - inside.to(torch.float64)[None, None]


def line_angle(picture):
    """Return the angle of the only line, in degrees, counter-clockwise from level."""
    ink = 1 - picture[0, 0].double().numpy()
    columns = np.flatnonzero(ink.sum(axis=0) > 0.9)
    ink = ink[:, columns]
    rows = np.arange(len(ink)) @ ink / ink.sum(axis=0)
    return np.rad2deg(np.arctan(np.polyfit(columns, -rows, 1)[0]))


@each_one
class TestEach:
    def test_it_keeps_shape_and_type_and_leaves_its_input_alone(self, augmentation):
        x = batch(n_channels=3)
        before = x.clone()
        changed = augmentation(x, None)
        assert changed.shape == x.shape
        assert changed.dtype == x.dtype
        assert not changed.requires_grad
        torch.testing.assert_close(x, before, rtol=0, atol=0)
        assert not torch.equal(changed, x)

    def test_one_seed_gives_one_answer(self, augmentation):
        x = batch()
        torch.manual_seed(1)
        first = augmentation(x, None)
        torch.manual_seed(1)
        torch.testing.assert_close(augmentation(x, None), first, rtol=0, atol=0)
        assert not torch.equal(augmentation(x, None), first)

    def test_each_picture_has_its_own_draw(self, augmentation):
        x = batch(n=1).expand(8, -1, -1, -1)
        changed = augmentation(x, None)
        assert len({tuple(each.flatten().tolist()) for each in changed}) == 8

    def test_channels_are_changed_alike(self, augmentation):
        x = batch(n_channels=1).expand(-1, 3, -1, -1)
        changed = augmentation(x, None)
        torch.testing.assert_close(changed, changed[:, :1].expand_as(x))

    def test_the_layout_in_memory_does_not_matter(self, augmentation):
        x = batch(n_channels=3)
        torch.manual_seed(1)
        wanted = augmentation(x, None)
        torch.manual_seed(1)
        last = augmentation(x.to(memory_format=torch.channels_last), None)
        torch.testing.assert_close(last, wanted)

    @pytest.mark.parametrize(
        "wrong", [torch.rand(2, 1, 9), torch.ones(2, 1, 9, 9, dtype=torch.uint8)]
    )
    def test_what_is_no_batch_of_pictures_is_refused(self, augmentation, wrong):
        name = type(augmentation).__name__
        got = f"{name} changes pictures.*got {wrong.dtype} of shape"
        with pytest.raises(ValueError, match=got):
            augmentation(wrong, 125.0)

    def test_it_survives_pickle_clone_and_repr(self, augmentation):
        model = clone(ImageClassifier(augment=[augmentation]))
        assert model.augment == [augmentation]
        assert pickle.loads(pickle.dumps(augmentation)) == augmentation
        assert repr(augmentation) in " ".join(repr(model).split())
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(augmentation, dataclasses.fields(augmentation)[0].name, 0.0)


@pytest.mark.parametrize("augmentation", [RandomAffine(), Brightness(0.0), Blur(0.0)])
def test_no_strength_returns_the_batch_bit_for_bit(augmentation):
    x = batch()
    assert torch.equal(augmentation(x, None), x)


@pytest.mark.parametrize(
    "augmentation",
    [RandomAffine(rotation=180, shift=1.0, zoom=0.9, shear=45.0), Blur(5.0)],
)
def test_white_paper_stays_white(augmentation):
    white = torch.ones(20, 3, 15, 31)
    assert torch.equal(augmentation(white, None), white)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(*(st.integers(1, high) for high in (4, 3, 25, 25))),
    rotation=st.floats(0, 180),
    shift=st.floats(0, 1),
    zoom=st.floats(0, 0.9),
    shear=st.floats(0, 45),
    brightness=st.floats(0, 1),
    blur=st.floats(0, 4),
    seed=st.integers(0, 2**31),
)
def test_pictures_stay_pictures(
    shape, rotation, shift, zoom, shear, brightness, blur, seed
):
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(shape, generator=generator).round(decimals=1)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for change in (
            RandomAffine(rotation, shift, zoom, shear),
            Brightness(brightness),
            Blur(blur),
        ):
            changed = change(x, None)
            assert changed.shape == x.shape
            assert changed.min() >= 0
            assert changed.max() <= 1


class TestWayBack:
    def test_a_quarter_of_a_turn_is_counter_clockwise(self):
        x = batch(n=1, height=11, width=11).double()
        torch.testing.assert_close(moved(x, rotation=90.0), torch.rot90(x, 1, (2, 3)))

    @pytest.mark.parametrize("size", [(61, 61), (41, 121), (121, 41)])
    @pytest.mark.parametrize("angle", [-20.0, 7.0, 20.0])
    def test_an_angle_is_true_whatever_the_sides(self, size, angle):
        x = torch.ones(1, 1, *size, dtype=torch.float64)
        x[:, :, size[0] // 2] = 0.0
        turned = moved(x, rotation=angle)
        assert line_angle(turned) == pytest.approx(angle, abs=0.3)

    def test_whole_pixels_are_rolled_and_white_comes_in(self):
        x = batch(n=1, height=10, width=20).double()
        wanted = torch.ones_like(x)
        wanted[..., 3:, :-5] = x[..., :-3, 5:]
        torch.testing.assert_close(moved(x, down=0.3, right=-0.25), wanted)

    @pytest.mark.parametrize("factor", [0.8, 1.0, 1.5])
    @pytest.mark.parametrize("size", [(101, 101), (81, 161)])
    def test_zoom_changes_an_area_by_its_square_and_keeps_it_round(self, size, factor):
        x = disc(*size, radius=20)
        ink = 1 - moved(x, factor=factor)[0, 0]
        before = (1 - x).sum()
        assert float(ink.sum() / before) == pytest.approx(factor**2, rel=0.02)
        tall, wide = ((ink.amax(dim=dim) > 0.5).sum() for dim in (1, 0))
        assert abs(int(tall - wide)) <= 1

    def test_shear_leans_upright_lines_to_the_right_and_keeps_level_ones(self):
        x = torch.ones(1, 1, 41, 121, dtype=torch.float64)
        x[..., 20, :] = 0.0
        torch.testing.assert_close(
            moved(x, shear=10.0)[..., 20, 8:-8], x[..., 20, 8:-8]
        )
        x = torch.ones(1, 1, 41, 121, dtype=torch.float64)
        x[..., 60] = 0.0
        sheared = 1 - moved(x, shear=10.0)[0, 0]
        places = (sheared * torch.arange(121)).sum(dim=1) / sheared.sum(dim=1)
        wanted = 60 + np.tan(np.deg2rad(10)) * (20 - torch.arange(41.0).double())
        torch.testing.assert_close(places, wanted, rtol=0, atol=1e-6)

    def test_order_is_shear_turn_and_zoom_then_shift(self):
        x = disc(61, 91, radius=6)
        # The middle is where the shift alone takes it, whatever else is done.
        ink = 1 - moved(x, rotation=33.0, shear=12.0, factor=1.1, down=0.1, right=0.2)
        ink = ink[0, 0]
        row = float((ink.sum(dim=1) * torch.arange(61)).sum() / ink.sum())
        column = float((ink.sum(dim=0) * torch.arange(91)).sum() / ink.sum())
        assert (row, column) == pytest.approx((30 + 6.1, 45 + 18.2), abs=0.05)
        sheared_then_turned = moved(moved(x, shear=12.0), rotation=33.0)
        at_once = moved(x, shear=12.0, rotation=33.0)
        assert float((sheared_then_turned - at_once).abs().mean()) < 0.005


class TestRandomAffine:
    def test_angles_fill_their_range_to_both_sides(self):
        x = torch.ones(200, 1, 41, 121)
        x[:, :, 20] = 0.0
        turned = RandomAffine(rotation=15.0)(x, None)
        angles = np.array([line_angle(each[None]) for each in turned])
        assert -15.3 < angles.min() < -13
        assert 13 < angles.max() < 15.3
        assert abs(angles.mean()) < 2

    def test_shifts_are_drawn_one_by_one_and_fill_their_range(self):
        dot = torch.ones(300, 1, 41, 101)
        dot[:, :, 20, 50] = 0.0
        ink = 1 - RandomAffine(shift=0.2)(dot, None)[:, 0]
        down = (ink.sum(dim=2) * torch.arange(41)).sum(dim=1) - 20
        right = (ink.sum(dim=1) * torch.arange(101)).sum(dim=1) - 50
        assert 7.5 < down.abs().max() <= 8.21
        assert 19 < right.abs().max() <= 20.21
        assert abs(np.corrcoef(down, right)[0, 1]) < 0.2

    def test_zoom_fills_its_range(self):
        x = disc(61, 61, radius=15).float().expand(200, 1, 61, 61)
        ink = 1 - RandomAffine(zoom=0.3)(x, None)
        factors = (ink.sum(dim=(1, 2, 3)) / (1 - x[0]).sum()).sqrt()
        assert 0.69 < factors.min() < 0.75
        assert 1.25 < factors.max() < 1.31


class TestBrightness:
    def test_is_one_factor_for_a_picture_within_its_range(self):
        x = batch(300, 3) * 0.5 + 0.25
        factors = Brightness(0.3)(x, None) / x
        torch.testing.assert_close(factors.amin(dim=(1, 2, 3)), factors[:, 0, 0, 0])
        assert 0.7 <= factors.min() < 0.75
        assert 1.25 < factors.max() <= 1.301

    def test_no_pixel_is_lighter_than_white(self):
        changed = Brightness(1.0)(torch.ones(100, 1, 2, 2), None)
        assert changed.max() == 1
        assert changed.min() < 0.1


class TestBlur:
    def test_a_dot_becomes_a_bell_of_the_width_asked_for(self):
        dot = torch.ones(1, 1, 41, 41, dtype=torch.float64)
        dot[..., 20, 20] = 0.0
        places = torch.arange(-9, 10, dtype=torch.float64)
        bell = torch.exp(-0.5 * (places / 2.0) ** 2)
        ink = 1 - blur_rows_and_columns(dot, (bell / bell.sum())[None])[0, 0]
        wanted = bell[:, None] * bell / bell.sum() ** 2
        torch.testing.assert_close(ink[11:30, 11:30], wanted)
        assert float(ink.sum()) == pytest.approx(1)

    def test_widths_fill_their_range(self):
        dot = torch.ones(300, 1, 25, 25, dtype=torch.float64)
        dot[..., 12, 12] = 0.0
        ink = (1 - Blur(2.0)(dot, None))[:, 0].sum(dim=1)
        torch.testing.assert_close(ink.sum(dim=1), torch.ones_like(ink[:, 0]))
        widths = (ink * (torch.arange(25) - 12.0) ** 2).sum(dim=1).sqrt()
        assert widths.min() < 0.1
        assert 1.8 < widths.max() <= 2.0

    def test_a_picture_smaller_than_its_reach_is_no_problem(self):
        assert Blur(3.0)(batch(2, 1, 2, 1), None).shape == (2, 1, 2, 1)

    def test_a_grey_rim_stays_as_grey_as_it_is(self):
        grey = torch.full((4, 1, 9, 9), 0.75)
        torch.testing.assert_close(Blur(2.0)(grey, None), grey)


class TestPictureAugmentation:
    @pytest.mark.parametrize("name", PRESETS)
    def test_each_changes_pictures(self, name):
        x = batch(n_channels=3)
        for change in picture_augmentation(name):
            x, before = change(x, None), x
            assert not torch.equal(x, before)

    def test_strengths_are_those_that_are_told(self):
        assert picture_augmentation("rotation_zoom") == [
            RandomAffine(rotation=20.0, zoom=0.2)
        ]
        affine, brightness = picture_augmentation("rotation_shear")
        assert affine == RandomAffine(rotation=15.0, shift=0.1, shear=affine.shear)
        assert np.deg2rad(affine.shear) == pytest.approx(0.1, abs=1e-4)
        assert brightness == Brightness(0.2)

    def test_a_list_is_the_caller_s_own(self):
        picture_augmentation("scan").clear()
        assert len(picture_augmentation("scan")) == 3

    def test_another_name_is_refused(self):
        with pytest.raises(ValueError, match=r"one of .*'scan'.*got 'photo'"):
            picture_augmentation("photo")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: RandomAffine(rotation=181),
            r"rotation must lie in \[0, 180\], got 181",
        ),
        (lambda: RandomAffine(rotation=-1.0), "rotation must lie in"),
        (lambda: RandomAffine(shift=1.1), "shift must lie in"),
        (lambda: RandomAffine(zoom=1.0), r"zoom must lie in \[0, 0.9\], got 1.0"),
        (lambda: RandomAffine(shear=90.0), "shear must lie in"),
        (lambda: RandomAffine(shear=float("nan")), "shear must lie in"),
        (lambda: Brightness(1.5), r"most must lie in \[0, 1\]"),
        (lambda: Blur(-0.5), r"most must lie in \[0, 100\]"),
        (lambda: Blur(float("inf")), "most must lie in"),
    ],
)
def test_parameters_are_checked(make, message):
    with pytest.raises(ValueError, match=message):
        make()
