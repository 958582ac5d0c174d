"""Pictures into PNG files, for a browser."""

from io import BytesIO

import numpy as np
from PIL import Image

_LARGEST = 2400  # pixels a side: more than a screen shows


def encode_png(picture: np.ndarray, *, most_side: int = _LARGEST) -> bytes:
    """Return a picture as a PNG file, made smaller where it is larger than a screen.

    Parameters
    ----------
    picture : ndarray of uint8 of shape (height, width) or (height, width, 3)
        One picture.
    most_side : int, default=2400
        The longest side of the result, in pixels.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging._encode import encode_png
    >>> encode_png(np.zeros((4, 6), dtype=np.uint8))[1:4]
    b'PNG'
    """
    image = Image.fromarray(picture)
    if max(image.size) > most_side:
        image.thumbnail((most_side, most_side), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()
