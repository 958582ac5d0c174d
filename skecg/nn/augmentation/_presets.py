"""Augmentations of pictures by name."""

import math

from skecg.nn.augmentation._base import Augmentation
from skecg.nn.augmentation._light import Blur, Brightness
from skecg.nn.augmentation._plane import RandomAffine

_PRESETS: dict[str, tuple[Augmentation, ...]] = {
    "scan": (
        RandomAffine(rotation=2.0, shift=0.02, zoom=0.05),
        Brightness(0.1),
        Blur(0.7),
    ),
    "rotation_zoom": (RandomAffine(rotation=20.0, zoom=0.2),),
    "rotation_shear": (
        RandomAffine(rotation=15.0, shift=0.1, shear=round(math.degrees(0.1), 2)),
        Brightness(0.2),
    ),
}


def picture_augmentation(name: str) -> list[Augmentation]:
    """Return a list of augmentations for pictures, for ``augment=``.

    Parameters
    ----------
    name : {"scan", "rotation_zoom", "rotation_shear"}
        "scan" is what a scanner does to paper that lies a little askew: 2 degrees, 2 %
        of shift, 5 % of zoom, 10 % of brightness, a blur of 0.7 pixels. The other two
        have strengths that are usual for photographs of things, and more than any
        scanner does. "rotation_zoom": 20 degrees and 20 % of zoom. "rotation_shear":
        15 degrees, 10 % of shift, a shear of 0.1 radians, 5.7 degrees, and 20 % of
        brightness.

    Returns
    -------
    list of Augmentation
        A new one at every call; more can be appended, for instance a `MixUp`.

    Raises
    ------
    ValueError
        If there is no set of that name.

    Notes
    -----
    The last two follow settings that are found with the ``ImageDataGenerator`` of
    Keras. Whoever copies a ``shear_range`` from there should know its date: it was in
    radians before it was in degrees. And zoom changes both directions alike here.

    Examples
    --------
    >>> from skecg.nn.augmentation import picture_augmentation
    >>> picture_augmentation("rotation_zoom")
    [RandomAffine(rotation=20.0, shift=0.0, zoom=0.2, shear=0.0)]
    """
    if name not in _PRESETS:
        raise ValueError(f"name must be one of {sorted(_PRESETS)}, got {name!r}.")
    return list(_PRESETS[name])
