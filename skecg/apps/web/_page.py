"""A page: its files, what it asks for, and errors as sentences."""

import json
import secrets
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from skecg.apps.web._guard import Guard

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_COMMON = ("page.css", "api.js", "icon.svg")


class Page:
    """A page with its files and its answers.

    Parameters
    ----------
    name : str
        Of its files: ``name.html``, ``name.css`` and ``name.js`` in ``static``.
    routes : sequence of starlette Route
        What it asks for, all below ``/api/``.
    limits : mapping of str to int, optional
        The most bytes of a body, by path; 64 KiB for all others.

    Attributes
    ----------
    token : str
        The key of this run, made anew each time.
    """

    def __init__(
        self,
        name: str,
        routes: Sequence[BaseRoute],
        *,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self.token = secrets.token_urlsafe(32)
        self._limits = limits
        files = [f"{name}.html", f"{name}.css", f"{name}.js", *_COMMON]
        self._static = {f"/static/{file}": _read(file) for file in files}
        self._static["/"] = self._static.pop(f"/static/{name}.html")
        self._app = Starlette(
            routes=[*(Route(path, self._file) for path in self._static), *routes],
            exception_handlers={HTTPException: _told, Exception: _failed},
        )

    def guarded(self, port: int) -> ASGIApp:
        """Return the page as it may be served.

        Parameters
        ----------
        port : int
            Where, on 127.0.0.1.

        Returns
        -------
        ASGI application
        """
        return Guard(
            self._app,
            token=self.token,
            port=port,
            open_paths=self._static,
            limits=self._limits,
        )

    def address(self, port: int) -> str:
        """Return where the page is, with the key of this run.

        The key stands behind a "#", so that it is in no request and in no log.

        Parameters
        ----------
        port : int
            Where, on 127.0.0.1.

        Returns
        -------
        str
        """
        return f"http://127.0.0.1:{port}/#{self.token}"

    async def _file(self, request: Request) -> Response:
        content, media_type = self._static[request.url.path]
        return Response(content, media_type=media_type)


async def read_json(request: Request, fields: Mapping[str, type]) -> dict[str, Any]:
    """Return what a request says, or refuse it.

    Parameters
    ----------
    request : Request
        With a JSON object as its body.
    fields : mapping of str to type
        What must be in it; nothing else may.

    Returns
    -------
    dict

    Raises
    ------
    HTTPException
        With status 400, if it is something else.
    """
    try:
        told = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise HTTPException(400, "The request is no JSON.") from None
    fits = isinstance(told, dict) and told.keys() == fields.keys()
    if not fits or any(type(told[name]) is not kind for name, kind in fields.items()):
        raise HTTPException(400, f"The request must say {', '.join(fields)}.")
    return told


def _read(file: str) -> tuple[bytes, str]:
    # All that is served lies in this table: no path of a request reaches the disk.
    content = (resources.files("skecg.apps.web") / "static" / file).read_bytes()
    return content, _TYPES[file[file.rindex(".") :]]


async def _told(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _failed(request, error)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _failed(_request: Request, _error: Exception) -> Response:
    # Starlette raises it again behind this answer, and the terminal shows it.
    text = "Something went wrong in skecg; the terminal says what. Nothing was saved."
    return JSONResponse({"error": text}, 500)
