"""Random numbers that leave numpy's global state alone."""

import numpy as np

RandomState = int | np.random.RandomState | np.random.Generator | None


def as_generator(random_state: RandomState) -> np.random.Generator:
    """Return a generator of its own for `random_state`.

    `sklearn.utils.check_random_state(None)` hands out numpy's global generator, so
    that asking for a split would move every other draw of the caller's program.
    """
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1))
    return np.random.default_rng(random_state)
