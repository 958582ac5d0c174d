"""Cohen's kappa against a table worked out by hand."""

import numpy as np
import pytest

from skecg.labelling import LabelStore, measure_agreement


@pytest.fixture
def store(tmp_path):
    return LabelStore(tmp_path / "labels.jsonl", ["yes", "no"])


def fill(store, who, labels, sha256="ab"):
    for number, name in enumerate(labels):
        action = "label" if name else "unsure"
        store.decide(f"{number}.png", sha256, who, action, name)


def test_the_textbook_table(store):
    # 20 both yes, 15 both no, 5 and 10 apart: 0.7 observed, 0.5 expected.
    fill(store, "anna", ["yes"] * 25 + ["no"] * 25)
    fill(store, "ben", ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15)
    (found,) = measure_agreement(store)
    assert found[:3] == ("anna", "ben", 50)
    assert found.observed == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)


def test_only_what_both_gave_a_class_to_counts(store):
    fill(store, "anna", ["yes", "no", "", "yes"])
    fill(store, "ben", ["yes", "", "no"])
    (found,) = measure_agreement(store)
    assert found[2:4] == (1, 1.0)
    assert np.isnan(found.kappa)


def test_every_two_are_compared_and_another_content_is_another_file(store):
    fill(store, "anna", ["yes", "no"])
    fill(store, "ben", ["yes", "no"])
    fill(store, "carl", ["yes", "no"], sha256="other")
    told = {one[:2]: (one.n_files, one.kappa) for one in measure_agreement(store)}
    assert told["anna", "ben"] == (2, 1.0)
    assert told["anna", "carl"][0] == 0
    assert len(told) == 3
