"""Pictures of known brightness, and a classifier that measures it."""

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.base import BaseEstimator, ClassifierMixin

from skecg.imaging.decode import read_image

GAP = 0.02  # seconds that a file takes where a test needs time


class Brightness(ClassifierMixin, BaseEstimator):
    """Answers with how dark and how light a picture is; it is fitted as it is made.

    It writes a line into `log` for each file that it looks at.
    """

    def __init__(self, log: Path | None = None, gap: float = 0.0) -> None:
        self.log = log
        self.gap = gap
        self.classes_ = np.array(["dark", "light"])

    def fit(self, X: Any, y: Any) -> "Brightness":
        """Do nothing."""
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the share of black and of white."""
        return np.array([self._look(path) for path in X])

    def _look(self, path: str) -> list[float]:
        time.sleep(self.gap)
        light = float(read_image(path, color="grey").mean()) / 255
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(f"{path}\n")
        return [1 - light, light]


def write_pictures(folder: Path, shades: list[int]) -> list[str]:
    """Write a small PNG of each shade and return the paths, in that order."""
    paths = [folder / f"{index:03}.png" for index in range(len(shades))]
    for path, shade in zip(paths, shades, strict=True):
        Image.fromarray(np.full((4, 4), shade, dtype=np.uint8)).save(path)
    return [os.fspath(path) for path in paths]
