"""
Streams of other programs
=========================

Recorders, gateways and laboratories send samples in ways of their own. A feed brings
them into the chunks that a monitor takes, connects again when a connection is lost, and
says what it cannot use.
"""

# %%
# A WebSocket
# -----------
# Half a minute of record 119, with its ventricular beats, is sent as lines in messages,
# and the connection is lost after the first half. The feed connects again, and neither
# misses a sample nor takes one twice.
import json
import threading
from itertools import count

import matplotlib.pyplot as plt
import numpy as np
from websockets.sync.server import ServerConnection, serve

from skecg.datasets import load_mitbih_sample
from skecg.monitoring import WebSocketFeed, replay

sample = load_mitbih_sample()
rate = sample.sampling_rate
signal = sample.data[sample.record.tolist().index("119"), 0, : round(30 * rate)]
messages = [
    json.dumps({"time": one.timestamp, "samples": one.samples.tolist(), "patient": "7"})
    for one in replay(signal, sampling_rate=rate)
]
middle = len(messages) // 2
halves = iter([messages[:middle], messages[middle:]])


def gateway(connection: ServerConnection) -> None:
    """Send what is next, and hang up."""
    for message in next(halves, []):
        connection.send(message)


server = serve(gateway, "127.0.0.1", 0)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.socket.getsockname()[1]
feed = WebSocketFeed(f"ws://127.0.0.1:{port}/bed7", rate, retry=0.1)
chunks = []
for chunk in feed:
    chunks.append(chunk)
    if len(chunks) == len(messages):
        feed.close()
server.shutdown()
came = np.concatenate([np.ravel(chunk.samples) for chunk in chunks])
print(f"{feed.n_connections} connections, all as sent: {np.allclose(came, signal)}")

# %%
# The lab streaming layer
# -----------------------
# Laboratories share clocks and samples over LSL. The feed finds a stream by its name,
# takes the leads wanted by theirs, and brings microvolts to mV. Here the sender is this
# program, and its stream is not seen on other machines.
import pylsl

from skecg.monitoring import LslFeed

pylsl.set_config_content("[multicast]\nResolveScope = machine\n[log]\nlevel = -3\n")
info = pylsl.StreamInfo("bench 3", "ECG", 2, rate, pylsl.cf_float32, "recorder 3")
info.set_channel_labels(["V1", "II"])
info.set_channel_units(["microvolts", "microvolts"])
outlet = pylsl.StreamOutlet(info)
both = np.stack([-signal, signal]).T * 1e3


def send(done: threading.Event) -> None:
    """Send the record from its beginning, again and again, until enough has come."""
    for first in count(step=25):
        if done.wait(0.02):
            return
        start = first % len(both)
        outlet.push_chunk(both[start : start + 25].astype(np.float32).tolist())


enough = threading.Event()
threading.Thread(target=send, args=(enough,), daemon=True).start()
feed = LslFeed("bench 3", rate, leads=["II"])
pieces = []
for chunk in feed:
    pieces.append(chunk.samples[0])
    if sum(map(len, pieces)) > 5 * rate:
        feed.close()
received = np.concatenate(pieces)
print(f"{len(received) / rate:.0f} s of lead II, {np.ptp(received):.1f} mV high")

# %%
# What cannot be used is said before a sample is taken: a wrong rate would make every
# heart beat at another speed.
from skecg.exceptions import StreamError

try:
    next(iter(LslFeed("bench 3", 500.0)))
except StreamError as error:
    print(error)
enough.set()

# %%
# Both are watched as any other source: ``StreamMonitor.watch(feed)``, or on the command
# line ``skecg monitor ws://127.0.0.1:9001/bed7``.
figure, axes = plt.subplots(2, 1, figsize=(9, 4), layout="constrained")
for ax, values, title in (
    (axes[0], came[: round(5 * rate)], "over a WebSocket"),
    (axes[1], received[: round(5 * rate)], "over LSL, from when the feed joined"),
):
    ax.plot(np.arange(len(values)) / rate, values, lw=0.8)
    ax.set(title=title, ylabel="mV")
axes[-1].set_xlabel("time (s)")
