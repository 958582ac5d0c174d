"""Figures across patients say what they are, and those for choosing stand apart."""

import json

import pytest

from benchmarks import patient_choice
from benchmarks._render_interpatient import interpatient

RUN = {
    "seed": 0,
    "accuracy": 0.9,
    "macro_f1_nsv": 0.8,
    "macro_f1_nsv_interval": [0.7, 0.9],
    "f1_s": 0.5,
    "f1_v": 0.75,
    "f1_f": 0.25,
    "fit_seconds": 10.4,
}
RECORD = {
    "name": "interpatient-patient",
    "protocol": "p",
    "estimator": "make_patient_classifier()",
    "runs": [RUN],
}


def test_figures_inside_ds1_are_not_told_as_those_on_ds2():
    text = interpatient(RECORD | {"name": "interpatient-patient-ds1-cv"})
    assert "inside DS1 (for choosing)" in text
    assert "0.7000 to 0.9000" in text
    assert "honest" not in text
    assert "DS2" not in text


def test_a_vote_stands_beside_its_voices():
    alone = [{"macro_f1_nsv": 0.25}, {"macro_f1_nsv": 0.75}]
    record = RECORD | {"name": "interpatient-patient-ds1-cv"}
    text = interpatient(record | {"runs": [RUN | {"alone": alone}]})
    assert "macro-F1 0.2500 to 0.7500, 0.5000 on average over 2" in text
    assert "alone" not in interpatient(record)


def test_what_is_known_of_a_test_record_is_told():
    text = interpatient(RECORD)
    assert "median beat of the whole record" in text
    assert "as annotated" in text
    plain = interpatient(RECORD | {"estimator": "SignalClassifier('resnet1d')"})
    assert "median beat" not in plain


def test_what_was_not_chosen_says_so():
    both = interpatient(RECORD | {"name": "interpatient-patient-2-leads"})
    assert "This is not what was chosen" in both
    assert "without a class: both leads" in both
    assert "nothing was tuned" not in both.lower()
    one = interpatient(RECORD)
    assert "not what was chosen" not in one
    assert "without a class: the first lead" in one


def test_record_232_is_told_apart():
    without = {"macro_f1_nsv_without_232": 0.625, "f1_s_without_232": 0.25}
    text = interpatient(RECORD | {"runs": [RUN | without]})
    assert "macro-F1 is 0.6250 and F1 of S 0.2500" in text
    assert "record 232. Without it" not in interpatient(RECORD)


def tried(variant, seed, n_found):
    counts = {"N": [90, 0, 0], "S": [n_found, 10 - n_found, 0], "V": [10, 0, 0]}
    names = ("accuracy", "f1_n", "f1_s", "f1_v", "macro_f1_nsv")
    return {
        "variant": variant,
        "seed": seed,
        **dict.fromkeys(names, n_found / 10),
        "by_record": {"100": counts, "101": counts},
        "fit_cpu_seconds": 99.6,
    }


@pytest.fixture
def log(monkeypatch, tmp_path):
    path = tmp_path / "tried.jsonl"
    monkeypatch.setattr(patient_choice, "TRIED", path)
    return path


def rows_of(text, start):
    lines = [line for line in text.splitlines() if line.startswith(f"| {start}")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_what_was_tried_is_set_beside_the_recipe(log):
    runs = [tried("the recipe", 0, 5), tried("other", 0, 4), tried("other", 1, 6)]
    log.write_text("".join(f"{json.dumps(run)}\n" for run in runs))
    text = interpatient(RECORD)
    assert "it takes the recipe as it stood" in text
    assert "Named but not run: 4 epochs; " in text
    (recipe,) = rows_of(text, "the recipe")
    assert recipe[:3] == ["the recipe", "0", "0.5000"]
    assert recipe[-2:] == ["", "100"]
    same_seed, another = rows_of(text, "other")
    assert same_seed[-2] == "-0.0317 ± 0.0000"  # (8 / 14 - 10 / 15) / 3
    assert another[-2] == ""
    assert "tried inside DS1" not in interpatient(RECORD | {"estimator": "Net()"})


def test_before_anything_was_tried_that_is_said(log):
    text = interpatient(RECORD)
    assert "was not run yet" in text
    assert "tried inside DS1" not in text
