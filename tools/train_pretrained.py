r"""Train the models that ship inside the package, each from public data.

The records and pictures that the package holds as samples of other patients (MIT-BIH's
DS2, the printouts) train none of them. What was chosen, and how, is in
`benchmarks/results/pretrained_choice-*.json`; figures come from `benchmarks.pretrained`
and are written into the cards afterwards:

    python tools/train_pretrained.py heartbeats --mitdb DIR
    python tools/train_pretrained.py heartbeats-two-leads --mitdb DIR  # not shipped
    python tools/train_pretrained.py heartbeats-kachuee --mitdb DIR
    python tools/train_pretrained.py ecg-images --images DIR --weights FILE
    python -m benchmarks.pretrained --mitdb DIR --keep
    python tools/train_pretrained.py cards
"""

import json
import sys
from pathlib import Path

import click
import torch
from sklearn.base import BaseEstimator
from sklearn.frozen import FrozenEstimator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import skecg
from benchmarks._beats import read_beats
from benchmarks._pretrained_beats import (
    Record,
    beats_of,
    half_and_half,
    read_records,
    records_to_know,
)
from benchmarks._pretrained_cards import card_of, figures_for
from benchmarks._pretrained_pictures import CANDIDATES, model_of, read_pictures
from benchmarks._record import RESULTS
from skecg.classifiers import (
    BeatwiseClassifier,
    SignalClassifier,
    make_patient_classifier,
)
from skecg.datasets._files import sha256_of_files
from skecg.datasets._mitbih_facts import DS1
from skecg.persistence import read_manifest
from skecg.persistence._walk import walk
from skecg.preprocessing import PatientBeatSegmenter

SEED = 0
OUT = Path(skecg.__file__).parent / "pretrained" / "models"
MITDB = click.option("--mitdb", required=True, help="Folder of MIT-BIH.")


@click.group()
def main() -> None:
    """Train the models that ship inside the package."""
    torch.set_num_threads(1)


def _heartbeats(name: str, mitdb: str, n_leads: int) -> None:
    records = read_records(mitdb, DS1, n_leads=n_leads)
    beats = beats_of(records, seed=SEED)
    chosen = _chosen("pretrained_choice-beats")
    half = chosen == "half from pieces"
    X = half_and_half(beats, seed=SEED) if half else beats.whole
    voters = make_patient_classifier(n_leads, n_networks=3, random_state=SEED)
    voters.fit(X, beats.target)
    model = _of_records(records, voters)
    _keep(name, model, _sha256(mitdb))


def _of_records(records: list[Record], voters: BaseEstimator) -> BeatwiseClassifier:
    # What records are like is learnt from pieces too: they are what is to come.
    X, y = records_to_know(records, seed=SEED)
    segmenter = PatientBeatSegmenter(sampling_rate=records[0].rate)
    model = BeatwiseClassifier(segmenter, FrozenEstimator(voters), check_records=True)
    return model.fit(X, y)


@main.command("heartbeats")
@MITDB
def heartbeats(mitdb: str) -> None:
    """Tell five AAMI classes apart, from records of one lead."""
    _heartbeats("heartbeats", mitdb, n_leads=1)


@main.command("heartbeats-two-leads")
@MITDB
def heartbeats_two_leads(mitdb: str) -> None:
    """Tell the same apart from both leads of MIT-BIH."""
    _heartbeats("heartbeats-two-leads", mitdb, n_leads=2)


@main.command("heartbeats-kachuee")
@MITDB
def heartbeats_kachuee(mitdb: str) -> None:
    """Tell five AAMI classes apart, from single beats of 187 samples."""
    beats = read_beats(mitdb, records=DS1)
    rate = beats.sampling_rate
    model = SignalClassifier("resnet1d", sampling_rate=rate, random_state=SEED)
    model.fit(beats.data, beats.target)
    _keep("heartbeats-kachuee", model, beats.sha256)


@main.command("ecg-images")
@click.option("--images", required=True, help="Folder of printouts, with labels.csv.")
@click.option("--weights", required=True, help="Of SqueezeNet 1.0, as torchvision's.")
def ecg_images(images: str, weights: str) -> None:
    """Tell four classes of printouts apart."""
    files = read_pictures(images).files
    kept = json.loads((RESULTS / "pretrained_choice-images.json").read_text())
    chosen = kept["chosen"]
    model = model_of(CANDIDATES[chosen], weights)
    model.fit(list(map(str, files.paths)), files.target)
    network = model[-1]
    network.set_params(weights=None)  # a path of this machine; they are inside now
    _divide_logits(network, kept["tried"][chosen]["temperature"])
    _keep("ecg-images", model, files.sha256)


@main.command("cards")
def cards() -> None:
    """Write the figures of `benchmarks.pretrained` into the cards."""
    for path in sorted(OUT.glob("*.skecg")):
        sha256 = read_manifest(path)["card"]["data_sha256"]
        _keep(path.stem, skecg.load(path), sha256)


def _divide_logits(network: SignalClassifier, temperature: float) -> None:
    # Temperature scaling, inside the last layer: the same logits, divided.
    *_, linear = network.net_.module_.head.modules()
    with torch.no_grad():
        linear.weight /= temperature
        linear.bias /= temperature


def _chosen(name: str) -> str:
    return json.loads((RESULTS / f"{name}.json").read_text())["chosen"]


def _sha256(mitdb: str) -> str:
    endings = (".hea", ".dat", ".atr")
    return sha256_of_files(
        [Path(mitdb) / f"{name}{ending}" for name in DS1 for ending in endings]
    )


def _keep(name: str, model: BaseEstimator, sha256: str) -> None:
    path = OUT / f"{name}.skecg"
    for each in walk(model):
        if hasattr(each, "history_"):  # a tenth of the file, epoch by epoch
            each.history_ = each.history_[-1:]
    skecg.save(model, path, card=card_of(name, sha256, figures_for(name)))
    click.echo(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
