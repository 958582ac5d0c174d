"""Streams of signals, and folders of new scans: what happens, as it happens.

`StreamMonitor` takes chunks of one or many patients and tells events: alarms, changes
of class, signals lost and back. Sources bring the chunks, sinks take the events. For
research, not a medical device.
"""

from skecg.monitoring._board import LiveBoard
from skecg.monitoring._events import Event
from skecg.monitoring._feeds import TcpFeed, Ticking
from skecg.monitoring._folder import watch_folder
from skecg.monitoring._lines import BadLine, LineSource
from skecg.monitoring._lsl import LslFeed
from skecg.monitoring._monitor import StreamMonitor
from skecg.monitoring._pictures import DrawnWindows
from skecg.monitoring._readings import Readings, Rule, Verdict
from skecg.monitoring._replay import replay
from skecg.monitoring._rings import Chunk
from skecg.monitoring._rules import (
    DEFAULT_RULES,
    Asystole,
    ExtremeBradycardia,
    ExtremeTachycardia,
    SignalLost,
    VentricularFlutter,
    VentricularRun,
)
from skecg.monitoring._sinks import JsonLines, Webhook
from skecg.monitoring._spool import Spool
from skecg.monitoring._websocket import WebSocketFeed
from skecg.monitoring._windows import ClassChange, cut_windows

__all__ = [
    "DEFAULT_RULES",
    "Asystole",
    "BadLine",
    "Chunk",
    "ClassChange",
    "DrawnWindows",
    "Event",
    "ExtremeBradycardia",
    "ExtremeTachycardia",
    "JsonLines",
    "LineSource",
    "LiveBoard",
    "LslFeed",
    "Readings",
    "Rule",
    "SignalLost",
    "Spool",
    "StreamMonitor",
    "TcpFeed",
    "Ticking",
    "VentricularFlutter",
    "VentricularRun",
    "Verdict",
    "WebSocketFeed",
    "Webhook",
    "cut_windows",
    "replay",
    "watch_folder",
]
