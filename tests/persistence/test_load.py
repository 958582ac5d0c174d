"""Files that were damaged, changed or made to do harm: each is refused, and why."""

import io
import json
import zipfile

import numpy as np
import pytest
import skops.io
from safetensors.torch import load as tensors_from_bytes
from safetensors.torch import save as bytes_of_tensors
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skecg
from persistence_models import small_network, waves
from skecg.exceptions import DataFileNotFoundError, ModelFileError, SkecgError
from skecg.persistence import ModelCard, read_manifest
from skecg.persistence._archive import ESTIMATOR, Contents, read_archive, write_archive
from skecg.persistence._load import count_parameters_of

X, Y = waves()
SIZE = 2**31


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A model of a step of scikit-learn's and a network, in a file."""
    path = tmp_path_factory.mktemp("models") / "original.skecg"
    model = make_pipeline(StandardScaler(), small_network(sampling_rate=125.0))
    skecg.save(
        model.fit(X, Y),
        path,
        card=ModelCard(protocol="shuffled rows", figures={"accuracy": 1.0}),
    )
    return path


def with_entries(path, original, changes, **options):
    """Write the archive again, some of its entries changed, added or dropped (None)."""
    with zipfile.ZipFile(original) as source:
        entries = {name: source.read(name) for name in source.namelist()}
        comment = source.comment
    entries |= changes
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in entries.items():
            if data is not None:
                archive.writestr(name, data)
        archive.comment = comment
    return path


def sealed_again(path, original, estimator=None, networks=None):
    """Write a file whose hashes are right, as somebody with bad intentions would."""
    had = read_archive(original, max_bytes=SIZE)
    manifest = {k: v for k, v in had.manifest.items() if k not in ("parts", "format")}
    manifest.pop("format_version")
    write_archive(
        path,
        Contents(
            manifest,
            had.estimator if estimator is None else estimator,
            had.networks if networks is None else networks,
        ),
    )
    return path


def test_the_manifest_tells_what_the_model_is(original):
    manifest = read_manifest(original)
    assert manifest["classes"] == ["flat", "wave"]
    assert manifest["input"] == {"sampling_rate": 125.0, "n_leads": 1, "n_times": 60}
    assert manifest["card"]["figures"] == {"accuracy": 1.0}
    steps = dict(manifest["estimator"]["params"]["steps"])
    assert steps["signalclassifier"]["params"]["network"] == "convnet1d"
    assert manifest["versions"]["skecg"] == skecg.__version__


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"none\.skecg"):
        skecg.load(tmp_path / "none.skecg")


def test_a_name_that_no_file_can_have_is_told(tmp_path):
    with pytest.raises(DataFileNotFoundError, match="no model file"):
        skecg.load(tmp_path / ("x" * 5000))


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"PK\x03\x04", b"\x80\x04\x95pickle", b"%PDF-1.4", b"PK\x05\x06" * 9],
    ids=["empty", "a letter", "a beginning", "pickle", "PDF", "ends"],
)
def test_what_is_no_archive_is_refused(content, file):
    file.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"model\.skecg"):
        skecg.load(file)


def test_another_archive_is_refused(file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(ModelFileError, match=r"no model that skecg\.save has written"):
        skecg.load(file)


def test_a_bare_skops_file_is_refused(file):
    skops.io.dump(LogisticRegression().fit(X, Y), file)
    with pytest.raises(ModelFileError, match=r"no manifest\.json"):
        skecg.load(file)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_truncated_file_is_refused(share, original, file):
    whole = original.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelFileError):
        skecg.load(file)


def test_a_file_that_is_too_large_is_not_opened(original):
    with pytest.raises(ModelFileError, match=r"more than the 1,000.*raise max_bytes"):
        skecg.load(original, max_bytes=1000)


def test_a_newer_format_is_refused_and_told(original, file):
    with zipfile.ZipFile(original) as source:
        manifest = json.loads(source.read("manifest.json"))
    text = json.dumps(manifest | {"format_version": 2, "versions": {"skecg": "9.0"}})
    with_entries(file, original, {"manifest.json": text})
    with pytest.raises(ModelFileError, match=r"format 2.*reads up to 1.*9\.0.*update"):
        skecg.load(file)


@pytest.mark.parametrize("version", [0, -1, "1", None, 1.5])
def test_a_format_that_is_no_number_is_refused(version, original, file):
    with zipfile.ZipFile(original) as source:
        manifest = json.loads(source.read("manifest.json"))
    text = json.dumps(manifest | {"format_version": version})
    with_entries(file, original, {"manifest.json": text})
    with pytest.raises(ModelFileError, match="its format has the version"):
        skecg.load(file)


def test_a_changed_manifest_is_noticed(original, file):
    with zipfile.ZipFile(original) as source:
        text = source.read("manifest.json").replace(b"shuffled rows", b"patients out!")
    with_entries(file, original, {"manifest.json": text})
    with pytest.raises(ModelFileError, match="was changed after it was written"):
        read_manifest(file)


@pytest.mark.parametrize("name", [ESTIMATOR, "networks/0.safetensors"])
def test_a_changed_part_is_noticed(name, original, file):
    with zipfile.ZipFile(original) as source:
        part = bytearray(source.read(name))
    part[len(part) // 2] ^= 1
    with_entries(file, original, {name: bytes(part)})
    with pytest.raises(ModelFileError, match=f"{name} was changed"):
        skecg.load(file)


@pytest.mark.parametrize(
    "changes",
    [
        {"networks/0.safetensors": None},
        {"networks/1.safetensors": b"more"},
        {"../../evil.py": b"import os"},
        {"/etc/passwd": b"root"},
        {"estimator.skops": None},
    ],
    ids=["one less", "one more", "a way out", "an absolute path", "no estimator"],
)
def test_other_entries_than_the_manifest_names_are_refused(changes, original, file):
    with_entries(file, original, changes)
    with pytest.raises(ModelFileError, match="its entries"):
        skecg.load(file)
    assert sorted(one.name for one in file.parent.iterdir()) == [file.name]


def test_compressed_entries_are_refused_before_they_are_unpacked(original, file):
    bomb = {"networks/0.safetensors": bytes(50_000_000)}
    with_entries(file, original, bomb, compression=zipfile.ZIP_DEFLATED)
    assert file.stat().st_size < 100_000
    with pytest.raises(ModelFileError, match="is compressed"):
        skecg.load(file)


def test_a_bomb_inside_the_estimator_is_refused(original, file):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * 50_000_000)
    sealed_again(file, original, estimator=inner.getvalue())
    with pytest.raises(ModelFileError, match="is compressed"):
        skecg.load(file)


def test_two_entries_of_one_name_are_refused(original, file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("manifest.json", b"{}")
    with pytest.raises(ModelFileError, match="have one name"):
        skecg.load(file)


def test_numbers_of_networks_without_a_gap(original, file):
    sealed_again(file, original, networks=[])
    with pytest.raises(ModelFileError, match=r"cannot be built.*number 0"):
        skecg.load(file)
    sealed_again(file, original, networks=[b"no safetensors"])
    with pytest.raises(ModelFileError, match="damaged weights"):
        skecg.load(file)


def renamed(original, *changes):
    """Return the estimator's part with other words in its schema."""
    had = read_archive(original, max_bytes=SIZE)
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(had.estimator)) as source,
        zipfile.ZipFile(result, "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            for old, new in changes:
                part = part.replace(old, new)
            target.writestr(name, part)
    return result.getvalue()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (b"subprocess", b"Popen"),
        (b"os", b"system"),
        (b"builtins", b"eval"),
        (b"skecg.datasets._download", b"Session"),
        (b"sklearn.utils._mocking", b"CheckingClassifier"),
    ],
)
def test_a_class_that_is_not_on_the_list_is_not_built(module, name, original, file):
    sealed_again(
        file,
        original,
        estimator=renamed(
            original,
            (b'"StandardScaler"', b'"' + name + b'"'),
            (b'"sklearn.preprocessing._data"', b'"' + module + b'"'),
        ),
    )
    with pytest.raises(ModelFileError, match=rf"names .*{name.decode()}.*no model"):
        skecg.load(file)


def test_a_schema_that_is_nested_too_deep_is_refused(original, file):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("schema.json", b"[" * 200_000)
    sealed_again(file, original, estimator=inner.getvalue())
    with pytest.raises(ModelFileError, match="cannot be built"):
        skecg.load(file)


def test_what_is_no_estimator_is_refused(original, file):
    sealed_again(file, original, estimator=skops.io.dumps({"a": 1}))
    with pytest.raises(ModelFileError, match="no estimator"):
        skecg.load(file)


def test_a_network_that_is_not_registered_here_is_named(original, file):
    part = renamed(original, (b"convnet1d", b"convnet9d"))
    sealed_again(file, original, estimator=part)
    with pytest.raises(ModelFileError, match=r"No network is called 'convnet9d'"):
        skecg.load(file)


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(2, random_state=0),
        HistGradientBoostingClassifier(max_iter=2, random_state=0),
    ],
    ids=["forest", "boosting"],
)
def test_a_tree_that_leads_elsewhere_is_refused(model, file):
    model.fit(X, Y)
    if hasattr(model, "estimators_"):
        model.estimators_[0].tree_.children_left[0] = 10**6
    else:
        model._predictors[0][0].nodes["feature_idx"][0] = 10**6
    skecg.save(model, file)
    with pytest.raises(ModelFileError, match="a tree"):
        skecg.load(file)


def test_thousands_of_mutated_files_are_refused_or_answer_as_before(original, file):
    whole = original.read_bytes()
    expected = skecg.load(original).predict_proba(X[:2])
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(2500):
        file.write_bytes(mutated(whole, rng))
        try:
            model = skecg.load(file)
        except SkecgError:
            refused += 1
        else:  # what was changed is nothing that zip reads, such as an offset's spare
            np.testing.assert_array_equal(model.predict_proba(X[:2]), expected)
    assert refused > 2400


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip bits, drop, repeat or swap stretches of a file."""
    result = bytearray(data)
    where, length = rng.integers(len(data)), rng.integers(1, 2000)
    kind = rng.integers(5)
    if kind == 0:
        for _ in range(rng.integers(1, 20)):
            result[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        del result[where : where + length]
    elif kind == 2:
        result[where:where] = result[where : where + length] or b"\0"
    elif kind == 3:
        result[where : where + length] = rng.bytes(length)
    else:  # the table of contents lies at the end
        result[-rng.integers(1, min(600, len(data)))] ^= int(rng.integers(1, 256))
    return bytes(result)


def test_made_up_contents_with_right_hashes_raise_our_error_alone(original, file):
    had = read_archive(original, max_bytes=SIZE)
    rng = np.random.default_rng(1)
    for _ in range(300):
        estimator, networks = had.estimator, had.networks
        if rng.random() < 0.7:
            estimator = schema_mutated(estimator, rng)
        else:
            networks = [mutated(networks[0], rng)]
        sealed_again(file, original, estimator=estimator, networks=networks)
        try:
            skecg.load(file)
        except SkecgError:
            continue


def schema_mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Put one value of a skops schema in the place of another."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(result, "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "schema.json":
                words = part.split(b'"')
                one, other = rng.integers(len(words), size=2)
                words[one] = words[other]
                part = b'"'.join(words)
            elif rng.random() < 0.2:
                part = mutated(part, rng)
            target.writestr(name, part)
    return result.getvalue()


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_network_that_is_not_finite_is_refused(number, original, file):
    (network,) = read_archive(original, max_bytes=SIZE).networks
    state = tensors_from_bytes(network)
    name = max(state)
    state[name].flatten()[0] = number
    sealed_again(file, original, networks=[bytes_of_tensors(state)])
    with pytest.raises(ModelFileError, match=f"'{name}' of network 0"):
        skecg.load(file)


_NINES = "9" * 4000
_SHAPES = ['["3"]', "[-5]", "[-5, -5]", "[1e999]", "[0.5]", "[true]", f"[{_NINES}]"]


@pytest.mark.parametrize("shape", [*_SHAPES, "[60, 60, 60, 60]"], ids=lambda x: x[:9])
def test_networks_of_a_made_up_shape_are_not_counted(shape, original, file):
    table = f'{{"weight": {{"shape": {shape}}}}}'.encode()
    part = len(table).to_bytes(8, "little") + table
    with_entries(file, original, {"networks/0.safetensors": part})
    with pytest.raises(ModelFileError, match="networks cannot be counted"):
        count_parameters_of(file)


def test_parameters_are_counted_without_statistics(original):
    network = skecg.load(original)[-1].net_.module_
    wanted = sum(each.numel() for each in network.parameters())
    assert count_parameters_of(original) == [wanted]
