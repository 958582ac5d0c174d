"""
Where a stream comes from, and where its events go
==================================================

Lines of text or a connection bring the samples, a file, a page or a server gets what a
monitor tells. What goes wrong on the way is counted, and no event is lost.
"""

# %%
# Lines
# -----
# A line is JSON with any number of samples, or values separated by commas: the time,
# then one value for each lead. What cannot be read is counted, and the rest goes on.
import json

from skecg.datasets import load_mitbih_sample
from skecg.monitoring import LineSource, replay

sample = load_mitbih_sample()
rate = sample.sampling_rate
signal = sample.data[0, 0, : round(20 * rate)]
lines = [
    json.dumps({"time": one.timestamp, "samples": one.samples.tolist(), "patient": "4"})
    for one in replay(signal, sampling_rate=rate)
]
source = LineSource([*lines[:3], '{"time": 0.6, "samp', *lines[3:]], rate)
print(sum(chunk.samples.size for chunk in source), "samples of", signal.size)
for bad in source.bad:
    print(f"line {bad.number}: {bad.text!r}: {bad.reason}")

# %%
# A connection
# ------------
# A server that sends these lines and then falls silent, as a monitor at the bed does
# when its cable is pulled. ``TcpFeed`` connects, and again when it must. ``Ticking``
# says by the clock on the wall that time goes by, so that the silence itself is seen.
import socketserver
import threading
import time

from skecg.monitoring import StreamMonitor, TcpFeed, Ticking


class Bed(socketserver.StreamRequestHandler):
    """Sends twenty seconds at once, then nothing."""

    def handle(self) -> None:
        """Answer a connection."""
        self.wfile.write("\n".join([*lines, ""]).encode())
        time.sleep(5)


server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Bed)
threading.Thread(target=server.serve_forever, daemon=True).start()

feed = TcpFeed(*server.server_address, rate)
monitor = StreamMonitor(sampling_rate=rate)
events = []
for event in monitor.watch(Ticking(feed, every=0.5)):
    print(f"{event.time:5.1f} s  {event.kind} {event.phase} of {event.patient!r}")
    events.append(event)
    if event.kind == "signal_lost":
        break
feed.close()
server.shutdown()

# %%
# A file, and a page
# ------------------
# A sink is called with each event. ``JsonLines`` has it on the disk when it returns.
# ``LiveBoard`` keeps what a page in a browser shows, for any number of readers.
import tempfile
from pathlib import Path

from skecg.monitoring import JsonLines, LiveBoard

folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "events.jsonl"
written, board = JsonLines(path), LiveBoard(rate)
for event in events:
    written(event)
    board.tell(event)
written.close()
print(path.read_text().splitlines()[-1])
print(board.state()["patients"]["4"]["alarms"])

# %%
# A server that is down
# ---------------------
# ``Webhook`` posts each event until the server has it. Here there is none at first: the
# events wait in a folder, the spool, and whatever ends the process, there they stay.
from skecg.monitoring import Spool, Webhook

waiting = Path(folder.name) / "waiting"
hook = Webhook("http://127.0.0.1:9/events", waiting, timeout=1.0)
for event in events:
    hook(event)
print(hook.close(timeout=0.2), "waiting,", hook.last_error)
spool = Spool(waiting)
print("first to go:", spool.first()["kind"])
spool.close()


# %%
# The next process has the same spool and a server that answers. An event that was sent
# twice would be known by its id.
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ward(BaseHTTPRequestHandler):
    """Takes events."""

    def do_POST(self) -> None:
        """Read one, and answer that it is there."""
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print("the ward has", told["kind"], self.headers["Idempotency-Key"][:8])
        self.send_response(204)
        self.end_headers()

    def log_request(self, *_: object) -> None:
        """Say nothing else."""


ward = HTTPServer(("127.0.0.1", 0), Ward)
threading.Thread(target=ward.serve_forever, daemon=True).start()
hook = Webhook(f"http://127.0.0.1:{ward.server_port}/events", waiting)
print(hook.close(), "waiting")
ward.shutdown()
folder.cleanup()
