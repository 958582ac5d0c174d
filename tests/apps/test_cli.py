import subprocess
import sys

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
