"""A synthetic ECG: a rhythm, the waves of its beats, and what disturbs them.

After McSharry et al. (2003), doi 10.1109/TBME.2003.808805: each beat is five Gaussians.
"""

import math
from typing import Any, NamedTuple

import numpy as np

_P, _Q, _R, _S, _T = range(5)
# Height (mV, lead II), centre after R and standard deviation (s, at 60 beats a minute)
# of the waves P, Q, R, S and T. Q and S stand four deviations off R, so that they do
# not move its peak.
_CONDUCTED = np.array(
    [
        (0.12, -0.160, 0.022),
        (-0.12, -0.032, 0.008),
        (1.10, 0.000, 0.008),
        (-0.22, 0.032, 0.008),
        (0.30, 0.280, 0.040),
    ]
)
# Wide, without a P wave, and with T against the QRS complex.
_VENTRICULAR = np.array(
    [
        (0.00, -0.160, 0.022),
        (-0.10, -0.100, 0.025),
        (1.40, 0.000, 0.025),
        (-0.45, 0.100, 0.025),
        (-0.45, 0.330, 0.040),
    ]
)
_SHORTEST = 0.5  # RR interval in seconds below which the whole beat shrinks with it
_NARROWEST = 0.6  # a QRS complex shrinks no further: it takes its time to spread
_PREMATURE, _PAUSE = 0.65, 1.35  # of the RR interval, before and after an ectopic beat
_REACH = 5  # standard deviations drawn on either side of a wave's centre
_N_WANDERS = 3  # sines in the baseline


class Rhythm(NamedTuple):
    """Beats of all records, more than fit: times and intervals in seconds."""

    time: np.ndarray
    before: np.ndarray
    after: np.ndarray
    symbol: np.ndarray


class Waves(NamedTuple):
    """The five waves of each beat, record after record; samples and mV."""

    row: np.ndarray
    symbol: np.ndarray
    height: np.ndarray
    centre: np.ndarray
    width: np.ndarray


def draw_rhythm(
    rng: np.random.Generator,
    rates: np.ndarray,
    spread: float,
    ectopic: float,
    duration: float,
) -> Rhythm:
    """Draw when beats come and which are ectopic.

    `rates` are the records' means and `spread` the deviation from them, in beats per
    minute; `ectopic` is a share, `duration` in seconds. Each array of the result has
    shape (n_records, n_beats), with beats enough for the fastest record.
    """
    fastest = np.minimum(2 * rates, rates + 4 * spread)
    n_beats = math.ceil(duration * fastest.max() / 60 / _PREMATURE) + 2
    shape = (rates.size, n_beats + 1)  # one interval before and one after each beat
    drawn = rates[:, None] + spread * rng.standard_normal(shape)
    intervals = 60 / np.clip(drawn, rates[:, None] / 2, fastest[:, None])
    early = rng.random((rates.size, n_beats)) < ectopic
    symbol = np.where(early, rng.choice(["S", "V"], early.shape), "N")
    intervals[:, :-1][early] *= _PREMATURE
    intervals[:, 1:][symbol == "V"] *= _PAUSE
    before, after = intervals[:, :-1], intervals[:, 1:]
    # A record begins anywhere within the interval before its first beat.
    skipped = rng.random((rates.size, 1)) * before[:, :1]
    return Rhythm(np.cumsum(before, axis=1) - skipped, before, after, symbol)


def place_waves(rhythm: Rhythm, turned: np.ndarray, rate: float, n_times: int) -> Waves:
    """Place the waves of the beats whose R-peak is in the record.

    `turned` says whose T waves are turned over. Heights, centres and widths have shape
    (n_beats, 5).
    """
    rpeak = np.rint(rhythm.time * rate).astype(np.int64)
    inside = rpeak < n_times
    row, symbol = np.nonzero(inside)[0], rhythm.symbol[inside]
    before, after = rhythm.before[inside], rhythm.after[inside]
    waves = np.where((symbol == "V")[:, None, None], _VENTRICULAR, _CONDUCTED)
    scale = np.empty(waves.shape[:2])
    scale[:, _P] = np.minimum(1, _stretch(before))
    shortest = np.minimum(before, after)[:, None]
    scale[:, _Q : _S + 1] = np.clip(shortest / _SHORTEST, _NARROWEST, 1)
    scale[:, _T] = _stretch(after)
    waves[turned[row], _T, 0] *= -1
    centre = np.rint(waves[..., 1] * scale * rate).astype(np.int64)
    return Waves(
        row,
        symbol,
        height=waves[..., 0],
        centre=rpeak[inside][:, None] + centre,
        width=waves[..., 2] * scale * rate,
    )


def _stretch(interval: np.ndarray) -> np.ndarray:
    """Square root of the interval; straight down to zero below the shortest."""
    return np.minimum(np.sqrt(interval), interval / math.sqrt(_SHORTEST))


def draw_waves(
    waves: Waves, gains: np.ndarray, shape: tuple[int, int, int]
) -> np.ndarray:
    """Add up all waves, as high in each lead as `gains`, (n_leads, 5), says.

    Beats are drawn side by side and summed at their places, one kind of wave at a time.
    """
    n_records, _, n_times = shape
    data = np.zeros(shape)
    if not waves.row.size:
        return data
    # Waves may stick out of the record: they are drawn on a longer one.
    margin = math.ceil(_REACH * waves.width.max())
    margin += int(np.abs(waves.centre - waves.centre[:, _R, None]).max())
    longer = n_times + 2 * margin
    for wave, gain in enumerate(gains.T):
        width = waves.width[:, wave, None]
        reach = math.ceil(_REACH * width.max())
        offset = np.arange(-reach, reach + 1)
        drawn = waves.height[:, wave, None] * np.exp(-0.5 * (offset / width) ** 2)
        start = waves.row * longer + waves.centre[:, wave] + margin
        at = start[:, None] + offset
        summed = np.bincount(at.ravel(), drawn.ravel(), minlength=n_records * longer)
        kept = summed.reshape(n_records, 1, longer)[..., margin : margin + n_times]
        data += gain[:, None] * kept
    return data


def draw_wander(
    rng: np.random.Generator, shape: tuple[int, int, int], rate: float, wander: float
) -> np.ndarray:
    """Draw a few slow sines whose root mean square is `wander`."""
    frequency = rng.uniform(0.05, 0.5, (_N_WANDERS, *shape[:2], 1))
    phase = rng.uniform(0, 1, frequency.shape)
    seconds = np.arange(shape[-1]) / rate
    drawn = np.zeros(shape)
    if wander:
        for f, p in zip(frequency, phase, strict=True):
            drawn += np.sin(2 * np.pi * (f * seconds + p))
    return wander * math.sqrt(2 / _N_WANDERS) * drawn


def tell_waves(waves: Waves, n_records: int, n_times: int) -> dict[str, Any]:
    """Split what is known of the waves into records, as `make_ecg` returns it."""
    ends = np.searchsorted(waves.row, np.arange(1, n_records))
    there = (waves.centre >= 0) & (waves.centre < n_times) & (waves.height != 0)
    peak = np.where(there, waves.centre, np.nan)
    onset, offset = peak - 2 * waves.width, peak + 2 * waves.width
    onset[onset < 0] = np.nan
    offset[offset > n_times - 1] = np.nan
    first = {"p": onset[:, _P], "qrs": onset[:, _Q], "t": onset[:, _T]}
    last = {"p": offset[:, _P], "qrs": offset[:, _S], "t": offset[:, _T]}
    return {
        "rpeaks": np.split(waves.centre[:, _R], ends),
        "p_peaks": np.split(peak[:, _P], ends),
        "t_peaks": np.split(peak[:, _T], ends),
        "onsets": {name: np.split(column, ends) for name, column in first.items()},
        "offsets": {name: np.split(column, ends) for name, column in last.items()},
        "target": np.split(waves.symbol, ends),
    }
