"""Printouts of drawn records, in half of which one lead has a raised ST segment."""

from typing import NamedTuple

import numpy as np

from skecg.datasets import make_ecg
from skecg.imaging.paper import Strip, render_ecg

RATE = 125.0
ROWS = (("I", "V1"), ("II", "V2"), ("III", "V3"))
FADING = 20  # samples in which the rise is lost again


class Printouts(NamedTuple):
    """Pictures whose class depends on one lead alone."""

    X: np.ndarray
    y: np.ndarray
    strips: tuple[Strip, ...]

    def box(self, lead: str) -> np.ndarray:
        """Return which pixels lie in the box of a lead."""
        inside = np.zeros(self.X.shape[1:3], dtype=bool)
        strip = next(each for each in self.strips if each.lead == lead)
        inside[strip.top : strip.bottom, strip.left : strip.right] = True
        return inside

    def shares(self, maps: np.ndarray, lead: str) -> np.ndarray:
        """Return each map's share in a lead's box, by the share of the area."""
        inside = self.box(lead)
        total = maps.sum(axis=(1, 2))
        mass = maps[:, inside].sum(axis=1)
        shares = np.divide(mass, total, out=np.zeros_like(mass), where=total > 0)
        return shares / inside.mean()


def printouts(
    lead: str,
    n: int,
    *,
    size: tuple[int, int] = (64, 104),
    raised: float = 0.5,
    seed: int = 0,
) -> Printouts:
    """Draw six leads of 5 s; in every second record one is raised, by some mV."""
    ecg = make_ecg(
        n,
        sampling_rate=RATE,
        duration=5.0,
        n_leads=12,
        heart_rate=75.0,
        noise=0.02,
        random_state=seed,
    )
    names = ecg.lead_names[0].tolist()
    for row in range(1, n, 2):
        _raise(ecg.data[row, names.index(lead)], ecg.offsets["qrs"][row], raised)
    pictures = []
    for record in ecg.data:
        picture, layout = render_ecg(
            record,
            sampling_rate=RATE,
            layout=ROWS,
            size=size,
            duration=5.0,
            lead_names=names,
            style="plain",
            return_layout=True,
        )
        pictures.append(picture)
    y = np.where(np.arange(n) % 2, "raised", "level")
    return Printouts(np.array(pictures), y, layout.strips)


def _raise(signal: np.ndarray, qrs_ends: np.ndarray, by: float) -> None:
    bump = by * np.r_[np.ones(FADING), np.linspace(1, 0, FADING)]
    for end in qrs_ends[~np.isnan(qrs_ends)].astype(int):
        part = signal[max(end, 0) : end + bump.size]
        part += bump[: part.size]
