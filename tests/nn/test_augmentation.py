"""Tests of skecg.nn.augmentation."""

import numpy as np
import pytest
import torch

from skecg.nn.augmentation import (
    LeadDropout,
    MixUp,
    Noise,
    Scale,
    Shift,
    Stretch,
    TimeMask,
    Wander,
)

RATE = 100.0
ALL = [
    Scale(),
    Shift(),
    Noise(),
    Wander(),
    TimeMask(),
    LeadDropout(0.5),
    Stretch(),
]


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


def batch(n=50, n_leads=3, n_times=200):
    return torch.randn(n, n_leads, n_times)


@pytest.mark.parametrize("augmentation", ALL, ids=lambda each: type(each).__name__)
class TestEach:
    def test_it_keeps_shape_and_type_and_leaves_its_input_alone(self, augmentation):
        x = batch()
        before = x.clone()
        changed = augmentation(x, RATE)
        assert changed.shape == x.shape
        assert changed.dtype == x.dtype
        assert torch.isfinite(changed).all()
        torch.testing.assert_close(x, before, rtol=0, atol=0)
        assert not torch.equal(changed, x)

    def test_one_seed_gives_one_answer(self, augmentation):
        x = batch()
        torch.manual_seed(1)
        first = augmentation(x, RATE)
        torch.manual_seed(1)
        torch.testing.assert_close(augmentation(x, RATE), first, rtol=0, atol=0)
        assert not torch.equal(augmentation(x, RATE), first)


def test_scale_is_one_factor_for_all_leads_within_its_range():
    x = batch(500).abs() + 1
    factors = Scale(most=1.5)(x, None) / x
    torch.testing.assert_close(factors.amin(dim=(1, 2)), factors.amax(dim=(1, 2)))
    assert 1 / 1.5 <= factors.min() < 0.75
    assert 1.35 < factors.max() <= 1.5


def test_shift_moves_whole_samples_and_repeats_the_ends():
    x = torch.arange(200.0).expand(300, 2, 200)
    moved = Shift(most=0.05)(x, RATE)
    steps = x[:, 0, 100] - moved[:, 0, 100]
    assert set(steps.tolist()) == set(range(-5, 6))
    for row, step in zip(moved, steps.long().tolist(), strict=True):
        wanted = np.clip(np.arange(200) - step, 0, 199)
        np.testing.assert_array_equal(row[0].numpy(), wanted)


def test_noise_is_a_share_of_the_row_s_own_spread():
    x = batch(400, 1, 400) * torch.tensor([1.0, 100.0]).repeat(200)[:, None, None]
    added = (Noise(most=0.2)(x, None) - x).std(dim=2) / x.std(dim=2)
    assert added.max() < 0.23
    assert added.mean() == pytest.approx(0.1, abs=0.02)
    assert added[::2].mean() == pytest.approx(added[1::2].mean().item(), rel=0.3)


def test_wander_is_slow():
    x = torch.randn(20, 1, 1000)
    added = (Wander(most=1.0)(x, RATE) - x)[:, 0].numpy()
    power = np.abs(np.fft.rfft(added * np.hanning(1000))) ** 2
    frequency = np.fft.rfftfreq(1000, 1 / RATE)
    assert power[:, frequency <= 0.8].sum() > 0.99 * power.sum()


def test_a_mask_hides_one_stretch():
    x = torch.randn(2000, 2, 200)
    hidden = (TimeMask(longest=0.3)(x, RATE) != x).all(dim=1)
    lengths = hidden.sum(dim=1)
    assert lengths.max() == 30
    edges = hidden.int().diff(dim=1).abs().sum(dim=1)
    assert edges.max() <= 2
    assert hidden.any(dim=0).all()


def test_one_lead_is_always_left():
    x = torch.ones(500, 4, 10)
    assert (LeadDropout(1.0)(x, None).sum(dim=(1, 2)) == 10).all()
    kept = LeadDropout(0.25)(x, None)[:, :, 0].mean()
    assert kept == pytest.approx(0.75, abs=0.04)
    torch.testing.assert_close(LeadDropout(0.0)(x, None), x)


def test_stretch_leaves_the_middle_where_it_is():
    times = torch.arange(201.0)
    x = torch.exp(-0.5 * ((times - 100) / 5) ** 2).expand(200, 1, 201)
    stretched = Stretch(most=1.5)(x, None)
    assert (stretched.argmax(dim=2) == 100).all()
    widths = (stretched > 0.5).sum(dim=2).float()
    assert widths.min() < 9 < 15 < widths.max()


class TestMixUp:
    def test_shares_are_at_least_a_half_and_follow_alpha(self):
        _, share = MixUp(alpha=0.2).draw(5000, torch.device("cpu"))
        assert share.min() >= 0.5
        assert share.max() <= 1
        rng = np.random.default_rng(0)
        wanted = rng.beta(0.2, 0.2, size=5000)
        wanted = np.maximum(wanted, 1 - wanted).mean()
        assert share.mean() == pytest.approx(wanted, abs=0.01)

    def test_partners_are_a_permutation(self):
        partner, _ = MixUp().draw(100, torch.device("cpu"))
        assert sorted(partner.tolist()) == list(range(100))


@pytest.mark.parametrize("augmentation", [Shift(), Wander(), TimeMask()])
def test_what_measures_time_needs_the_rate(augmentation):
    with pytest.raises(ValueError, match="needs the sampling_rate, got None"):
        augmentation(batch(), None)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Scale(0.5), "most must be at least 1, got 0.5"),
        (lambda: Stretch(0.5), "most must be at least 1"),
        (lambda: Shift(-1.0), "most must be at least 0"),
        (lambda: Noise(float("nan")), "most must be at least 0"),
        (lambda: Wander(0.1, (0.5, 0.1)), "frequency must be"),
        (lambda: TimeMask(-0.1), "longest must be at least 0"),
        (lambda: LeadDropout(1.5), "probability must lie in"),
        (lambda: MixUp(0.0), "alpha must be above 0"),
    ],
)
def test_parameters_are_checked(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("augmentation", ALL, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (torch.rand(2, 1, 8, 9), r"float32 of shape \(2, 1, 8, 9\)\. For pictures"),
        (torch.rand(8, 9), r"float32 of shape \(8, 9\)"),
        (torch.ones(2, 1, 9, dtype=torch.uint8), "uint8 of shape"),
    ],
    ids=["pictures", "flat", "bytes"],
)
def test_what_is_no_batch_of_signals_is_refused(augmentation, wrong, got):
    name = type(augmentation).__name__
    with pytest.raises(ValueError, match=f"{name} changes signals.*got torch.{got}"):
        augmentation(wrong, RATE)
