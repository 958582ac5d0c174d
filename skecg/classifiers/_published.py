"""Published weights, downloaded once."""

import logging
import re
from pathlib import Path

from torch import nn

from skecg.datasets._cache import VARIABLE, data_folder, only_one
from skecg.datasets._download import TIMEOUT, download
from skecg.exceptions import DownloadError
from skecg.nn import PublishedWeights, list_networks, published_weights
from skecg.nn.published import imagenet_weights, is_published

_LOG = logging.getLogger(__name__)
_FOLDER = "weights"
# torch's habit: the name of a file ends in the beginning of its SHA-256.
_IN_THE_NAME = re.compile(r"-([0-9a-f]{8,64})\.\w+$")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def named_weights(
    weights: object, network: str | type[nn.Module]
) -> PublishedWeights | None:
    """Find the published weights that an `ImageClassifier` is to start from.

    Parameters
    ----------
    weights : object
        Its parameter of that name.
    network : str or type
        That one too.

    Returns
    -------
    PublishedWeights or None
        None if `weights` names none: it is a path then, or a fitted classifier.

    Raises
    ------
    ValueError
        If the network is no back-bone, or nothing permissive is published for it.
    """
    if not isinstance(weights, str):
        return None
    by_default = weights == "imagenet"
    if not by_default and (Path(weights).exists() or not is_published(weights)):
        return None
    if not isinstance(network, str) or network in list_networks("image"):
        raise ValueError(
            f"weights={weights!r} are for back-bones such as network='resnet50', not "
            f"for network={network!r}."
        )
    return imagenet_weights(network) if by_default else published_weights(weights)


def fetch_weights(weights: PublishedWeights) -> Path:
    """Download published weights, unless they are there.

    A file gets its name only when it is whole and its SHA-256 is the one that was
    published: in the file's name, as torch does it, or with the answer of the hub that
    timm keeps its weights on. A download that broke off goes on where it stopped.

    Parameters
    ----------
    weights : PublishedWeights
        Which.

    Returns
    -------
    Path
        The file, in ``weights`` in the package's folder for data.

    Raises
    ------
    DownloadError
        If it is not there and cannot be downloaded; an `OSError`.
    OSError
        If it cannot be written.
    """
    folder = data_folder() / _FOLDER
    path = folder / weights.file
    _LOG.info(
        "%s, licence %s, of %s, in %s",
        *(weights.name, weights.licence, weights.source, path),
    )
    if path.is_file():
        return path
    try:
        with only_one(folder) as ending:
            if not path.is_file():  # another process may have brought it
                part = path.with_name(path.name + ending)
                download(weights.source, path, sha256=_sha256(weights), part=part)
    except DownloadError as error:
        raise DownloadError(
            f"The weights {weights.name!r} are not in {folder}, and: {error} Where "
            f"there is no network, put {weights.file} there, or into weights in "
            f"another folder that the environment variable {VARIABLE} names, or give "
            "weights=path."
        ) from error
    return path


def _sha256(weights: PublishedWeights) -> str:
    # All of it or its beginning.
    told = _IN_THE_NAME.search(weights.file)
    if told is not None:
        return told[1]
    from huggingface_hub import get_hf_file_metadata

    try:
        facts = get_hf_file_metadata(weights.source, token=False, timeout=TIMEOUT)
    except Exception as error:  # of whichever client its version uses
        raise DownloadError(f"{weights.source} does not answer ({error}).") from error
    told = _SHA256.fullmatch(facts.etag or "")
    if told is None:
        raise DownloadError(
            f"{weights.source} comes without a SHA-256, so whether it is whole cannot "
            "be told."
        )
    return told[0]
