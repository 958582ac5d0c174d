"""What the live page asks for: a monitor at work, told as it goes on."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from skecg.apps.web._page import Page

if TYPE_CHECKING:
    from skecg.monitoring import LiveBoard

MOST_VIEWERS = 16
_PAUSE = 0.2  # s between two looks at the board
_SIGN_OF_LIFE = 25  # looks without anything new


class LivePage:
    """Shows a board while a monitor fills it.

    Parameters
    ----------
    board : LiveBoard
        What is shown.
    """

    def __init__(self, board: "LiveBoard") -> None:
        self._board = board
        self._n_viewers = 0
        self._is_closed = False

    def page(self) -> Page:
        """Return the page.

        Returns
        -------
        Page
        """
        return Page("live", [Route("/api/events", self._events)])

    def close(self) -> None:
        """Let those go who are watching, so that the server need not wait for them."""
        self._is_closed = True

    async def _events(self, request: Request) -> Response:
        if self._n_viewers >= MOST_VIEWERS:
            raise HTTPException(
                503, f"{MOST_VIEWERS} pages are open already. Close one."
            )
        self._n_viewers += 1
        return StreamingResponse(self._told(), media_type="text/event-stream")

    async def _told(self) -> AsyncIterator[str]:
        try:
            state = self._board.state()
            number, quiet = state["number"], 0
            yield _message({"state": state})
            while not self._is_closed:
                number, messages = self._board.since(number)
                for message in messages:
                    yield _message(message)
                quiet = 0 if messages else quiet + 1
                if quiet and quiet % _SIGN_OF_LIFE == 0:
                    yield ": still here\n\n"  # which finds out that somebody has left
                await asyncio.sleep(_PAUSE)
        finally:
            self._n_viewers -= 1


def _message(told: dict[str, object]) -> str:
    return f"data: {json.dumps(told)}\n\n"
