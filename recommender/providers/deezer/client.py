"""Requests to Deezer's public API behind one method; every failure is one of our errors, with what to do next.

Facts (read 2026-11-21): 50 requests in 5 seconds are allowed (github.com/roderickvd/pleezer, `http` module); refusals
come with status 200 and {"error": {"type", "message", "code"}} (InstaZDLL/WaveFlow pull request 539, 2026-08), code 4
for too many requests, 700 for a busy service, 800 for what is not there (developers.deezer.com/api/errors, as kept in
github.com/ecito/Music, DeezerError.swift). Nothing is kept: previews expire, and Deezer's data is Deezer's.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from errors import ConfigError, Forbidden, RateLimited, Unavailable
from recommender.providers.foreign import one_line
from recommender.providers.place import Place

NAME = "deezer"
API = "https://api.deezer.com"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
AGENT = "mien (a playlist from a face; one listener)"

QUOTA, QUOTA_S = 50, 5.0
"""Requests that are allowed, in so many seconds."""

TIMEOUT_S = 10.0
"""Between two pieces of an answer."""

LONGEST_S = 30.0
"""For a whole answer."""

LARGEST_BYTES = 4_000_000  # a page of 25 songs has about 40,000

TOO_MANY, NOT_ALLOWED, BUSY, NOT_THERE = 4, (200, 300), 700, 800


class Client:
    """Asks Deezer; threads may share it.

    Args:
        place: Its environment may name another address; its sleep is used.
        transport: How requests are sent, None for the network.
        now: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        place: Place,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place, self._now = place, now
        self._address = address(place)
        local = urlsplit(self._address).hostname in LOOPBACK
        self._http = httpx.Client(
            transport=transport, timeout=TIMEOUT_S, headers={"User-Agent": AGENT}, trust_env=not local
        )
        self._sent: deque[float] = deque(maxlen=QUOTA)
        self._lock = threading.Lock()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, path: str, parameters: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Send one request and return the answer; None for what Deezer does not have.

        Args:
            path: Below the API's address, without a slash in front ("search/track").
            parameters: Of the query.

        Raises:
            Forbidden: Deezer refuses this, for example in this country.
            RateLimited: Others behind your address asked too much; a short wait did not help.
            Unavailable: It cannot be reached, or answers with nonsense.
        """
        try:
            return self._asked(path, parameters)
        except RateLimited as error:  # others behind this address ask too
            self._place.sleep(error.retry_after_s)
        return self._asked(path, parameters)

    def _asked(self, path: str, parameters: Mapping[str, str] | None) -> dict[str, Any] | None:
        self._wait_for_turn()
        return _understood(*self._send(path, parameters))

    def _wait_for_turn(self) -> None:
        """Keep to the quota: the fiftieth request before this one was five seconds ago."""
        with self._lock:
            rest_s = self._sent[0] + QUOTA_S - self._now() if len(self._sent) == QUOTA else 0.0
            if rest_s > 0:
                self._place.sleep(rest_s)
            self._sent.append(self._now())

    def _send(self, path: str, parameters: Mapping[str, str] | None) -> tuple[int, bytes]:
        end, body = self._now() + LONGEST_S, bytearray()
        host = urlsplit(self._address).netloc.rpartition("@")[2]  # without a password, should somebody set one
        try:
            with self._http.stream("GET", f"{self._address}/{path}", params=dict(parameters or {})) as response:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > LARGEST_BYTES:
                        raise Unavailable(NAME, f"{host} answers without end. Try again later.")
                    if self._now() > end:
                        raise Unavailable(NAME, f"{host} answers too slowly. Try again later.")
        except httpx.TimeoutException as error:
            raise Unavailable(NAME, f"{host} did not answer in time. Try again.") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reached = not isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol | httpx.ProxyError)
            what = "broke the connection off" if reached else "cannot be reached"
            reason = f"{host} {what}. Look at your network, then try again."
            raise Unavailable(NAME, reason) from error
        return response.status_code, bytes(body)


def address(place: Place) -> str:
    """Return where the API is, without a slash at the end.

    Raises:
        ConfigError: MIEN_DEEZER_API is no https address (or http on this computer).
    """
    given = (place.environ.get("MIEN_DEEZER_API") or API).rstrip("/")
    try:
        parts = urlsplit(given)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ConfigError("MIEN_DEEZER_API must be an https address, or an http one on this computer. Unset it.")
    return given


def _understood(status: int, body: bytes) -> dict[str, Any] | None:
    """Make sense of an answer; a refusal is in the body, whatever the status."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    error = document.get("error") if isinstance(document, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if status == 429 or code == TOO_MANY:
        raise RateLimited(NAME, QUOTA_S)
    if code == NOT_THERE or status == 404:
        return None
    if status in (401, 403) or code in NOT_ALLOWED:
        raise Forbidden(NAME, "Deezer may not serve your country. Use the search links instead.")
    if code == BUSY or status >= 500:
        raise Unavailable(NAME, f"Deezer is in trouble (status {status}). Try again later.")
    if error:  # an empty list stands beside some good answers
        said = one_line(str(error.get("message") if isinstance(error, dict) else error))[:120]
        raise Unavailable(NAME, f"Deezer did not understand the request ({said}). Update mien, or report this.")
    if status >= 300 or not isinstance(document, dict):
        what = "HTML" if body.lstrip()[:1] == b"<" else "something that is no JSON object"
        where = "in a café or hotel, log in to its network first"
        raise Unavailable(NAME, f"Deezer answered with {what} (status {status}). Try again later; {where}.")
    return document
