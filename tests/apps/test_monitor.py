"""`skecg monitor`."""

import functools
import json
import shutil
import signal
import socket
import threading

import numpy as np
import pytest
from click.testing import CliRunner

import skecg
from beat_models import beat_model
from lsl_outlets import lsl_outlet
from skecg.apps._monitor import _load, _shown, _stopped_by_interrupt, monitor
from skecg.apps.cli import main
from skecg.datasets import load_ecg_images, make_ecg
from skecg.pretrained import pretrained_path


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A WFDB record in which the heart stops."""
    wfdb = pytest.importorskip("wfdb")
    folder = tmp_path_factory.mktemp("records")
    ecg = make_ecg(1, sampling_rate=250, duration=30, random_state=0)
    samples = np.concatenate([ecg.data[0], np.zeros(2000)])
    wfdb.wrsamp(
        "stops",
        fs=250,
        units=["mV"],
        sig_name=["II"],
        p_signal=samples[:, None],
        fmt=["16"],
        write_dir=str(folder),
    )
    return folder / "stops"


def _run(*words, **more):
    return CliRunner().invoke(main, ["monitor", "--no-model", *map(str, words)], **more)


def _lines(seconds=40):
    ecg = make_ecg(1, sampling_rate=250, duration=30, random_state=0)
    whole = np.concatenate([ecg.data[0], np.zeros((seconds - 30) * 250)])
    for second in range(seconds):
        samples = whole[250 * second : 250 * second + 250].round(3).tolist()
        yield json.dumps({"time": second, "samples": samples, "patient": "bed 4"})


def test_a_record(record):
    result = _run(record, "--speed", 1000)
    assert result.exit_code == 0, result.output
    assert "stops  asystole  since" in result.output


@pytest.mark.parametrize("ending", ["", ".hea"])
def test_a_record_by_its_lead(record, ending):
    assert _run(f"{record}{ending}", "--lead", "II").exit_code == 0
    result = _run(f"{record}{ending}", "--lead", "V9")
    assert result.exit_code == 1
    assert "V9" in result.output


def test_a_record_that_is_no_wfdb(tmp_path):
    ecg = make_ecg(1, sampling_rate=250, duration=20, random_state=0)
    samples = np.concatenate([ecg.data[0], np.zeros(2000)])
    rows = [f"{i / 250:.3f},{value:.4f}" for i, value in enumerate(samples)]
    file = tmp_path / "night.csv"
    file.write_text("\n".join(["time,II", *rows]))
    result = _run(file)
    assert result.exit_code == 0, result.output
    assert "night  asystole" in result.output


def test_an_interrupt_that_a_callback_swallows_ends_it_all_the_same():
    with _stopped_by_interrupt() as stopped:
        chunks = _shown(iter("ab"), None, False, stopped)
        assert next(chunks) == "a"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)  # as if nobody had heard of it
        with pytest.raises(KeyboardInterrupt):
            next(chunks)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_events_as_json_and_in_a_file(record, tmp_path):
    result = _run(record, "--json", "--jsonl", tmp_path / "events.jsonl")
    assert result.exit_code == 0
    (told,) = map(json.loads, result.stdout.splitlines())
    assert (told["kind"], told["phase"], told["patient"]) == (
        "asystole",
        "begin",
        "stops",
    )
    assert json.loads((tmp_path / "events.jsonl").read_text()) == told


def test_standard_input():
    result = _run("-", "--rate", 250, "--json", input="\n".join(_lines()))
    assert result.exit_code == 0
    assert json.loads(result.stdout)["kind"] == "asystole"


def test_bad_lines_are_listed_and_the_exit_code_says_so():
    lines = [*_lines(), "nonsense", '{"time": 1}']
    result = _run("-", "--rate", 250, "--json", input="\n".join(lines))
    assert result.exit_code == 3
    assert json.loads(result.stdout)["kind"] == "asystole"
    assert "2 lines could not be read" in result.stderr
    assert "line 41: a line of values" in result.stderr


@pytest.fixture
def quick(monkeypatch):
    """A feed that is not called again once the server is gone."""
    from skecg.monitoring import _calls

    monkeypatch.setattr(_calls.Calls, "_give_up", lambda self, *_: self.close())
    monkeypatch.setattr(_calls.time, "sleep", lambda _: None)


def test_a_tcp_feed(quick):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.sendall("".join(f"{line}\n" for line in _lines()).encode())
            server.close()

        thread = threading.Thread(target=serve)
        thread.start()
        result = _run(f"tcp://127.0.0.1:{port}", "--rate", "250", "--json")
        thread.join()
    assert json.loads(result.stdout.splitlines()[0])["kind"] == "asystole"


def test_a_websocket(quick):
    pytest.importorskip("websockets")
    from websockets.sync.server import serve

    def answer(connection):
        for line in [*_lines(), "nonsense"]:
            connection.send(line)
        threading.Thread(target=server.shutdown).start()

    with serve(answer, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        result = _run(f"ws://127.0.0.1:{port}", "--rate", "250", "--json")
        thread.join()
    assert json.loads(result.stdout.splitlines()[0])["kind"] == "asystole"
    assert result.exit_code == 3
    assert "line 41: a line of values" in result.stderr


def test_a_stream_of_another_rate_is_a_sentence():
    outlet = lsl_outlet("skecg test rate", rate=500.0)
    result = _run("lsl://skecg test rate", "--rate", "250", "--lead", "II")
    assert result.exit_code == 1
    assert "has 500 Hz" in result.output
    del outlet


def test_events_that_were_not_delivered_wait_and_are_named(record, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    words = ["--webhook", f"http://127.0.0.1:{port}/", "--spool", tmp_path / "spool"]
    with pytest.MonkeyPatch.context() as patch:
        from skecg.monitoring import Webhook

        close = Webhook.close
        patch.setattr(Webhook, "close", lambda self: close(self, timeout=0.2))
        result = _run(record, *words)
    assert result.exit_code == 3
    assert "1 events wait in the spool" in result.stderr
    assert len(list((tmp_path / "spool" / "waiting").iterdir())) == 1


@pytest.mark.parametrize("words", [[], ["--model", "heartbeats"]])
def test_the_model_inside_the_package_names_beats(record, words):
    call = ["monitor", str(record), "--json", *words]
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert ("class", "N") in [(each["kind"], each["label"]) for each in told]


def test_a_folder_of_scans(tmp_path, monkeypatch):
    from skecg import monitoring

    scans = load_ecg_images()
    shutil.copy(scans.paths[0], tmp_path / "one.jpg")
    (tmp_path / "two.png").write_bytes(b"no picture")
    at_once = functools.partial(
        monitoring.watch_folder, settled=0, until=lambda: True, sleep=lambda _: None
    )
    monkeypatch.setattr(monitoring, "watch_folder", at_once)
    call = ["monitor", str(tmp_path), "--json"]
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 3, result.output
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["kind"], first["patient"]) == ("picture", "one.jpg")
    assert first["label"] in scans.target
    assert (second["kind"], second["patient"]) == ("bad_input", "two.png")
    assert "1 files could not be read" in result.stderr
    again = CliRunner().invoke(main, call)
    assert (again.exit_code, again.stdout) == (0, "")


@pytest.mark.parametrize("option", ["--no-model", "--page", "--lead=II", "--speed=2"])
def test_what_is_for_signals_is_not_for_a_folder(tmp_path, option):
    result = CliRunner().invoke(main, ["monitor", str(tmp_path), option])
    assert result.exit_code == 2
    assert "not for a folder" in result.output


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["r", "--journal", "j"], "is for a folder"),
        (["-"], "needs --rate"),
        (["tcp://host:1"], "needs --rate"),
        (["ws://host:1"], "needs --rate"),
        (["lsl://ward"], "needs --rate"),
        (["ws://", "--rate", "250"], "ws://HOST:PORT"),
        (["ws://host:1", "--rate", "250", "--lead", "II"], "replayed"),
        (["r", "--rate", "250"], "leave out --rate"),
        (["-", "--rate", "250", "--speed", "2"], "replayed"),
        (["-", "--rate", "50"], "50"),
        (["tcp://host", "--rate", "250"], "tcp://HOST:PORT"),
        (["r", "--webhook", "http://x"], "go together"),
        (["-", "--rate", "250", "--webhook", "ftp://x", "--spool", "s"], "http://"),
        (["r", "--speed", "0"], "speed"),
        (["r", "--model", "m.skecg"], "exclude each other"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(words, text):
    result = _run(*words)
    assert result.exit_code == 2
    assert text in result.output
    assert "Traceback" not in result.output


def _monitor(*words):
    return CliRunner().invoke(main, ["monitor", *map(str, words)])


def test_a_model_of_another_rate_is_wrong_use(record, tmp_path):
    skecg.save(beat_model(), tmp_path / "beats.skecg")  # of 125 Hz
    result = _monitor(record, "--model", tmp_path / "beats.skecg")
    assert result.exit_code == 2
    assert "The stream has 250 Hz" in result.output
    assert "fitted for 125 Hz" in result.output
    lines = "\n".join(f"{k / 125:.4f},0.1" for k in range(125))
    call = ["monitor", "-", "--rate", "125", "--model", str(tmp_path / "beats.skecg")]
    assert CliRunner().invoke(main, call, input=lines).exit_code == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--rate", "90", "--model", "heartbeats-kachuee"], "125 Hz"),
        (["--rate", "125", "--model", "heartbeats-kachuee"], "Set window"),
        (["--rate", "80"], "more than 80 Hz"),
        (["--rate", "250", "--model", "ecg-images"], "pictures"),
    ],
)
def test_a_model_inside_the_package_that_does_not_suit_is_wrong_use(words, text):
    result = _monitor("-", *words)
    assert result.exit_code == 2
    assert text in " ".join(result.output.split())


def test_a_model_of_records_watches_no_folder(tmp_path):
    result = _monitor(tmp_path, "--model", "heartbeats")
    assert result.exit_code == 2
    assert "this model is for records" in result.output


def test_what_is_not_there_is_said_in_a_sentence(record, tmp_path):
    for words, text in (
        ([tmp_path / "none"], "none.hea"),
        ([record, "--lead", "V9"], "none of the leads 'V9'"),
        ([record, "--jsonl", tmp_path / "no" / "file"], "no"),
    ):
        result = _run(*words)
        assert result.exit_code == 1, words
        assert result.output.startswith("Error: ")
        assert text in result.output


def test_a_model_inside_the_package_goes_by_name_and_is_brought_to_the_rate():
    chosen = monitor.make_context(
        "monitor", ["-", "--rate", "200", "--model", "heartbeats"]
    ).params
    assert chosen["model"] == pretrained_path("heartbeats")
    named = _load(200.0, chosen)
    taken = _load(200.0, chosen | {"model": None})
    assert named.segmenter.sampling_rate == taken.segmenter.sampling_rate == 200.0


def test_a_model_that_is_not_there_is_a_sentence():
    result = CliRunner().invoke(main, ["monitor", "-", "--rate", "200", "--model", "m"])
    assert result.exit_code == 1
    assert result.output == "Error: There is no model file m.\n"
