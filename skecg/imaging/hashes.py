"""Fingerprints of pictures: of their pixels, and of the trace that they show."""

import hashlib

import numpy as np
import numpy.typing as npt

from skecg.imaging._grid import byte_percentile, channels_reduced
from skecg.imaging._image_checks import as_bytes, as_picture
from skecg.imaging.resize import bilinear_resize

_SIDE = 32  # cosines each way
_SIZE = (160, 256)  # what a picture is brought to: thin lines of all sizes are alike
_INK = 0.25  # of the way from the paper to the trace, what is lighter is grid
_SPAN = 3.6  # standard deviations of evenly spread ink from edge to edge: sqrt(12)


def content_hash(image: npt.ArrayLike) -> str:
    """Return a SHA-256 of a picture's pixels.

    Equal for files that are decoded to the same pixels, whatever their names, formats
    and other contents.

    Parameters
    ----------
    image : array-like of shape (height, width) or (height, width, 3)
        One picture, uint8 or float.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float.
    ValueError
        If it is no single picture, or has pixels that are not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.hashes import content_hash
    >>> content_hash(np.zeros((2, 3), dtype=np.uint8))[:12]
    'bebc828e577d'
    """
    picture = as_picture(image)
    kind = f"{picture.dtype.name} {picture.shape} ".encode()
    return hashlib.sha256(kind + np.ascontiguousarray(picture).tobytes()).hexdigest()


def perceptual_hash(image: npt.ArrayLike) -> np.ndarray:
    r"""Return bits that copies of an ECG have in common, and other ECGs do not.

    Small thumbnails, which the usual hashes [1]_ are made of, are the same for all
    printouts of one layout. Here the ink is taken by itself: what is darker than the
    grid in the lightest of the channels. The bits are the signs of its first 32 x 32
    cosine coefficients, measured from the ink's own centre in units of its own spread,
    so that margins, shifts and sizes do not count.

    Parameters
    ----------
    image : array-like of shape (height, width) or (height, width, 3)
        One picture: uint8, or float from 0 (black) to 1 (white).

    Returns
    -------
    ndarray of uint8 of shape (128,)
        1024 bits, packed.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float.
    ValueError
        If it is no single picture, or has pixels that are not finite.

    See Also
    --------
    skecg.imaging.duplicates.group_duplicates : What belongs together by these bits.

    Notes
    -----
    Pictures without any ink have the same bits, and so are taken for copies.

    References
    ----------
    .. [1] Zauner C. (2010). Implementation and benchmarking of perceptual image hash
       functions. Master's thesis, Upper Austria University of Applied Sciences,
       Hagenberg.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.hashes import hash_distances, perceptual_hash
    >>> from skecg.imaging.paper import render_ecg
    >>> records = np.random.default_rng(0).normal(0, 0.3, (2, 12, 500)).cumsum(axis=-1)
    >>> one, other = (render_ecg(record, sampling_rate=50) for record in records / 10)
    >>> copy = one[4:, :-7] // 10 * 9  # cut at the edges, and darker
    >>> bits = np.stack([perceptual_hash(image) for image in (one, copy, other)])
    >>> near, far = hash_distances(bits[:1], bits[1:])[0]
    >>> bool(near < 100), bool(far > 300)
    (True, True)
    """
    ink = _ink(as_picture(image))
    rows, columns = (_cosines(ink.sum(axis=axis)) for axis in (1, 0))
    return np.packbits(rows @ ink @ columns.T > 0)


def hash_distances(first: npt.ArrayLike, second: npt.ArrayLike) -> np.ndarray:
    """Count the bits in which hashes differ.

    Parameters
    ----------
    first : array-like of uint8 of shape (n_first, n_bytes)
        Packed bits, from `perceptual_hash`.
    second : array-like of uint8 of shape (n_second, n_bytes)
        Others of the same length.

    Returns
    -------
    ndarray of uint16 of shape (n_first, n_second)

    Raises
    ------
    ValueError
        If they are not uint8 of two axes, or differ in length.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.hashes import hash_distances
    >>> hashes = np.array([[0b0000], [0b0111]], dtype=np.uint8)
    >>> hash_distances(hashes, hashes)
    array([[0, 3],
           [3, 0]], dtype=uint16)
    """
    left, right = as_words(first), as_words(second)
    if np.shape(first)[1] != np.shape(second)[1]:
        raise ValueError(
            f"Hashes of {np.shape(first)[1]} and {np.shape(second)[1]} bytes cannot be "
            "compared. Make them all by the same function."
        )
    distances = np.zeros((len(left), len(right)), dtype=np.uint16)
    for one, other in zip(left.T, right.T, strict=True):
        distances += np.bitwise_count(one[:, np.newaxis] ^ other)
    return distances


def as_words(hashes: npt.ArrayLike) -> np.ndarray:
    """Return hashes as whole numbers of eight bytes, filled up with zeros.

    Parameters
    ----------
    hashes : array-like of uint8 of shape (n_images, n_bytes)
        Packed bits.

    Returns
    -------
    ndarray of uint64 of shape (n_images, n_words)

    Raises
    ------
    ValueError
        If they are not uint8 of two axes.
    """
    packed = np.asarray(hashes)
    if packed.dtype != np.uint8 or packed.ndim != 2 or packed.shape[1] == 0:
        raise ValueError(
            "Hashes must be uint8 of shape (n_images, n_bytes), got "
            f"{packed.dtype} of shape {packed.shape}. Stack what perceptual_hash "
            "returns."
        )
    padded = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
    return np.ascontiguousarray(padded).view(np.uint64)


def _ink(picture: np.ndarray) -> np.ndarray:
    # How much darker than the paper, of the size that all pictures are compared in. To
    # clip before the size is the same would make thin lines of small pictures vanish.
    light = as_bytes(bilinear_resize(channels_reduced(picture, np.maximum), _SIZE))
    paper, trace = byte_percentile(light, 50), byte_percentile(light, 0.5)
    return np.clip(paper - _INK * (paper - trace) - light.astype(np.float32), 0, None)


def _cosines(mass: np.ndarray) -> np.ndarray:
    # Half waves over the span of the ink, around its middle.
    share = mass / max(mass.sum(), 1e-6)
    place = np.arange(mass.size)
    centre = share @ place
    spread = max(np.sqrt(share @ (place - centre) ** 2), 1.0)
    phase = np.pi * ((place - centre) / (_SPAN * spread) + 0.5)
    return np.cos(np.outer(np.arange(_SIDE), phase)).astype(np.float32)
