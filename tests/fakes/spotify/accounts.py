"""The fake's accounts service: authorisation code with PKCE for an app without a secret, and nothing else.

Facts, all read 21 November 2026:
- The flow and its parameters: https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow
- Loopback must be 127.0.0.1 or [::1], with any port where none is registered; localhost is refused:
  https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
- A refresh token dies six months after the consent; `invalid_grant`; refreshing does not lengthen it:
  https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
- Since 20 July 2026 a refresh brings no new refresh token: github.com/aome510/spotify-player pull request 1041.
- "Refresh token expired", "Refresh token revoked": github.com/felix-hilden/tekore issue 349.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.spotify.world import World

CLIENT_ID = "5e1f0fake0client0id0of0mien0test"
ACCESS_TOKEN_LIFE_S = 3600
CODE_LIFE_S = 600
CONSENT_LIFE_S = 182.5 * 24 * 3600
SCOPES = frozenset(
    (
        "playlist-read-private",
        "playlist-read-collaborative",
        "playlist-modify-public",
        "playlist-modify-private",
        "user-library-read",
        "user-library-modify",
        "user-read-private",
        "user-read-email",
        "user-follow-read",
        "user-follow-modify",
        "user-top-read",
        "user-read-playback-position",
        "user-read-playback-state",
        "user-read-recently-played",
        "user-read-currently-playing",
        "user-modify-playback-state",
        "ugc-image-upload",
        "streaming",
        "app-remote-control",
    )
)


@dataclass
class Grant:
    """What an access or refresh token stands for."""

    scopes: frozenset[str]
    ends_s: float
    consent_s: float
    revoked: bool = False


@dataclass
class Code:
    """An authorisation code that waits to be exchanged."""

    challenge: str
    redirect_uri: str
    scopes: frozenset[str]
    ends_s: float


class Accounts:
    """Who may do what."""

    def __init__(self, world: World, complaints: list[str]) -> None:
        self.world, self.complaints = world, complaints
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Grant] = {}
        self.refresh: dict[str, Grant] = {}
        self.secrets: set[str] = set()
        """Every code, token and verifier that there ever was: none may be seen anywhere."""
        self.asked_scopes: list[frozenset[str]] = []
        self.logins = 0
        self.refreshes = 0

    def routes(self) -> list[Route]:
        return [
            Route("/authorize", self.authorize, methods=["GET"]),
            Route("/api/token", self.token, methods=["POST"]),
        ]

    def grant(self, scopes: frozenset[str], consent_s: float | None = None) -> dict[str, Any]:
        """Issue tokens, as at the end of a login."""
        now = self.world.clock()
        refresh = self._secret("AQ")
        self.refresh[refresh] = Grant(scopes, 0.0, now if consent_s is None else consent_s)
        return self._access(scopes, now if consent_s is None else consent_s) | {"refresh_token": refresh}

    def revoke(self) -> None:
        """Do what the listener does on the page of apps with access: remove this one."""
        for held in (*self.access.values(), *self.refresh.values()):
            held.revoked = True

    def holder(self, header: str | None) -> Grant | str:
        """Return what a request's token stands for, or why it is refused.

        The messages: https://developer.spotify.com/documentation/web-api/concepts/api-calls and what clients report.
        """
        if header is None:
            return "No token provided"
        kind, _, token = header.partition(" ")
        held = self.access.get(token)
        if kind != "Bearer" or held is None or held.revoked:
            return "Invalid access token"
        return held if held.ends_s > self.world.clock() else "The access token expired"

    async def authorize(self, request: Request) -> Response:
        """The page with the button "Agree", which is pressed at once."""
        asked = {name: values[0] for name, values in parse_qs(request.url.query).items()}
        allowed = {
            "client_id", "response_type", "redirect_uri", "state", "scope", "show_dialog", "code_challenge_method",
            "code_challenge",
        }  # fmt: skip
        goal = asked.get("redirect_uri", "")
        wrong = self._wrong_login(asked, allowed)
        if wrong is not None:
            self.complaints.append(wrong)
            return PlainTextResponse(wrong, 400)
        state = {"state": asked["state"]}
        scopes = frozenset(asked.get("scope", "").split())
        self.asked_scopes.append(scopes)
        if self.world.rules.refuse_login:
            return RedirectResponse(f"{goal}?{urlencode({'error': 'access_denied'} | state)}", 303)
        code = self._secret("AQC")
        self.codes[code] = Code(asked["code_challenge"], goal, scopes, self.world.clock() + CODE_LIFE_S)
        return RedirectResponse(f"{goal}?{urlencode({'code': code} | state)}", 303)

    async def token(self, request: Request) -> Response:
        """Exchange a code, or a refresh token, for an access token."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/x-www-form-urlencoded":
            return self._refuse("unsupported_grant_type", f"Content-Type is {kind!r}", complain=True)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if "client_secret" in form or "authorization" in request.headers:
            return self._refuse("invalid_client", "an app with PKCE has no secret to send", complain=True)
        if form.get("client_id") != CLIENT_ID:
            return self._refuse("invalid_client", "Invalid client")
        if form.get("grant_type") == "authorization_code":
            return self._first(form)
        if form.get("grant_type") == "refresh_token":
            return self._again(form)
        return self._refuse("unsupported_grant_type", "grant_type parameter is missing", complain=True)

    def _first(self, form: dict[str, str]) -> Response:
        self.secrets.add(form.get("code_verifier", "-" * 43))
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.ends_s < self.world.clock():
            return self._refuse("invalid_grant", "Invalid authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            return self._refuse("invalid_grant", "Invalid redirect URI", complain=True)
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if not 43 <= len(verifier) <= 128 or digest != code.challenge:  # RFC 7636, sections 4.1 and 4.6
            return self._refuse("invalid_grant", "code_verifier was incorrect", complain=True)
        self.logins += 1
        return self._answer(self.grant(code.scopes))

    def _again(self, form: dict[str, str]) -> Response:
        token = form.get("refresh_token", "")
        held = self.refresh.get(token)
        if held is None:
            return self._refuse("invalid_grant", "Invalid refresh token")
        if held.revoked:
            return self._refuse("invalid_grant", "Refresh token revoked")
        if self.world.clock() >= held.consent_s + CONSENT_LIFE_S:
            return self._refuse("invalid_grant", "Refresh token expired")
        self.refreshes += 1
        if not self.world.rules.rotates:
            return self._answer(self._access(held.scopes, held.consent_s))
        held.revoked = True
        return self._answer(self.grant(held.scopes, held.consent_s))

    def _access(self, scopes: frozenset[str], consent_s: float) -> dict[str, Any]:
        token = self._secret("BQ")
        self.access[token] = Grant(scopes, self.world.clock() + ACCESS_TOKEN_LIFE_S, consent_s)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFE_S,
            "scope": " ".join(sorted(scopes)),
        }

    def _wrong_login(self, asked: dict[str, str], allowed: set[str]) -> str | None:
        goal = urlsplit(asked.get("redirect_uri", ""))
        plain = f"{goal.scheme}://{(goal.hostname or '')}{goal.path}"
        unknown_scopes = frozenset(asked.get("scope", "").split()) - SCOPES
        if set(asked) - allowed:
            return f"unknown parameters: {', '.join(sorted(set(asked) - allowed))}"
        if asked.get("client_id") != CLIENT_ID:
            return "INVALID_CLIENT: Invalid client"
        if goal.hostname == "localhost":
            return "INVALID_CLIENT: Insecure redirect URI"
        if plain not in self.world.rules.registered and asked["redirect_uri"] not in self.world.rules.registered:
            return "INVALID_CLIENT: Invalid redirect URI"
        if asked.get("response_type") != "code":
            return "response_type must be code"
        if unknown_scopes:
            return "INVALID_SCOPE: Invalid scope"
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return "code_challenge_method must be S256"
        if len(asked.get("state", "")) < 16:
            return "a state that nobody can guess is missing"
        return None

    def _secret(self, prefix: str) -> str:
        made = prefix + secrets.token_urlsafe(90)
        self.secrets.add(made)
        return made

    def _answer(self, content: dict[str, Any]) -> Response:
        return JSONResponse(content, headers={"Cache-Control": "no-store"})

    def _refuse(self, error: str, words: str, *, complain: bool = False) -> Response:
        if complain:
            self.complaints.append(words)
        return JSONResponse({"error": error, "error_description": words}, 400)
