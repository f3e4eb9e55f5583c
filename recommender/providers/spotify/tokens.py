"""Spotify's tokens: kept, renewed before they end, and thrown away when they are dead.

An access token lives an hour. A refresh token lives six months from the consent, whatever is renewed meanwhile, and
then the accounts service answers `invalid_grant`: it must be discarded and the user asked again
(developer.spotify.com/blog/2026-06-18-refresh-token-expiration, read 2026-11-21). With PKCE a refresh token may be good
for one renewal only (rspotify's documentation of AuthCodePkceSpotify, read 2026-11-21): two miens never renew at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from errors import AuthRequired, Forbidden, RateLimited, Unavailable
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.secrets import Kept, Secrets, secrets_in
from recommender.providers.spotify.transport import NAME, Refused, Unreached, addresses, session

EARLY_S = 60.0
LIFE_DAYS = 182  # of a refresh token, "6 months"
LOGIN = "mien login spotify"

PURPOSES: dict[str, tuple[str, ...]] = {
    "find": (),
    "save": ("playlist-modify-private", "playlist-read-private"),
    "publish": ("playlist-modify-public",),
    "play": ("user-modify-playback-state", "user-read-playback-state"),
    "import": ("user-library-read", "user-top-read"),
}
"""What the user wants → the scopes that it needs, and no more; saving reads the user's own lists back, to finish one
that was broken off (developer.spotify.com/documentation/web-api/concepts/scopes, read 2026-11-21)."""


@dataclass(frozen=True, slots=True)
class Login:
    """What is known of a login without asking Spotify.

    Args:
        client_id: Of the user's own app.
        purposes: Keys of `PURPOSES` that were granted.
        ends_at_s: When Spotify will ask for another login, about; None when the consent's day is not known.
        where: Where the tokens are kept, for people.
    """

    client_id: str
    purposes: tuple[str, ...]
    ends_at_s: float | None
    where: str


class Tokens:
    """The tokens of one user, shared by all threads of a run, and with other runs through the file.

    Args:
        place: Of this user.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._kept: Kept | None = None

    @property
    def secrets(self) -> Secrets:
        return secrets_in(self._place.data_dir, self._place.environ)

    def client_id(self) -> str | None:
        """Return the identifier of the user's app: from MIEN_SPOTIFY_CLIENT_ID, else as it was given at login."""
        given = self._place.environ.get("MIEN_SPOTIFY_CLIENT_ID", "").strip()
        return given or self._stored().get("client_id") or None

    def login(self) -> Login | None:
        """Return what is known of the login; None when there is none."""
        kept = self._stored()
        if not kept.get("refresh_token"):
            return None
        scopes = set(str(kept.get("scope", "")).split())
        consent = kept.get("consented_at_s")
        return Login(
            str(kept.get("client_id", "")),
            tuple(name for name, needed in PURPOSES.items() if scopes.issuperset(needed)),
            consent + LIFE_DAYS * 86400.0 if isinstance(consent, int | float) else None,
            self.secrets.where(NAME),
        )

    def need(self, *purposes: str) -> None:
        """Make sure that the user agreed to this, before anything is sent.

        Args:
            purposes: Keys of `PURPOSES`.

        Raises:
            AuthRequired: There is no login, or it is for less.
        """
        login = self.login()
        if login is None:
            raise AuthRequired(NAME, f"you are not logged in. Log in: {_command(purposes)}.")
        if missing := [each for each in purposes if each not in login.purposes]:
            raise AuthRequired(NAME, f"your login is not for this. Extend it: {_command(missing)}.")

    def access(self, stale: Secret | None = None) -> Secret:
        """Return a token that should be good, renewed when the kept one ends within a minute.

        Args:
            stale: One that Spotify has just refused: then another, whatever the clock says.

        Raises:
            AuthRequired: There is no login, or it has ended.
            RateLimited, Unavailable: The accounts service.
        """
        with self._lock:
            self._kept = self._kept or self.secrets.load(NAME)
            if (token := self._good(self._kept, stale)) is not None:
                return token
            with self.secrets.alone(NAME):
                self._kept = self.secrets.load(NAME)  # another mien may have renewed it meanwhile
                if (token := self._good(self._kept, stale)) is not None:
                    return token
                return self._renewed(self._kept)

    def exchange(self, client_id: str, code: Secret, verifier: Secret, redirect_uri: str) -> None:
        """Take the tokens for an authorisation code, and keep them.

        Raises:
            AuthRequired: The code is not accepted (any more).
            RateLimited, Unavailable: The accounts service.
        """
        form = {
            "client_id": client_id,
            "grant_type": "authorization_code",
            "code": code.reveal(),
            "redirect_uri": redirect_uri,
            "code_verifier": verifier.reveal(),
        }
        now_s = self._place.clock()
        try:
            answer = self._asked(form)
        except Refused as refused:
            raise _translated(refused, f"Spotify did not accept the login. Start again: {LOGIN}.") from None
        if not isinstance(answer.get("refresh_token"), str):
            raise Unavailable(NAME, f"the accounts service sent no refresh token. Start again: {LOGIN}.")
        kept = {"client_id": client_id, "consented_at_s": now_s} | _of(answer, now_s)
        with self._lock, self.secrets.alone(NAME):
            self.secrets.store(NAME, kept)
            self._kept = Kept(kept)

    def forget(self) -> bool:
        """Delete everything of the login and return whether there was something."""
        with self._lock:
            self._kept = None
            return self.secrets.delete(NAME)

    def _stored(self) -> Kept:
        return self._kept or self.secrets.load(NAME) or Kept()

    def _good(self, kept: Kept | None, stale: Secret | None) -> Secret | None:
        """Return the kept access token unless it is missing, refused, or at its end by our clock."""
        token = None if kept is None else kept.secret("access_token")
        if kept is None or token is None or token == stale:
            return None
        ends_at_s = kept.get("expires_at_s")
        return token if isinstance(ends_at_s, int | float) and self._place.clock() < ends_at_s - EARLY_S else None

    def _renewed(self, kept: Kept | None) -> Secret:
        refresh = None if kept is None else kept.secret("refresh_token")
        if kept is None or refresh is None:
            raise AuthRequired(NAME, f"you are not logged in. Log in: {LOGIN}.")
        client_id = str(kept.get("client_id") or self.client_id() or "")  # the app that the token was given to
        form = {"grant_type": "refresh_token", "refresh_token": refresh.reveal(), "client_id": client_id}
        now_s = self._place.clock()
        try:
            answer = self._asked(form)
        except Refused as refused:
            if refused.reason == "invalid_grant":
                self._discard(kept)
                ended = f"your login has ended, as Spotify's do after six months. Log in again: {LOGIN}."
                raise AuthRequired(NAME, ended) from None
            raise _translated(refused, f"Spotify does not renew your login. Log in again: {LOGIN}.") from None
        fresh = Kept(kept) | _of(answer, now_s)
        self.secrets.store(NAME, fresh)
        self._kept = Kept(fresh)
        return Secret(fresh["access_token"])

    def _discard(self, kept: Kept) -> None:
        """Throw the dead tokens away, and keep only which app it was."""
        self.secrets.store(NAME, {"client_id": kept.get("client_id"), "scope": kept.get("scope")})
        self._kept = None

    def _asked(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Send a form to the token endpoint; a request that never left is sent once more."""
        address = f"{addresses(self._place)[1]}/api/token"
        with session(address) as careful:
            try:
                answer = careful.post(address, data=form)
            except Unreached:
                self._place.sleep(1.0)
                answer = careful.post(address, data=form)
        told = answer.json() if answer.content else None
        if not isinstance(told, dict) or not isinstance(told.get("access_token"), str) or not told["access_token"]:
            raise Unavailable(NAME, "the accounts service sent no token. Try again.")
        return told


def scopes_of(purposes: Iterable[str]) -> str:
    """Return the scopes for some purposes, as the accounts service wants them."""
    return " ".join(sorted({scope for purpose in purposes for scope in PURPOSES[purpose]}))


def _of(answer: Mapping[str, Any], now_s: float) -> dict[str, Any]:
    """Return what is kept of a token endpoint's answer; what it leaves out stays as it was (RFC 6749, section 6)."""
    lasts_s = answer.get("expires_in")
    ends_at_s = now_s + (float(lasts_s) if isinstance(lasts_s, int | float) and lasts_s > 0 else 3600.0)
    kept: dict[str, Any] = {"access_token": answer["access_token"], "expires_at_s": ends_at_s}
    return kept | {key: answer[key] for key in ("refresh_token", "scope") if isinstance(answer.get(key), str)}


def _translated(refused: Refused, otherwise: str) -> AuthRequired | Forbidden | RateLimited | Unavailable:
    if refused.status == 429:
        return RateLimited(NAME, refused.retry_after_s or 60.0)
    if refused.status >= 500 or refused.status < 400:
        return Unavailable(NAME, f"the accounts service is in trouble ({refused}). Try again later.")
    if refused.reason in ("invalid_client", "unauthorized_client"):
        there = "developer.spotify.com/dashboard shows it"
        return AuthRequired(NAME, f"Spotify does not know this client ID; {there}. Then: {LOGIN} --client-id ID.")
    if refused.status == 403:
        return Forbidden(NAME, f"{refused.message or 'the accounts service gives no reason'}. See docs/spotify.md.")
    return AuthRequired(NAME, f"{otherwise} ({refused.message or refused})")


def _command(purposes: Iterable[str]) -> str:
    return " ".join([LOGIN, *(f"--for {each}" for each in purposes)])
