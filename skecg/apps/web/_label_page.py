"""What the labelling page asks for, answered by a `LabelSession`."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from skecg.apps.web._page import Page, read_json

if TYPE_CHECKING:
    from skecg.labelling import Item, LabelSession, Look, Suggestion

_DECISION = {
    "place": int,
    "sha256": str,
    "seen": str,
    "action": str,
    "label": str,
    "entry": str,
}
_MOST_ENTRY = 64  # characters of what names a decision


class LabelPage:
    """Answers for one person.

    Parameters
    ----------
    session : LabelSession
        What is labelled, and by whom.
    suggesters : sequence of callable of (Item) -> Suggestion
        Asked only when the person asks.
    """

    def __init__(
        self,
        session: "LabelSession",
        suggesters: Sequence[Callable[["Item"], "Suggestion"]] = (),
    ) -> None:
        self._session = session
        self._suggesters = suggesters

    def page(self) -> Page:
        """Return the page.

        Returns
        -------
        Page
        """
        return Page(
            "label",
            [
                Route("/api/state", self._state),
                Route("/api/items/{place:int}", self._item),
                Route("/api/items/{place:int}/picture", self._picture),
                Route("/api/items/{place:int}/suggestions", self._suggestions),
                Route("/api/decide", self._decide, methods=["POST"]),
                Route("/api/undo", self._undo, methods=["POST"]),
            ],
        )

    async def _state(self, request: Request) -> Response:
        session = self._session
        await self._try(session.store.refresh)
        return JSONResponse(
            {
                "folder": session.folder.resolve().name,
                "annotator": session.annotator,
                "classes": session.classes,
                "next": session.next_index(),
                "progress": session.progress()._asdict(),
            }
        )

    async def _item(self, request: Request) -> Response:
        look = await self._look(request)
        return JSONResponse(self._told(look))

    async def _picture(self, request: Request) -> Response:
        look = await self._look(request)
        start = _seconds(request)
        shown = await self._try(self._session.show, look, start=start)
        # So that nothing is labelled but what is on the screen.
        headers = {"x-skecg-sha256": look.sha256}
        headers |= {"x-skecg-start": f"{shown.start:.3f}"}
        headers |= {"x-skecg-seconds": f"{shown.seconds:.3f}"}
        return Response(shown.png, media_type="image/png", headers=headers)

    async def _suggestions(self, request: Request) -> Response:
        look = await self._look(request)
        if not look.sha256:
            raise HTTPException(422, f"{look.item.name} cannot be read.")
        found = [await self._ask(ask, look.item) for ask in self._suggesters]
        return JSONResponse(
            [
                one._asdict() | {"confidence": one.confidence if one.label else None}
                for one in found
            ]
        )

    async def _ask(
        self, suggester: Callable[["Item"], "Suggestion"], item: "Item"
    ) -> "Suggestion":
        from skecg.labelling import Suggestion

        try:
            return await run_in_threadpool(suggester, item)
        except Exception as error:  # noqa: BLE001 - one model hides no other's answer
            source = getattr(suggester, "source", "model")
            return Suggestion(source, "", math.nan, f"It failed: {error!r}.")

    async def _decide(self, request: Request) -> Response:
        told = await read_json(request, _DECISION)
        look = await self._look(request, told["place"])
        seen = "" if look.decision is None else look.decision.id
        entry = told["entry"]
        if not 0 < len(entry) <= _MOST_ENTRY:
            raise HTTPException(400, "A decision needs a name of its own.")
        if told["sha256"] != look.sha256:
            raise HTTPException(
                409, f"{look.item.name} has changed since it was shown. Look again."
            )
        if seen not in (told["seen"], entry):
            return self._decided_elsewhere(look)
        answer = await self._try(
            self._session.decide, look, told["action"], told["label"], entry=entry
        )
        if not answer.is_written:
            return self._decided_elsewhere(await self._look(request, told["place"]))
        return JSONResponse(self._onwards(look.place))

    async def _undo(self, request: Request) -> Response:
        told = await read_json(request, {"entry": str})
        if not 0 < len(told["entry"]) <= _MOST_ENTRY:
            raise HTTPException(400, "It needs a name of its own.")
        place = await self._try(self._session.undo, entry=told["entry"])
        if place is None:
            raise HTTPException(409, "There is nothing to undo.")
        return JSONResponse(self._onwards(place) | {"next": place})

    def _decided_elsewhere(self, look: "Look") -> Response:
        what = _in_words(self._told(look)["decision"])
        text = f"Meanwhile, in another window, {look.item.name} was {what}."
        return JSONResponse({"error": text, "item": self._told(look)}, 409)

    def _onwards(self, place: int) -> dict[str, Any]:
        session = self._session
        progress = session.progress()._asdict()
        return {"next": session.next_index(place), "progress": progress}

    def _told(self, look: "Look") -> dict[str, Any]:
        decision = look.decision
        known = ("id", "action", "label", "time")
        return {
            "place": look.place,
            "name": look.item.name,
            "kind": look.item.kind,
            "sha256": look.sha256,
            "has_changed": look.has_changed,
            "decision": decision and {name: getattr(decision, name) for name in known},
        }

    async def _look(self, request: Request, place: int | None = None) -> "Look":
        place = request.path_params["place"] if place is None else place
        try:
            return await run_in_threadpool(self._session.look, place)
        except IndexError as error:
            raise HTTPException(404, str(error)) from error

    async def _try(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        # What a person can mend is told to them; a full disk is such a thing.
        from skecg.exceptions import SkecgError

        try:
            return await run_in_threadpool(call, *args, **more)
        except (SkecgError, ValueError, ImportError) as error:
            raise HTTPException(422, str(error)) from error
        except OSError as error:
            reason = f"Nothing was saved: {error.strerror or error}."
            raise HTTPException(507, reason) from error


def _seconds(request: Request) -> float:
    try:
        value = float(request.query_params.get("start", "0"))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise HTTPException(400, "start must be a number of seconds.")
    return value


def _in_words(decision: dict[str, str] | None) -> str:
    if decision is None:
        return "undone"
    action = {"unsure": "marked unsure", "skip": "skipped"}.get(decision["action"])
    return action or f"labelled {decision['label']}"
