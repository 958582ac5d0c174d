import pytest
import torch

from skecg.nn.context import ContextHead, ContextScaler


def test_the_scaler_learns_mean_and_spread_over_the_batches():
    torch.manual_seed(0)
    rows = torch.randn(1000, 2) * torch.tensor([5.0, 0.1]) + torch.tensor([3.0, -1.0])
    scaler = ContextScaler(2)
    for batch in rows.split(300):  # the last one is shorter
        scaler(batch)
    torch.testing.assert_close(scaler.mean, rows.mean(0), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(scaler.variance, rows.var(0, correction=0))
    scaled = scaler.eval()(rows)
    assert scaled.abs().max() <= 4
    torch.testing.assert_close(scaled.std(0), torch.ones(2), rtol=0.05, atol=0)


def test_the_scaler_adds_noise_only_while_training():
    scaler, rows = ContextScaler(1, noise=0.5), torch.randn(500, 1)
    noisy = scaler(rows)
    calm = scaler.eval()(rows)
    assert 0.4 < (noisy - calm).std() < 0.6
    torch.testing.assert_close(scaler(rows), calm, rtol=0, atol=0)


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_constant_column_and_a_single_row_stay_finite(n_rows):
    scaler = ContextScaler(2)
    assert torch.isfinite(scaler(torch.full((n_rows, 2), 7.0))).all()
    assert scaler.eval()(torch.full((1, 2), 7.0)).abs().max() == 0


def test_the_context_head_without_context_has_no_branch_for_it():
    head = ContextHead(6, 0, 4, 3, dropout=0.0)
    assert head.context is None
    assert head(torch.randn(5, 6)).shape == (5, 3)


def test_a_frozen_branch_keeps_its_scale_and_adds_no_noise():
    head, rows = ContextHead(6, 2, 4, 3, dropout=0.0), torch.randn(20, 8)
    head(rows)
    before = {name: each.clone() for name, each in head.state_dict().items()}
    head.context.requires_grad_(requires_grad=False)
    head.train()
    torch.testing.assert_close(head(rows + 5), head(rows + 5), rtol=0, atol=0)
    for name, each in head.state_dict().items():
        torch.testing.assert_close(each, before[name], rtol=0, atol=0)
    head.requires_grad_(requires_grad=True)
    head.train()
    head(rows + 5)
    assert head.context[0].n_rows == 40
