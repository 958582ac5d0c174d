import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import skecg
from skecg.apps.cli import main


def test_help_and_version():
    runner = CliRunner()
    assert skecg.__version__ in runner.invoke(main, ["--version"]).output
    help_text = runner.invoke(main, ["demo", "--help"]).output
    for option in ("--output", "--seed", "--quick"):
        assert option in help_text


def test_help_does_not_wait_for_torch():
    code = "import skecg.apps.cli, sys; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_an_output_that_finds_no_place_is_a_sentence():
    code = "from skecg.apps.cli import main; main(['info'])"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: No space left on device.")
    assert "Traceback" not in done.stderr
