import torch
from torch.nn import functional

from skecg.nn.blocks import (
    DenseHead,
    ResidualBlock1d,
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
