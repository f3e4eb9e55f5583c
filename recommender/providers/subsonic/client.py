"""Requests to a Subsonic server behind one method; every failure becomes one of our errors, with what to do next.

Facts from https://opensubsonic.netlify.app/docs/ (its source, opensubsonic/open-subsonic-api on GitHub, read
2026-11-21): answers are HTTP 200 with `status` "ok" or "failed" and an error code; token login is part of 1.13.0,
playlists can be updated and songs searched since 1.8.0. A server refuses a client of a newer version than its own (code
30), so each request names the oldest version that has what it needs.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import httpx

from errors import AuthRequired, Forbidden, ProviderError, RateLimited, Unavailable
from recommender.providers.foreign import one_line
from recommender.providers.masking import mask_logs, masked
from recommender.providers.subsonic.account import LOG_IN, NAME, Account
from recommender.providers.waiting import retry_after_s

CLIENT = "mien"
VERSIONS = {"token": "1.13.0", "password": "1.8.0", "key": "1.13.0"}
"""The version that each proof asks for."""

TIMEOUT_S = 20.0
"""Between two pieces of an answer."""

LONGEST_S = 120.0
"""For a whole answer: a server that sends a byte now and then is not waited for."""

LARGEST_BYTES = 64 * 1024 * 1024

LONGEST_WORDS = 200
"""Characters of a server's own words in a message."""

USUAL_WAIT_S = 60.0
"""Where a server asks for patience and does not say how much."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

NOT_FOUND = 70

Parameters = Iterable[tuple[str, str]]


class Refused(ProviderError):
    """The server said no, for a reason of its own.

    Args:
        code: Of the Subsonic API; None for a method that the server does not have.
        message: What it said.
    """

    def __init__(self, code: int | None, message: str) -> None:
        self.code = code
        super().__init__(NAME, message)


class Client:
    """Talks to one server.

    Args:
        account: Whose.
        transport: How requests are sent, None for the network.
        now: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        mask_logs("httpx", "httpcore.http11", "httpcore.connection", "httpcore.proxy")  # they log whole addresses
        self.account = account
        self._now = now
        if transport is None and not account.url.startswith("https:"):
            transport = httpx.HTTPTransport(verify=False)  # spares loading certificates that are of no use here
        self._http = httpx.Client(transport=transport, timeout=TIMEOUT_S, headers={"User-Agent": CLIENT})

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, method: str, parameters: Parameters = ()) -> dict[str, Any]:
        """Send one request and return what is inside `subsonic-response`.

        Args:
            method: Such as "ping".
            parameters: Pairs, since some repeat.

        Raises:
            AuthRequired: The login does not hold.
            Forbidden: This user may not do that.
            RateLimited: The server wants to be left alone.
            Unavailable: It cannot be reached, or answers with nonsense.
            Refused: It said no for another reason.
        """
        pairs = [*self._base().items(), *parameters]
        address = f"{self.account.url}/rest/{method}.view"
        if self.account.form_post:
            request = self._http.build_request("POST", address, content=urlencode(pairs), headers=FORM)
        else:
            request = self._http.build_request("GET", f"{address}?{urlencode(pairs)}")
        status, headers, body = self._send(request)
        return self._understood(method, status, headers, body)

    def stream_url(self, song: str) -> str:
        """Return the address that plays a song; it proves who you are, so it is as secret as your login."""
        pairs = {**self._base(), "id": song}
        del pairs["f"]
        return f"{self.account.url}/rest/stream.view?{urlencode(pairs)}"

    def _base(self) -> dict[str, str]:
        return {**self.account.proof, "v": VERSIONS[self.account.mode], "c": CLIENT, "f": "json"}

    def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        end, body = self._now() + LONGEST_S, bytearray()
        try:
            response = self._http.send(request, stream=True)
            try:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > LARGEST_BYTES:
                        raise Unavailable(NAME, f"{self._url} answers without end; check that it is a music server.")
                    if self._now() > end:
                        raise Unavailable(NAME, f"{self._url} answers too slowly; try again when it has less to do.")
            finally:
                response.close()
        except httpx.TimeoutException as error:
            reason = (
                f"{self._url} did not answer within {TIMEOUT_S:.0f} s. See whether the server runs, then try again."
            )
            raise Unavailable(NAME, reason) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            said = masked(re.sub(r"\[Errno -?\d+\] ", "", str(error)), self.account.secret) or type(error).__name__
            reason = f"{self._url} cannot be reached ({said}). See whether the server runs, then try again."
            raise Unavailable(NAME, reason) from error
        return response.status_code, response.headers, bytes(body)

    @property
    def _url(self) -> str:
        return self.account.url

    def _fit(self, said: str) -> str:
        """Return what a server says as it may be shown: one line, short, without the login."""
        return masked(one_line(said), self.account.secret)[:LONGEST_WORDS]

    def _understood(self, method: str, status: int, headers: httpx.Headers, body: bytes) -> dict[str, Any]:
        answer = _answer_in(body)
        if answer is not None and answer.get("status") == "ok":
            return answer
        error = (answer or {}).get("error")
        if isinstance(error, dict):
            raise self._refusal(method, error, status)
        if status == 429:
            raise RateLimited(NAME, max(1.0, retry_after_s(headers) or USUAL_WAIT_S))
        if status == 401:
            raise AuthRequired(NAME, f"{self._url} wants another login. {LOG_IN}.")
        if status == 403:
            raise Forbidden(NAME, f"{self._url} lets nobody in here (403). Check what stands before the server.")
        if 300 <= status < 400:
            goal = self._fit(headers.get("location", "elsewhere").partition("?")[0])
            raise Unavailable(NAME, f"{self._url} has moved to {goal}. Log in with that address: mien login subsonic.")
        if status in (404, 405, 410, 501):
            raise Refused(None, f"{self._url} has no {method} ({status}). Check the address: mien login subsonic.")
        if status >= 500:
            raise Unavailable(NAME, f"{self._url} has trouble of its own ({status}). Try again later.")
        kind = self._fit(headers.get("content-type", "").partition(";")[0]) or "nothing known"
        reason = f"{self._url} answers as no Subsonic server does ({status}, {kind}). Check the address."
        raise Unavailable(NAME, reason)

    def _refusal(self, method: str, error: dict[str, Any], status: int) -> ProviderError:
        code = error.get("code")
        said = self._fit(str(error.get("message") or "no reason given")).rstrip(".")
        more = f" See {self._fit(error['helpUrl'])}." if isinstance(error.get("helpUrl"), str) else ""
        if code in (40, 41, 42, 43, 44):
            return AuthRequired(NAME, f"{self._url} does not accept your login (code {code}: {said}).{more} {LOG_IN}.")
        if code in (50, 60):
            return Forbidden(NAME, f"{self._url} does not let you do {method} (code {code}: {said}). Ask its owner.")
        if code in (20, 30):
            reason = f"{self._url} speaks another version (code {code}: {said}). Update the server or mien."
            return Unavailable(NAME, reason)
        if status == 404 or (code == 0 and "method" in said.lower()):
            return Refused(None, f"{self._url} has no {method} ({said}). Another server may have it.")
        if status >= 500:
            return Unavailable(NAME, f"{self._url} has trouble of its own ({said}). Try again later.")
        code = code if isinstance(code, int) else 0
        return Refused(code, f"{self._url} refused {method} (code {code}: {said}). Check the server's log.{more}")


def _answer_in(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    answer = document.get("subsonic-response") if isinstance(document, dict) else None
    return answer if isinstance(answer, dict) else None
