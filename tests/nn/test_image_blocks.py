import torch

from skecg.nn.image_blocks import pad_with_white, whole_patches


def test_white_comes_below_and_on_the_right():
    x = torch.zeros(2, 3, 4, 5)
    padded = pad_with_white(x, (6, 8))
    assert padded.shape == (2, 3, 6, 8)
    assert (padded[:, :, :4, :5] == 0).all()
    assert (padded[:, :, 4:] == 1).all()
    assert (padded[:, :, :, 5:] == 1).all()


def test_what_has_the_size_is_not_copied():
    x = torch.zeros(2, 3, 4, 5)
    assert pad_with_white(x, (4, 5)) is x


def test_whole_patches_are_the_fewest_that_cover():
    assert whole_patches((182, 256), (8, 8)) == (184, 256)
    assert whole_patches((1, 17), (16, 16)) == (16, 32)
    assert whole_patches((32, 32), (16, 16)) == (32, 32)
