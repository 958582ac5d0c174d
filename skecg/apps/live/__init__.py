"""The live page of `skecg monitor`: trace, class and alarms, on this machine only."""

from skecg.apps.live._page import LivePage

__all__ = ["LivePage"]
