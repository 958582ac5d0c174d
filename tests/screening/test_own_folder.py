"""A folder that goes, whatever becomes of the process."""

import tempfile

from skecg.screening._own_folder import OwnFolder


def test_what_is_in_use_stays_and_what_was_left_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one = OwnFolder("of-a-test-")
    (one.path / "a.png").touch()
    left = tmp_path / "of-a-test-left"
    left.mkdir()
    (left / ".held").touch()  # nobody has it locked
    for name in ("of-a-test-other", "another"):
        (tmp_path / name).mkdir()
    link = tmp_path / "of-a-test-link"
    link.symlink_to(tmp_path / "another", target_is_directory=True)
    (tmp_path / "another" / ".held").touch()
    other = OwnFolder("of-a-test-")
    assert (one.path / "a.png").exists()
    assert not left.exists()
    assert (tmp_path / "of-a-test-other").exists()  # none of ours, or just begun
    assert (tmp_path / "another" / ".held").exists()
    for each in (one, other):
        each.close()
    assert {path.name for path in tmp_path.iterdir()} == {
        "of-a-test-other",
        "of-a-test-link",
        "another",
    }
