"""Everything that mien asks of Spotify's Web API goes through one method, `SpotifyClient.request`.

spotipy does the HTTP, without its retries: those sleep for whatever Retry-After says, and hours occur (spotipy issue
913, 2023-04; spotDL issue 2585, 2026-01), and they repeat POSTs. Here a short wait is waited for, a longer one is
reported with its time, and all miens of a user keep to it.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import requests
import spotipy

from atomic import write_atomically
from errors import AuthRequired, ConfigError, Forbidden, ProviderError, RateLimited, Unavailable
from recommender.providers.logins import BLOCKED
from recommender.providers.place import Place
from recommender.providers.spotify.tokens import LOGIN, Tokens
from recommender.providers.spotify.transport import NAME, Patience, Refused, Unreached, addresses, session
from recommender.providers.waiting import LONGEST_S

AT_ONCE = 2
"""Requests in flight."""
WAIT_AT_MOST_S = 20.0
"""A longer Retry-After is not waited for."""
TRIES = 3

ASK_OWNER = "See docs/spotify.md, “What a 403 means”."


class NotThere(ProviderError):
    """Spotify has no such thing (any more): a 404.

    Args:
        message: What is not there, and what to do next.
        reason: Spotify's word, such as "NO_ACTIVE_DEVICE".
    """

    def __init__(self, message: str, reason: str | None = None) -> None:
        self.reason = reason
        super().__init__(NAME, message)


class Misunderstood(Unavailable):
    """Spotify takes no sense in a request, and did nothing: a 400.

    Args:
        message: What was asked, and what to do next.
        said: Spotify's own words, which may name a track that it does not have.
    """

    def __init__(self, message: str, said: str) -> None:
        self.said = said
        super().__init__(NAME, message)


class Paused(RateLimited):
    """Spotify wants no requests for longer than mien waits.

    Args:
        retry_after_s: How long.
        now_s: Seconds since 1970.
    """

    def __init__(self, retry_after_s: float, now_s: float) -> None:
        ProviderError.__init__(self, NAME, f"Spotify takes no requests from you until {_when(retry_after_s, now_s)}.")
        self.retry_after_s = retry_after_s


class ShutOut(Forbidden):
    """Spotify refuses everything to this app, or to this account in it."""


class SpotifyClient:
    """Speaks to the Web API for one user; threads may share it.

    Args:
        place: Where the tokens are; its clock and sleep are used.
        tokens: The user's, if they are open already.
        patience: How long one request may take.
    """

    def __init__(self, place: Place, tokens: Tokens | None = None, *, patience: Patience | None = None) -> None:
        self.place = place
        self.tokens = tokens or Tokens(place)
        self.block = Block(place)
        address, _ = addresses(place)
        self._spotify = spotipy.Spotify(requests_session=session(address, self._signed, patience))
        self._spotify.prefix = address + "/"
        self._lanes = threading.BoundedSemaphore(AT_ONCE)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        retry: bool,
    ) -> Any:
        """Send one request and return the answer's JSON; None when the answer is empty.

        Args:
            method: Of HTTP.
            path: Below the API's address, without a slash in front ("me/playlists").
            params: Of the query.
            body: Sent as JSON when there is one.
            retry: Whether sending it twice does no harm; else it is sent again only when Spotify surely did nothing.

        Raises:
            AuthRequired: There is no login, it has ended, or it is not for this.
            Forbidden: For this app or this account.
            NotThere: A 404.
            Misunderstood: A 400.
            RateLimited: The wait is longer than `WAIT_AT_MOST_S`.
            Unavailable: No answer, or nonsense.
        """
        tried, renewed, waited_s = 0, False, 0.0
        while True:
            tried += 1
            with self._lanes:
                waited_s = self.block.wait(waited_s)
                try:
                    return self._spotify._internal_call(method, path, body, dict(params or {}))
                except Refused as error:
                    refused = error
                except Unavailable as error:
                    if tried >= TRIES or not (retry or isinstance(error, Unreached)):
                        raise
                    refused = None
            if refused is None:
                self.place.sleep(0.5 * 2 ** (tried - 1))
            elif refused.status == 401 and not renewed:  # the token ended before our clock said so; nothing was done
                self.tokens.access(refused.token)
                renewed = True
            elif refused.status == 429:  # nothing was done
                self.block.set(5.0 if refused.retry_after_s is None else refused.retry_after_s)
                if tried >= TRIES or (refused.reason == "QUOTA_EXCEEDED" and refused.retry_after_s is None):
                    raise Paused(max(self.block.remaining_s(), 1.0), self.place.clock())
            elif refused.status in (500, 502, 503, 504) and retry and tried < TRIES:
                self.place.sleep(min(refused.retry_after_s or 0.5 * 2 ** (tried - 1), WAIT_AT_MOST_S))
            else:
                raise translated(refused, f"{method} {path}")

    def close(self) -> None:
        """Let the connections go."""
        self._spotify._session.close()

    def __enter__(self) -> SpotifyClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _signed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into a request, after spotipy has written its headers to the log."""
        request.headers["Authorization"] = f"Bearer {self.tokens.access().reveal()}"
        return request


class Block:
    """Until when Spotify wants no request from this user: kept in a file, which other miens look into.

    Args:
        place: Its data directory has the file.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._path = place.data_dir / BLOCKED
        self._until_s = 0.0

    def remaining_s(self) -> float:
        """Return how many seconds are left; 0 when requests may be sent."""
        now_s = self._place.clock()
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["since_s"] <= now_s:  # else the clock was wrong then, or is now
                return max(0.0, min(float(kept["until_s"]) - now_s, LONGEST_S), self._until_s - now_s)
        return max(0.0, self._until_s - now_s)

    def set(self, wait_s: float) -> None:
        """Note that nothing may be sent for so long; a longer block stays."""
        now_s = self._place.clock()
        wait_s = max(wait_s, self.remaining_s())
        self._until_s = now_s + wait_s
        with contextlib.suppress(ConfigError, OSError):  # what cannot be written is known to this run at least
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps({"since_s": now_s, "until_s": self._until_s}) + "\n")

    def wait(self, waited_s: float) -> float:
        """Wait as long as there is a block, and return how long was waited in all.

        Args:
            waited_s: By the same request before.

        Raises:
            RateLimited: It would be more than `WAIT_AT_MOST_S` in all.
        """
        while (rest_s := self.remaining_s()) > 0:
            if waited_s + rest_s > WAIT_AT_MOST_S:
                raise Paused(rest_s, self._place.clock())
            self._place.sleep(rest_s)
            waited_s += rest_s
        return waited_s


def translated(refused: Refused, what: str) -> ProviderError:
    """Return our error for a status, with what to do next.

    Args:
        refused: By Spotify.
        what: Was asked, for the message.
    """
    said = refused.message.rstrip(".")
    if refused.status == 401:
        return AuthRequired(NAME, f"Spotify does not accept your login. Log in again: {LOGIN}.")
    if refused.status == 403:
        return _forbidden(refused, said)
    if refused.status == 404:
        if refused.reason == "NO_ACTIVE_DEVICE":
            return NotThere("no device plays. Start Spotify somewhere, or name one: --device NAME.", refused.reason)
        return NotThere(
            f"there is nothing at {what} ({said or 'status 404'}). It may have been deleted.", refused.reason
        )
    if refused.status >= 500 or refused.status < 400:
        return Unavailable(NAME, f"Spotify is in trouble (status {refused.status} for {what}). Try again later.")
    words = f"Spotify did not understand {what} ({refused}). Update mien, or report this."
    return Misunderstood(words, said) if refused.status == 400 else Unavailable(NAME, words)


def _when(wait_s: float, now_s: float) -> str:
    """Say when a wait is over: "18:05", or "18:05 on 22 November"; then the same command goes on."""
    now, then = (datetime.fromtimestamp(each).astimezone() for each in (now_s, now_s + wait_s + 59))  # a full minute
    day = "" if then.date() == now.date() else f" on {then.day} {then:%B}"
    return f"{then:%H:%M}{day}; repeat the command then"


def _forbidden(refused: Refused, said: str) -> ProviderError:
    """Sort the refusals: texts as they occur (spotipy issue 1233, 2026-03; zmb3/spotify issue 301, 2026-07)."""
    small = said.lower()
    if "scope" in small:
        return AuthRequired(NAME, f"your login is not for this ({said}). Log in again: {LOGIN}; --for says what for.")
    if refused.reason == "PREMIUM_REQUIRED" or "player command failed: premium" in small:
        return Forbidden(
            NAME, "playing needs Spotify Premium. Without it: mien save --to spotify, and press play there."
        )
    if "owner of the app" in small or "premium subscription required" in small:
        return ShutOut(
            NAME, f"the owner of your app has no Spotify Premium, which its app needs since February 2026. {ASK_OWNER}"
        )
    if "registered" in small:
        return ShutOut(
            NAME, "this Spotify account is not among your app's users. Add it: developer.spotify.com/dashboard, Users."
        )
    return Forbidden(NAME, f"{said or 'Spotify gives no reason'}. {ASK_OWNER}")
