"""Models in files, without pickle: nothing in such a file is ever run.

A file is a zip archive that holds what the model is in words (``manifest.json``),
scikit-learn's part of it as skops writes it, and the weights of each network as
safetensors. Loading builds classes of an allow-list only, and looks at sizes and hashes
before anything else.
"""

from skecg.persistence._card import ModelCard
from skecg.persistence._describe import installed_versions
from skecg.persistence._load import load, read_manifest
from skecg.persistence._save import save

__all__ = ["ModelCard", "installed_versions", "load", "read_manifest", "save"]
