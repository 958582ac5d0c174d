"""Weights that timm and torchvision have published: whose, what for, under which terms.

Nothing is downloaded here: both packages carry the facts with them.
"""

import re
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from skecg.nn.backbone import check_architecture

PERMISSIVE = frozenset({"apache-2.0", "bsd-3-clause", "cc-by-4.0", "mit"})
"""Licences, as timm names them, under which weights may be used for anything."""

# torchvision names a licence only where it is not its own.
_TORCHVISION = "bsd-3-clause"
# timm's tags say what weights were trained on: "in1k", "in22k_ft_in1k", "laion2b".
_IMAGENET_TAG = re.compile(r"(?<![a-z])inw?\d+k")


class PublishedWeights(NamedTuple):
    """What is known of published weights before they are downloaded.

    Attributes
    ----------
    name : str
        Their full name, which ``ImageClassifier(weights=...)`` takes.
    licence : str
        As their publisher names it; "unknown" where it does not.
    mean, std : tuple of three floats
        By which the colours, from 0 to 1, were scaled.
    size : tuple of two ints
        Height and width of the pictures that they were trained on, in pixels.
    source : str
        Address of the file.
    file : str
        Name of the file in the folder of downloads.

    See Also
    --------
    published_weights : Finds them by name.
    """

    name: str
    licence: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    size: tuple[int, int]
    source: str
    file: str


def published_weights(name: str) -> PublishedWeights:
    """Say what is known of published weights.

    Parameters
    ----------
    name : str
        Of a back-bone, for its default weights; or a full name of weights, as
        ``timm.list_pretrained()`` gives it (``"vgg16.tv_in1k"``) or torchvision does
        (``"VGG16_Weights.IMAGENET1K_V1"``).

    Returns
    -------
    PublishedWeights

    Raises
    ------
    ValueError
        If neither knows the name, nothing is published under it, or it does not
        classify pictures.

    Notes
    -----
    torchvision publishes its weights with the terms of the package, and names others
    where they apply; those are a link, in the place of a name.

    Examples
    --------
    >>> from skecg.nn import published_weights
    >>> found = published_weights("vgg16")
    >>> found.name, found.licence
    ('vgg16.tv_in1k', 'bsd-3-clause')
    """
    import timm
    from torchvision import models

    if "_Weights." in name:
        try:
            weights = models.get_weight(name)
        except (ValueError, KeyError) as error:
            raise ValueError(f"torchvision knows no weights {name!r}.") from error
        return _of_torchvision(weights)
    check_architecture(name, [])
    if not timm.is_model(name):
        return _of_torchvision(models.get_model_weights(name).DEFAULT)
    known = timm.is_model_pretrained(name)
    config: Any = timm.get_pretrained_cfg(name) if known else None
    if config is None or not (config.url or config.hf_hub_id):
        raise ValueError(
            f"timm has published no weights {name!r}; timm.list_pretrained() lists "
            "all that there are."
        )
    return _of_timm(config)


def imagenet_weights(architecture: str) -> PublishedWeights:
    """Find the default weights of a back-bone, if anybody may use them.

    Parameters
    ----------
    architecture : str
        Name of the back-bone.

    Returns
    -------
    PublishedWeights

    Raises
    ------
    ValueError
        If there are none, they were not trained on ImageNet, or their licence is not
        among `PERMISSIVE`; the text says how to ask for them by name.
    """
    found = published_weights(architecture)
    _, tag = found.name.split(".", 1)
    by_name = f"If they suit you, ask for them by name: weights={found.name!r}."
    if not _IMAGENET_TAG.search(tag) and not tag.startswith("IMAGENET"):
        raise ValueError(
            f"The default weights of {architecture!r}, {found.name!r}, were not "
            f"trained on ImageNet; their licence is {found.licence!r}. {by_name}"
        )
    if found.licence not in PERMISSIVE:
        raise ValueError(
            f"The default weights of {architecture!r}, {found.name!r}, have the "
            f"licence {found.licence!r}; weights='imagenet' takes only "
            f"{sorted(PERMISSIVE)}. {by_name}"
        )
    return found


def is_published(name: str) -> bool:
    """Say whether something is the full name of published weights.

    Parameters
    ----------
    name : str
        What may also be the path of a file.

    Returns
    -------
    bool
    """
    import timm
    from torchvision import models

    whose, dot, _ = name.partition(".")
    of_torchvision = whose.endswith("_Weights") and hasattr(models, whose)
    return bool(dot) and (of_torchvision or timm.is_model_pretrained(name))


def _of_timm(config: Any) -> PublishedWeights:
    name = f"{config.architecture}.{config.tag}" if config.tag else config.architecture
    source, file = config.url, PurePosixPath(config.url or "").name
    if config.hf_hub_id:
        from huggingface_hub import hf_hub_url

        # timm keeps all of its own there, and so under the names of its layers.
        source = hf_hub_url(config.hf_hub_id, "model.safetensors")
        file = f"{name}.safetensors"
    return PublishedWeights(
        name=name,
        licence=config.license or "unknown",
        mean=tuple(config.mean),
        std=tuple(config.std),
        size=config.input_size[-2:],
        source=source,
        file=file,
    )


def _of_torchvision(weights: Any) -> PublishedWeights:
    preset = weights.transforms()
    if not hasattr(preset, "crop_size"):  # of detectors, segmentation, optical flow
        raise ValueError(
            f"{weights} are of a network that does not classify pictures. Take those "
            "of one that torchvision lists under classification."
        )
    side = preset.crop_size[0]
    return PublishedWeights(
        name=str(weights),
        licence=weights.meta.get("license", _TORCHVISION),
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        size=(side, side),
        source=weights.url,
        file=PurePosixPath(weights.url).name,
    )
