"""A strict fake Spotify: accounts and Web API in one ASGI application, which writes down everything that it is asked.

with running(Spotify()) as spotify:      # real HTTP on 127.0.0.1
    spotify.world.add([Song(...)])
    ... let something talk to spotify.api_url and spotify.accounts_url ...
    spotify.exchanges                    # every request to the Web API with its answer
    spotify.complaints                   # what was asked wrongly: must stay empty
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections import deque
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from tests.fakes.spotify.accounts import CLIENT_ID, SCOPES, Accounts, Grant
from tests.fakes.spotify.api import GONE, SCOPES_OF, Api, routed
from tests.fakes.spotify.asking import Refusal
from tests.fakes.spotify.faults import Fault, Faults
from tests.fakes.spotify.line import Line
from tests.fakes.spotify.player import Player
from tests.fakes.spotify.torn import tear
from tests.fakes.spotify.world import World

WINDOW_S = 30.0
"""The rate limit counts over 30 seconds: https://developer.spotify.com/documentation/web-api/concepts/rate-limits."""
PAGE = b"<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Sorry</h1></body></html>"

Message = MutableMapping[str, Any]


@dataclass
class Exchange:
    """One request to the Web API, and its answer as it was before anything went wrong on the way."""

    method: str
    path: str
    template: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    fault: Fault | None = None

    @property
    def json(self) -> Any:
        """What was sent."""
        return json.loads(self.body) if self.body else None

    @property
    def answer_json(self) -> Any:
        """What came back."""
        return json.loads(self.answer) if self.answer else None


@dataclass(frozen=True)
class Page:
    """What a browser shows in the end."""

    status_code: int
    text: str


class Spotify:
    """The whole service."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.complaints: list[str] = []
        self.accounts = Accounts(self.world, self.complaints)
        self.faults = Faults()
        self.line = Line()
        self.exchanges: list[Exchange] = []
        self.url = "http://127.0.0.1:1"
        self.blocked_until_s = 0.0
        self._recent: deque[float] = deque()
        handlers = Api(self.world, lambda: self.api_url).routes() + Player(self.world, lambda: self.api_url).routes()
        self.endpoints = [(method, path) for method, path, _ in handlers]
        self._api = routed(handlers)
        self._app = Starlette(
            routes=[*self._api, *self.accounts.routes()],
            exception_handlers={Refusal: self._refused, 404: self._unknown, 405: self._unknown},
        )

    @property
    def api_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def accounts_url(self) -> str:
        return self.url

    @property
    def secrets(self) -> set[str]:
        """Every token, code and verifier that there ever was."""
        return self.accounts.secrets

    def environ(self) -> dict[str, str]:
        """Return the settings that lead mien here."""
        return {
            "MIEN_SPOTIFY_API": self.api_url,
            "MIEN_SPOTIFY_ACCOUNTS": self.accounts_url,
            "MIEN_SPOTIFY_CLIENT_ID": CLIENT_ID,
        }

    def tokens(self, *scopes: str) -> dict[str, Any]:
        """Return what a login for some scopes (or all) would have brought, in spotipy's form."""
        made = self.accounts.grant(frozenset(scopes) or SCOPES)
        return made | {"expires_at": int(self.world.clock() + made["expires_in"])}

    def browse(self, url: str) -> Page:
        """Open a login page and press "Agree", as the listener in the browser would; follows to where it leads.

        A browser keeps no log of mien's, so this is a client that has none.
        """
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with browser.open(url, timeout=10) as answer:
                return Page(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.code, error.read().decode())

    def block(self, seconds: float) -> None:
        """Answer nothing but 429 for a while, as after far too many requests."""
        self.blocked_until_s = self.world.clock() + seconds

    def asked(self, method: str | None = None, path: str = "") -> list[Exchange]:
        """Return the requests of a method whose path has a match of a regular expression."""
        return [e for e in self.exchanges if method in (None, e.method) and re.search(path, e.path)]

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"only HTTP is spoken here, not {scope['type']}")
        body = await _whole(receive)
        if not scope["path"].startswith("/v1/"):
            await self._app(scope, _again(body), send)
            return
        exchange = self._written_down(scope, body)
        fault = exchange.fault = self.faults.pick(exchange)
        await self.line.enter()
        try:
            if fault is None or fault.after or fault.kind in ("half", "repeat"):
                await self._answer(scope, exchange)
            if fault is None:
                await _send(send, exchange.status, exchange.answer_headers, exchange.answer)
            else:
                await self._spoil(fault, exchange, scope, receive, send)
        finally:
            self.line.leave()

    def _written_down(self, scope: Message, body: bytes) -> Exchange:
        template = next((r.path for r in self._api if r.matches(scope)[0] is Match.FULL), "")
        exchange = Exchange(
            scope["method"],
            scope["path"].removeprefix("/v1"),
            template.removeprefix("/v1"),
            parse_qsl(scope["query_string"].decode(), keep_blank_values=True),
            {name.decode().lower(): value.decode() for name, value in scope["headers"]},
            body,
        )
        self.exchanges.append(exchange)
        return exchange

    async def _answer(self, scope: Message, exchange: Exchange) -> None:
        """Let the application answer, or refuse at the door."""
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        refused = self._at_the_door(exchange)
        if isinstance(refused, Response):
            await refused(scope, _again(b""), keep)
        else:
            by_half = exchange.fault is not None and exchange.fault.kind == "half"
            inner = {**scope, "scopes": refused.scopes, "by_half": by_half}
            await self._app(inner, _again(exchange.body), keep)
        exchange.status = sent[0]["status"]
        exchange.answer_headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        exchange.answer = b"".join(message.get("body", b"") for message in sent[1:])

    def _at_the_door(self, exchange: Exchange) -> Response | Grant:
        """Return what the token stands for, or a refusal: who asks, how often, and whether they may."""
        held = self.accounts.holder(exchange.headers.get("authorization"))
        if isinstance(held, str):
            return JSONResponse(Refusal(401, held).content, 401)
        now, quota = self.world.clock(), self.world.rules.quota
        while self._recent and self._recent[0] <= now - WINDOW_S:
            self._recent.popleft()
        if quota is not None and len(self._recent) >= quota:
            self.blocked_until_s = max(self.blocked_until_s, self._recent[0] + WINDOW_S)
        if now < self.blocked_until_s:
            return _too_many(self.blocked_until_s - now)
        self._recent.append(now)
        missing = set(SCOPES_OF.get((exchange.method, exchange.template), ())) - held.scopes
        if missing:
            return JSONResponse(Refusal(403, "Insufficient client scope").content, 403)
        return held

    async def _refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        if error.fault_of_ours:
            self.complaints.append(f"{request.method} {request.url.path}: {error.message}")
        return JSONResponse(error.content, error.status)

    async def _unknown(self, request: Request, error: Exception) -> Response:
        self.complaints.append(f"{request.method} {request.url.path}: there is no such endpoint")
        return JSONResponse(Refusal(404, "Service not found").content, 404)

    async def _spoil(self, fault: Fault, exchange: Exchange, scope: Message, receive: Any, send: Any) -> None:
        """Let something go wrong with an answer."""
        whole = exchange.answer or b'{"snapshot_id": "never seen by anyone"}'
        good = exchange.status or 200
        json_type = {"content-type": "application/json; charset=utf-8"}
        match fault.kind:
            case "reset":
                tear(scope)
            case "cut":
                await _send(
                    send, good, json_type | {"content-length": str(len(whole))}, whole[: len(whole) // 2], more=True
                )
                tear(scope, politely=True)
            case "truncated":
                await _send(send, good, json_type, whole[: len(whole) // 2])
            case "html":
                await _send(send, 200, {"content-type": "text/html"}, PAGE)
            case "wrong":
                await _send(send, good, json_type, b'[["not", "what"], 42, null]')
            case "empty":
                await _send(send, 200, json_type, b"")
            case "status":
                await _send(send, fault.status, {"content-type": "text/html"}, PAGE)
            case "limited":
                refused = _too_many(fault.retry_after_s)
                await refused(scope, receive, send)
            case "expired":
                await JSONResponse(Refusal(401, "The access token expired").content, 401)(scope, receive, send)
            case "silence":
                while (await receive())["type"] != "http.disconnect":
                    pass
            case "half":
                await _send(send, exchange.status, exchange.answer_headers, exchange.answer)
            case "repeat":
                await _send(send, exchange.status, json_type, _page_before(exchange, self.exchanges))


def _too_many(retry_after_s: float | None) -> Response:
    headers = {} if retry_after_s is None else {"Retry-After": str(max(1, round(retry_after_s)))}
    return JSONResponse(Refusal(429, "API rate limit exceeded").content, 429, headers)


def _page_before(exchange: Exchange, everything: list[Exchange]) -> bytes:
    """Return the answer of the last request for another page of the same list."""
    earlier = [e for e in everything if e is not exchange and e.path == exchange.path and e.status == 200]
    return earlier[-1].answer if earlier else exchange.answer


async def _whole(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        part: bytes = message.get("body", b"")
        body += part
        if not message.get("more_body"):
            return body


def _again(body: bytes) -> Any:
    """Return a `receive` for what was received before."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _send(send: Any, status: int, headers: dict[str, str], body: bytes, *, more: bool = False) -> None:
    if status not in (204, 304):
        headers = {"content-length": str(len(body))} | headers
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": more})


__all__ = ["GONE", "Exchange", "Route", "Spotify"]
