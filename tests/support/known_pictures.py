"""Pictures of ECGs whose paper, grid and trace are known."""

import numpy as np

MINOR, MAJOR = (255, 214, 214), (250, 160, 160)


def ecg_paper(
    shape: tuple[int, int],
    *,
    step: int = 5,
    minor: tuple[int, int, int] = MINOR,
    major: tuple[int, int, int] = MAJOR,
) -> np.ndarray:
    """Return white paper with a line every `step` pixels, each fifth another colour."""
    paper = np.full((*shape, 3), 255, dtype=np.uint8)
    for every, colour in ((step, minor), (5 * step, major)):
        paper[::every] = colour
        paper[:, ::every] = colour
    return paper


def trace_of(shape: tuple[int, int], *, seed: int = 0, n_rows: int = 2) -> np.ndarray:
    """Return where the ink is: rows of flat lines with a beat now and then."""
    height, width = shape
    rng = np.random.default_rng(seed)
    ink = np.zeros(shape, dtype=bool)
    time = np.arange(width)
    for row in range(n_rows):
        wave = np.zeros(width)
        for at in range(int(rng.integers(5, 15)), width, 30):
            wave += rng.uniform(0.5, 1) * np.exp(-0.5 * ((time - at) / 1.5) ** 2)
        level = (row + 0.7) * height / n_rows - wave * 0.5 * height / n_rows
        level = np.clip(np.rint(level), 1, height - 2).astype(int)
        for x in range(width):
            low, high = sorted((level[max(x - 1, 0)], level[x]))
            ink[low : high + 2, x] = True
    return ink


def ecg_picture(
    shape: tuple[int, int], *, seed: int = 0, **paper: object
) -> np.ndarray:
    """Return a black trace on paper, in colour."""
    picture = ecg_paper(shape, **paper)
    picture[trace_of(shape, seed=seed)] = 20
    return picture
