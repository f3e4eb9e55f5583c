"""How requests leave for Spotify: one careful `requests` session, whose every failure is one of our errors.

`requests` alone waits for a body as long as single bytes drip in, follows redirects, and takes passwords from ~/.netrc;
spotipy alone turns HTML into None and trips over errors that are no JSON objects. So the adapter reads the whole answer
within a time and a size, and raises `Refused` for a status from 300 on before spotipy sees it.
"""

from __future__ import annotations

import io
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from errors import ConfigError, Unavailable
from recommender.providers.foreign import one_line
from recommender.providers.masking import Secret, mask_logs, masked
from recommender.providers.place import Place
from recommender.providers.waiting import retry_after_s

NAME = "spotify"
API = "https://api.spotify.com/v1"
ACCOUNTS = "https://accounts.spotify.com"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LONGEST_BODY = 8_000_000  # bytes; a full page of 50 or 100 tracks has about 300,000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request may take, in seconds.

    Args:
        connect_s: Until there is a connection.
        read_s: Between two pieces of the answer.
        whole_s: For the body in all.
    """

    connect_s: float = 5.0
    read_s: float = 10.0
    whole_s: float = 30.0


PATIENCE = Patience()


class Unreached(Unavailable):
    """The request never left this computer, so that sending it again does nothing twice."""


@dataclass(eq=False)
class Refused(Exception):
    """An answer with a status from 300 on, before anybody made sense of it.

    Args:
        status: Of HTTP.
        message: What Spotify says about it, masked and short.
        reason: Its word for it ("PREMIUM_REQUIRED", "invalid_grant"), if there is one.
        retry_after_s: What the header asks to wait, if it does.
        token: The access token that was sent.
    """

    status: int
    message: str
    reason: str | None = None
    retry_after_s: float | None = None
    token: Secret | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"status {self.status}: {self.message}" if self.message else f"status {self.status}"


def addresses(place: Place) -> tuple[str, str]:
    """Return where the Web API and the accounts service are, without a slash at the end.

    Raises:
        ConfigError: MIEN_SPOTIFY_API or MIEN_SPOTIFY_ACCOUNTS is no https address (or http on this computer).
    """
    return _address(place, "MIEN_SPOTIFY_API", API), _address(place, "MIEN_SPOTIFY_ACCOUNTS", ACCOUNTS)


def session(
    address: str, auth: Callable[[Any], Any] | None = None, patience: Patience | None = None
) -> requests.Session:
    """Return a session that is careful with what it sends and reads.

    Args:
        address: Where it will go; one on this computer is reached without a proxy.
        auth: Puts the token into a request.
        patience: How long a request may take.
    """
    mask_logs("spotipy.client", "spotipy.oauth2", "spotipy.util", "urllib3.connectionpool")
    made = requests.Session()
    made.auth = auth or (lambda request: request)  # anything but None keeps passwords of ~/.netrc out
    made.trust_env = urlsplit(address).hostname not in LOOPBACK
    adapter = _Careful(patience or PATIENCE)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


class _Careful(HTTPAdapter):
    """Sends a request and reads its whole answer, or raises `Refused` or `Unavailable`."""

    def __init__(self, patience: Patience) -> None:
        super().__init__(pool_connections=2, pool_maxsize=2, max_retries=urllib3.Retry(0, read=False))
        self.patience = patience

    def send(self, request: requests.PreparedRequest, *_: Any, **kwargs: Any) -> requests.Response:
        host = urlsplit(request.url or "").netloc.rpartition("@")[2]  # without a password, should somebody set one
        kwargs |= {"stream": True, "timeout": (self.patience.connect_s, self.patience.read_s)}
        try:
            response = super().send(request, **kwargs)
            body = self._body(response, host)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise trouble_of(host, error) from None  # its text and its request may hold the token
        if response.status_code >= 300:
            raise _refused(response, body)
        if body and not _may_be_anything(request):
            try:
                json.loads(body)
            except (ValueError, RecursionError):  # brackets, ten thousand deep
                what = "HTML" if body.lstrip()[:1] == b"<" else "something that is no JSON"
                raise Unavailable(
                    NAME,
                    f"{host} answered with {what}. Try again later; in a café or hotel, log in to its network first.",
                ) from None
        response.raw = io.BytesIO(body)
        return response

    def _body(self, response: requests.Response, host: str) -> bytes:
        parts: list[bytes] = []
        size, until = 0, time.monotonic() + self.patience.whole_s
        with response:
            while part := response.raw.read1(65536, decode_content=True):
                parts.append(part)
                size += len(part)
                if size > LONGEST_BODY:
                    raise Unavailable(NAME, f"{host} sends more than {LONGEST_BODY // 10**6} MB. Try again later.")
                if time.monotonic() > until:
                    raise Unavailable(NAME, f"{host} is too slow. Try again later, or look at your network.")
        return b"".join(parts)


def trouble_of(host: str, error: Exception) -> Unavailable:
    """Say in plain words why there is no answer."""
    cause = next((each for each in (*getattr(error, "args", ()), error) if isinstance(each, Exception)), error)
    cause = getattr(cause, "reason", cause)
    if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(
        cause, urllib3.exceptions.NewConnectionError
    ):
        return Unreached(NAME, f"{host} cannot be reached. Look at your network, then try again.")
    if isinstance(_innermost(error), ssl.SSLCertVerificationError):  # other trouble with TLS may come after the request
        words = "Look at this computer's clock, and whether its network lets you through."
        return Unreached(NAME, f"{host} does not prove who it is. {words}")
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreached(NAME, f"the proxy on the way to {host} cannot be used. Look at HTTPS_PROXY.")
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return Unavailable(NAME, f"{host} did not answer in time. Try again.")
    return Unavailable(NAME, f"{host} broke the connection off. Try again.")


def _innermost(error: object) -> object:
    """Return the exception within exceptions."""
    while True:
        around = (
            getattr(error, "reason", None),
            *getattr(error, "args", ()),
        )  # of ssl's own errors the reason is a word
        inner = next((each for each in around if isinstance(each, Exception)), None)
        if inner is None:
            return error
        error = inner


def _refused(response: requests.Response, body: bytes) -> Refused:
    """Take what an error's body says, in the forms that occur.

    The Web API sends {"error": {"status", "message", "reason"?}}, for a quota with "QUOTA_EXCEEDED"
    (developer.spotify.com/blog/2026-07-23-web-api-quota-updates); the accounts service {"error": "invalid_grant",
    "error_description"}; some refusals are plain text (spotipy issue 1233, 2026-03); gateways send HTML.
    """
    message: Any = ""
    reason: Any = None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
        message = "" if text.startswith("<") else text
    else:
        error = told.get("error") if isinstance(told, dict) else None
        if isinstance(error, dict):
            message, reason = error.get("message"), error.get("reason")
        elif isinstance(error, str):
            message, reason = told.get("error_description") or error, error
        if reason is None and isinstance(told, dict):
            reason = told.get("reason")
    sent = str(response.request.headers.get("Authorization", ""))
    token = Secret(sent.removeprefix("Bearer ")) if sent else None
    return Refused(
        response.status_code,
        masked(one_line(message), token)[:300] if isinstance(message, str) else "",
        reason if isinstance(reason, str) else None,
        retry_after_s(response.headers),
        token,
    )


def _may_be_anything(request: requests.PreparedRequest) -> bool:
    """Say whether the answer's body means nothing.

    Commands of the player answer 200 with a random word since September 2024, though 204 is documented (JohnnyCrazy/
    SpotifyAPI-NET issue 1000, 2024-10).
    """
    return request.method != "GET" and "/me/player" in (request.url or "")


def _address(place: Place, name: str, usual: str) -> str:
    address = (place.environ.get(name) or usual).rstrip("/")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK)):
        raise ConfigError(
            f"{name} must be an https address, or an http one on this computer. Unset it for Spotify itself."
        )
    return address
