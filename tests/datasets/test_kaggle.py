import numpy as np
import pytest

from skecg.datasets import load_kaggle_heartbeat
from skecg.exceptions import DataFileError, DataFileNotFoundError, GroupsWarning

TRAIN, TEST = "mitbih_train.csv", "mitbih_test.csv"
NORMAL, ABNORMAL = "ptbdb_normal.csv", "ptbdb_abnormal.csv"


@pytest.fixture
def write_csv(tmp_path):
    """Write beats as Kaggle has them and return them."""
    rng = np.random.default_rng(0)

    def write(name, labels):
        # k / N in float32, written out in full: as the published files are.
        steps = rng.integers(0, 1000, (len(labels), 187)) / rng.integers(1000, 2000)
        beats = steps.astype(np.float32)
        rows = np.column_stack([beats, labels])
        np.savetxt(tmp_path / name, rows, delimiter=",")
        return beats

    return write


def load(folder, **options):
    with pytest.warns(GroupsWarning, match="no patient ids"):
        return load_kaggle_heartbeat(folder, **options)


def test_train_and_test_are_kept_apart(write_csv, tmp_path):
    train = write_csv(TRAIN, [0, 1, 2, 3, 4, 0])
    test = write_csv(TEST, [4, 2])
    bunch = load(tmp_path)
    assert bunch.data.dtype == np.float32
    np.testing.assert_array_equal(bunch.data[bunch.split == "train"], train)
    np.testing.assert_array_equal(bunch.data[bunch.split == "test"], test)
    assert bunch.target.tolist() == list("NSVFQN" + "QV")
    assert bunch.sampling_rate == 125.0
    assert len(bunch.sha256) == 64


def test_normal_and_abnormal(write_csv, tmp_path):
    beats = [write_csv(NORMAL, [0, 0]), write_csv(ABNORMAL, [1, 1, 1])]
    bunch = load(tmp_path, subset="ptb")
    np.testing.assert_array_equal(bunch.data, np.concatenate(beats))
    assert bunch.target.tolist() == ["normal"] * 2 + ["abnormal"] * 3
    assert "split" not in bunch


def test_the_warning_is_the_callers(write_csv, tmp_path):
    write_csv(TRAIN, [0])
    write_csv(TEST, [0])
    with pytest.warns(GroupsWarning) as got:
        load_kaggle_heartbeat(tmp_path)
    assert [warning.filename for warning in got] == [__file__]


def test_a_missing_file_is_named_before_any_is_read(write_csv, tmp_path):
    write_csv(ABNORMAL, [1])
    with pytest.raises(DataFileNotFoundError, match=r"ptbdb_normal\.csv"):
        load_kaggle_heartbeat(tmp_path, subset="ptb")
    (tmp_path / TRAIN).write_text("damaged")
    with pytest.raises(DataFileNotFoundError, match=r"mitbih_test\.csv"):
        load_kaggle_heartbeat(tmp_path)
    with pytest.raises(DataFileNotFoundError, match="does not exist"):
        load_kaggle_heartbeat(tmp_path / "nowhere")


@pytest.mark.parametrize("subset", ["mit", "", None])
def test_another_subset_is_refused(tmp_path, subset):
    with pytest.raises(ValueError, match=r"subset must be one of \['mitbih', 'ptb'\]"):
        load_kaggle_heartbeat(tmp_path, subset=subset)


GOOD = ",".join(["0.5"] * 187)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no table of numbers: No columns"),
        (f"{GOOD}\n", "has 187 columns, and the published file 188"),
        (f"{GOOD},0,0\n", "has 189 columns"),
        (f"{GOOD},0\n{GOOD},0,0\n", "no table of numbers: .* line 2"),
        (f"{GOOD},0\n0.5,0.5\n", r"line 2: a sample is nan \(nan: the line is cut\)"),
        (f"{GOOD},0\n{GOOD}\n", "line 2: the label is nan"),
        (",".join(map(str, range(188))) + f"\n{GOOD},0\n", r"line 1: a sample is 2 \("),
        (",".join(f"c{k}" for k in range(188)) + "\n", "no table of numbers: could"),
        (f"{GOOD},5\n", r"line 1: the label is 5, .* one of \[0, 1, 2, 3, 4\]"),
        (f"{GOOD},0\n{GOOD},0.5\n", "line 2: the label is 0.5"),
        (f"-{GOOD},0\n", "line 1: a sample is -0.5"),
        (f"9{GOOD},0\n", "line 1: a sample is 90.5"),
        ("\x00\xff\xfe", "no table of numbers"),
    ],
)
def test_a_damaged_file_is_named(write_csv, tmp_path, content, message):
    write_csv(TEST, [0])
    (tmp_path / TRAIN).write_text(content, encoding="latin-1")
    with pytest.raises(DataFileError, match=rf"mitbih_train\.csv.*{message}"):
        load_kaggle_heartbeat(tmp_path)


def test_swapped_files_are_noticed(write_csv, tmp_path):
    write_csv(NORMAL, [1, 1])
    write_csv(ABNORMAL, [0])
    message = r"ptbdb_normal\.csv, line 1: the label is 1, .* one of \[0\]"
    with pytest.raises(DataFileError, match=message):
        load_kaggle_heartbeat(tmp_path, subset="ptb")


def test_a_label_in_any_spelling_of_a_number(write_csv, tmp_path):
    write_csv(TEST, [0])
    spelled = ("2", "2.0", "2.000000000000000000e+00", "2e0")
    (tmp_path / TRAIN).write_text("".join(f"{GOOD},{one}\n" for one in spelled))
    assert load(tmp_path).target.tolist() == ["V"] * 4 + ["N"]
