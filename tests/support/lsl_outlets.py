"""Streams of the lab streaming layer that no other machine sees."""

from typing import Any

import pytest


def lsl_outlet(
    name: str,
    *,
    rate: float = 250.0,
    labels: tuple[str, ...] = ("I", "II"),
    unit: str = "mV",
    texts: bool = False,
) -> Any:
    """Make a stream that can be sent to, or skip a test where LSL is not installed."""
    pylsl = pytest.importorskip("pylsl")
    pylsl.set_config_content("[multicast]\nResolveScope = machine\n[log]\nlevel = -3\n")
    kind = pylsl.cf_string if texts else pylsl.cf_float32
    info = pylsl.StreamInfo(name, "ECG", len(labels), rate, kind)
    info.set_channel_labels(list(labels))
    info.set_channel_units([unit] * len(labels))
    return pylsl.StreamOutlet(info)
