from importlib.resources import files

import numpy as np
import pytest

from skecg.datasets import load_noise_sample

FOLDER = files("skecg.datasets") / "data" / "nstdb"


@pytest.fixture(scope="module")
def noise():
    return load_noise_sample()


def test_a_minute_of_two_leads_is_there(noise):
    assert noise.data.shape == (2, 21_600)
    assert noise.data.dtype == np.float32
    assert noise.sampling_rate == 360.0
    assert noise.lead_names.tolist() == ["MLII", "V1"]
    assert noise.start == 300


def test_samples_are_whole_steps_of_5_microvolts(noise):
    steps = np.rint(noise.data.astype(np.float64) * 200)
    np.testing.assert_array_equal(noise.data, (steps / 200).astype(np.float32))


def test_it_is_strong_and_changes_all_the_time(noise):
    # The database calls it 0 dB: of the beats' own size, a few mV.
    by_second = noise.data.reshape(2, 60, 360)
    assert (noise.data.std(axis=1) > 0.5).all()
    assert (noise.data.std(axis=1) < 5).all()
    assert (np.ptp(by_second, axis=2) > 0.1).all()


def test_every_call_gives_fresh_arrays(noise):
    again = load_noise_sample()
    np.testing.assert_array_equal(again.data, noise.data)
    assert again.data.flags.writeable
    assert not np.shares_memory(again.data, noise.data)


def test_the_file_is_small_and_holds_no_pickle():
    path = FOLDER / "noise.npz"
    assert len(path.read_bytes()) <= 60_000
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "ifU" for name in archive.files)


def test_origin_and_licence_are_told(noise):
    for said in ("10.13026/C2HS3T", "PhysioNet", "ODC-By", "118e00"):
        assert said in noise.DESCR
    licence = (FOLDER / "LICENSE-ODC-By-1.0.txt").read_text(encoding="utf-8")
    assert licence.startswith("# ODC Attribution License (ODC-By)")
