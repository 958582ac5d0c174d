import pytest
import torch
from torch.nn import functional

from skecg.nn.blocks import (
    DenseHead,
    NormedBlock1d,
    ResidualBlock1d,
    RowPool,
    as_rows,
    channels_last,
    pad_to,
    row_conv,
    with_context,
)


def test_pad_to_appends_zeros_and_leaves_long_input_alone():
    x = torch.ones(2, 1, 3)
    assert pad_to(x, 5).tolist() == [[[1, 1, 1, 0, 0]]] * 2
    assert pad_to(x, 3) is x


def test_residual_block_halves_the_time_axis():
    assert ResidualBlock1d(4, 3)(torch.zeros(2, 4, 1, 21)).shape == (2, 4, 1, 9)


def test_row_convolution_is_a_convolution_along_time():
    torch.manual_seed(0)
    conv, x = row_conv(2, 3, 5), torch.randn(4, 2, 20)
    expected = functional.conv1d(x, conv.weight.squeeze(2), conv.bias, padding=2)
    rows = conv(channels_last(as_rows(x)))
    torch.testing.assert_close(rows.squeeze(2), expected)


def test_dense_head_has_no_relu_behind_its_last_layer():
    head = DenseHead(6, (4, 3), 2, dropout=0.5)
    assert [type(layer).__name__ for layer in head] == [
        *("Linear", "ReLU", "Dropout") * 2,
        "Linear",
    ]


def test_context_stands_behind_the_features():
    features, context = torch.zeros(2, 3), torch.ones(2, 1)
    assert with_context(features, None) is features
    assert with_context(features, context).tolist() == [[0, 0, 0, 1]] * 2


@pytest.mark.parametrize(("n_samples", "stride"), [(5, 2), (2, 2), (3, 1), (4, 3)])
@pytest.mark.parametrize("n_times", [5, 20, 187])
def test_pooling_by_slices_is_pooling(n_samples, stride, n_times):
    torch.manual_seed(0)
    pool, x = RowPool(n_samples, stride), channels_last(torch.randn(3, 4, 1, n_times))
    x[0, 0, 0, 2] = torch.nan
    kept = x.clone()
    wanted = functional.max_pool2d(x, (1, n_samples), (1, stride))
    with torch.no_grad():
        by_slices = pool(x)
    torch.testing.assert_close(by_slices, wanted, rtol=0, atol=0, equal_nan=True)
    torch.testing.assert_close(pool(x), wanted, rtol=0, atol=0, equal_nan=True)
    torch.testing.assert_close(x, kept, rtol=0, atol=0, equal_nan=True)
    assert by_slices.stride() == wanted.stride()


def test_block_answers_the_same_without_gradients_and_leaves_its_input_alone():
    torch.manual_seed(0)
    block, x = ResidualBlock1d(4, 3), channels_last(torch.randn(3, 4, 1, 21))
    kept, wanted = x.clone(), block(x)
    with torch.no_grad():
        assert torch.equal(block(x), wanted)
    assert torch.equal(x, kept)


def test_the_normed_block_keeps_the_time_axis_and_changes_the_channels():
    block = NormedBlock1d(4, 6, 5)
    assert block(torch.randn(3, 4, 1, 21)).shape == (3, 6, 1, 21)
