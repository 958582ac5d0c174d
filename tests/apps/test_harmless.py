"""Text from outside."""

from click.testing import CliRunner

from skecg.apps._harmless import harmless
from skecg.apps.cli import main


def test_what_cannot_be_printed_is_written_out():
    assert harmless("bed 4, Größe 1 µV") == "bed 4, Größe 1 µV"
    assert harmless("\x1b[2Jgone\n") == r"\x1b[2Jgone\n"
    assert harmless("\udcfcber.png") == r"\udcfcber.png"
    harmless("\ud800").encode()


def test_a_stream_does_not_move_the_cursor():
    samples = [0.0] * 2500
    name = r"bed\u001b[2J\ud800"
    lines = [
        f'{{"time": {k * 10}, "samples": {samples}, "patient": "{name}"}}'
        for k in range(2)
    ]
    lines.append("\x1b[2J")
    words = ["monitor", "-", "--rate", "250", "--no-model"]
    result = CliRunner().invoke(main, words, input="\n".join(lines))
    assert result.exit_code == 3, result.output
    assert "asystole" in result.stdout
    assert "\x1b" not in result.output
    assert r"bed\x1b[2J\ud800" in result.stdout
