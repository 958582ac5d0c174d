"""What the screening page asks for, answered by a `Desk`."""

import asyncio
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from skecg.apps.web._page import Page, read_json

if TYPE_CHECKING:
    from skecg.screening.desk import Desk, Examined, Ticket

MOST_BYTES = 64 * 2**20
"""Of one upload: a scan of A4 at 400 dots an inch, or an hour of twelve leads."""
_AT_ONCE = 4  # uploads that are being received
_MOST_FILES = 32  # of one record
_LONGEST = 60.0  # seconds of a strip
_OF_RECORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}")


class ScreenPage:
    """Answers about files that were dropped.

    Parameters
    ----------
    desk : Desk
        Does the work.
    card : mapping of str to str
        What is told of the model.
    """

    def __init__(self, desk: "Desk", card: Mapping[str, str]) -> None:
        self._desk = desk
        self._card = dict(card)
        self._receiving = 0
        self._most_bytes = min(MOST_BYTES, desk.most_bytes)

    def page(self) -> Page:
        """Return the page.

        Returns
        -------
        Page
        """
        one = "/api/files/{id:str}"
        return Page(
            "screen",
            [
                Route("/api/state", self._state),
                Route("/api/files", self._files),
                Route("/api/files", self._upload, methods=["POST"]),
                Route("/api/clear", self._clear, methods=["POST"]),
                Route(one, self._file),
                Route(f"{one}/picture", self._picture),
                Route(f"{one}/heat", self._heat),
                Route(f"{one}/strip", self._strip),
            ],
            limits={"/api/files": self._most_bytes},
        )

    async def _state(self, request: Request) -> Response:
        desk = self._desk
        return JSONResponse(
            {
                "card": self._card,
                "takes_records": desk.takes_records,
                "most_bytes": self._most_bytes,
                "most_files": desk.most_files,
                "most_kept": desk.most_bytes,
            }
        )

    async def _files(self, request: Request) -> Response:
        return JSONResponse([_in_short(one) for one in self._desk.tickets])

    async def _file(self, request: Request) -> Response:
        ticket = self._ticket(request)
        told = _in_short(ticket)
        if ticket.examined is not None:
            told |= _in_full(ticket.examined)
        return JSONResponse(told)

    async def _picture(self, request: Request) -> Response:
        return _png(self._examined(request).picture)

    async def _heat(self, request: Request) -> Response:
        return _png(self._examined(request).heat)

    async def _strip(self, request: Request) -> Response:
        strip = self._examined(request).strip
        if strip is None:
            raise HTTPException(404, "This file is no record.")
        start = _number(request, "start", most=strip.samples.size / strip.sampling_rate)
        stop = start + _number(request, "seconds", most=_LONGEST)
        rate = strip.sampling_rate
        samples = strip.samples[int(start * rate) : int(stop * rate)]
        beats = [one._asdict() for one in strip.beats if start <= one.time < stop]
        # JSON has no NaN: a gap is null.
        values = [round(each, 4) if each == each else None for each in samples.tolist()]
        return JSONResponse({"sampling_rate": rate, "samples": values, "beats": beats})

    async def _clear(self, request: Request) -> Response:
        await read_json(request, {})
        return JSONResponse({"cleared": self._desk.clear()})

    async def _upload(self, request: Request) -> Response:
        from skecg.screening.desk import DeskFullError

        names, sizes = _parts(request)
        if self._receiving >= _AT_ONCE:
            raise HTTPException(
                429, "Too many files at a time. Send it again.", {"connection": "close"}
            )
        self._receiving += 1
        try:
            self._desk.check_room(sum(sizes))
            id_ = await self._take_in(request, names, sizes)
        except DeskFullError as error:
            raise HTTPException(507, str(error), {"connection": "close"}) from error
        except ClientDisconnect:
            raise HTTPException(400, "The upload was broken off.") from None
        finally:
            self._receiving -= 1
        return JSONResponse({"id": id_}, 201)

    async def _take_in(
        self, request: Request, names: list[str], sizes: list[int]
    ) -> str:
        place = await run_in_threadpool(self._desk.place)
        try:
            paths = _paths(place, names)
            await _receive(request, paths, sizes)
            await run_in_threadpool(_check_named, paths)
            return self._desk.hand_in_file(names[0], paths[0])
        except BaseException:  # a task that is cancelled too
            shutil.rmtree(place, ignore_errors=True)
            raise

    def _ticket(self, request: Request) -> "Ticket":
        ticket = self._desk.ticket(request.path_params["id"])
        if ticket is None:
            raise HTTPException(404, "There is no such file here any more.")
        return ticket

    def _examined(self, request: Request) -> "Examined":
        examined = self._ticket(request).examined
        if examined is None:
            raise HTTPException(404, "This file is not done yet.")
        return examined


def _in_short(ticket: "Ticket") -> dict[str, Any]:
    told: dict[str, Any] = {"id": ticket.id, "name": ticket.name, "state": ticket.state}
    one = ticket.examined
    if one is not None:
        confidence = one.confidence if one.label else None
        told |= {"label": one.label, "confidence": confidence, "reason": one.reason}
        told["has_beats"] = one.strip is not None and bool(one.strip.beats)
    return told


def _in_full(one: "Examined") -> dict[str, Any]:
    told: dict[str, Any] = {
        "probabilities": dict(one.probabilities),
        "has_picture": bool(one.picture),
        "has_heat": bool(one.heat),
        "strip": None,
    }
    if one.strip is not None:
        seconds = one.strip.samples.size / one.strip.sampling_rate
        told["strip"] = {"lead": one.strip.lead, "seconds": seconds}
    return told


def _png(content: bytes) -> Response:
    if not content:
        raise HTTPException(404, "There is no such picture.")
    return Response(content, media_type="image/png")


def _number(request: Request, name: str, *, most: float) -> float:
    try:
        value = float(request.query_params[name])
    except (KeyError, ValueError):
        raise HTTPException(400, f"{name} must be a number.") from None
    if not 0 <= value <= most:
        raise HTTPException(400, f"{name} must lie from 0 to {most:g}.")
    return value


def _parts(request: Request) -> tuple[list[str], list[int]]:
    # One file, or the header of a record and its files, one behind the other.
    names = request.query_params.getlist("name")
    sizes = request.query_params.getlist("size")
    are_numbers = all(size.isascii() and size.isdigit() for size in sizes)
    if not 0 < len(names) <= _MOST_FILES or len(sizes) != len(names) or not are_numbers:
        raise HTTPException(400, "An upload needs a name and a size for each file.")
    if not all(0 < len(name) <= 200 for name in names):
        raise HTTPException(400, "A file's name must have 1 to 200 characters.")
    return names, [min(int(size[:12]), MOST_BYTES + 1) for size in sizes]


def _paths(place: Path, names: list[str]) -> list[Path]:
    # A picture gets a name of ours; those of a record must stay, and are plain.
    if len(names) == 1:
        ending = Path(names[0]).suffix.lower()
        is_plain = ending[1:].isalnum() and ending.isascii() and len(ending) <= 6
        return [place / f"file{ending if is_plain else ''}"]
    are_apart = len({name.casefold() for name in names}) == len(names)
    are_plain = all(map(_OF_RECORD.fullmatch, names)) and are_apart
    if not are_plain or not names[0].endswith(".hea"):
        raise HTTPException(
            400,
            "A record is a .hea file and the files that it names; their names may hold "
            "letters, digits, '.', '-' and '_'.",
        )
    return [place / name for name in names]


def _check_named(paths: list[Path]) -> None:
    # Beside a header nothing is kept but what it names: what is missing is told of the
    # record, once the model asks for it.
    from skecg.datasets._read_record import files_of_record

    named = files_of_record(paths[0])
    others = [path.name for path in paths[1:] if path not in named]
    if others:
        raise HTTPException(
            400, f"{paths[0].name} does not name {', '.join(others)}: leave it out."
        )


async def _receive(request: Request, paths: list[Path], sizes: list[int]) -> None:
    left = list(zip(paths, sizes, strict=True))
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        while left and len(content) >= left[0][1]:
            path, size = left.pop(0)
            await asyncio.to_thread(path.write_bytes, bytes(content[:size]))
            del content[:size]
    if left or content:
        raise HTTPException(400, "The files have other sizes than was said.")
