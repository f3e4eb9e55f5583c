"""`mien login spotify`: authorisation code with PKCE, for an app of the user's own that has no secret.

    ask → the accounts service asks the user → it redirects to http://127.0.0.1:PORT/callback → code → tokens

(developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow, RFC 7636 and RFC 8252, read 2026-11-21.) Where no
browser can be opened, the user opens the address on any device and pastes the one that it ends at.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import secrets
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from errors import AuthRequired, ConfigError, Forbidden, ProviderError, lookup
from recommender.providers.logins import ABILITIES
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.loopback import CALLBACK, DASHBOARD, Loopback
from recommender.providers.spotify.tokens import LOGIN, PURPOSES, Tokens, scopes_of
from recommender.providers.spotify.transport import NAME, addresses

PORT = 8917
PATIENCE_S = 300.0
PASTES = 3


@dataclass(frozen=True, slots=True)
class Handshake:
    """One attempt to log in.

    Args:
        client_id: Of the user's app.
        redirect_uri: Where the answer arrives, as it is entered in the app.
        scope: What is asked for.
        state: Comes back with the answer, or it is not ours.
        verifier: Proves at the token endpoint that it was us who asked.
    """

    client_id: str
    redirect_uri: str
    scope: str
    state: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(24)))
    verifier: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(64)))

    def address(self, accounts: str) -> str:
        """Return the page where the user agrees."""
        digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "state": self.state.reveal(),
        }
        return f"{accounts}/authorize?{urlencode(query | ({'scope': self.scope} if self.scope else {}))}"

    def is_ours(self, answer: Mapping[str, str]) -> bool:
        """Say whether an answer belongs to this attempt."""
        return hmac.compare_digest(answer.get("state", "").encode("utf-8", "replace"), self.state.reveal().encode())

    def code_of(self, answer: Mapping[str, str]) -> Secret:
        """Return the code of an answer that is ours.

        Raises:
            AuthRequired: The user declined, or Spotify did.
        """
        if answer.get("error") == "access_denied":
            raise AuthRequired(NAME, f"you declined. When you change your mind: {LOGIN}.")
        if not answer.get("code"):
            word = "".join(c for c in answer.get("error", "") if c.isascii() and (c.isalpha() or c == "_"))[:40]
            raise AuthRequired(NAME, f"Spotify did not agree ({word or 'no reason given'}). Start again: {LOGIN}.")
        return Secret(answer["code"])


def login(
    place: Place,
    *,
    client_id: str | None = None,
    purposes: Sequence[str] = ("save",),
    headless: bool = False,
    port: int = PORT,
    tell: Callable[[str], None] = print,
    open_browser: Callable[[str], bool] = webbrowser.open,
    patience_s: float = PATIENCE_S,
) -> str:
    """Ask the user to let their app use their account, and keep the tokens; returns a sentence.

    Args:
        place: Where they are kept.
        client_id: Of the user's app; without it the one of the environment or of the last login, else it is asked for.
        purposes: Keys of `PURPOSES`; what was granted before stays.
        headless: Let the user paste the address that the browser ends at, instead of listening for it.
        port: On this computer, as in the app's redirect URI.
        tell: Shows a line to the user.
        open_browser: Opens an address, or says that it could not.
        patience_s: How long to wait for the user.

    Raises:
        ConfigError: No client ID, an unknown purpose, or the port is taken.
        AuthRequired: The user declined, or nobody answered.
        ProviderError: Spotify.
    """
    tokens = Tokens(place)
    try:
        before, known = tokens.login(), tokens.client_id()
    except ConfigError:  # what is damaged is written anew
        before, known = None, None
    app_id = _client_id(place, client_id or known)
    for name in purposes:
        lookup(PURPOSES, name, "purpose")
    wanted = set(purposes)
    if before is not None and before.client_id == app_id:
        wanted |= set(before.purposes)
    _, accounts = addresses(place)
    if headless:
        handshake = Handshake(app_id, f"http://127.0.0.1:{port}{CALLBACK}", scopes_of(wanted))
        code = _pasted(place, handshake, handshake.address(accounts), tell)
    else:
        with Loopback(port) as loopback:
            handshake = Handshake(app_id, loopback.redirect_uri, scopes_of(wanted))
            loopback.expect(handshake.is_ours)  # before it is shown: who agreed already is sent back at once
            _show(handshake.address(accounts), tell, open_browser)
            code = handshake.code_of(loopback.wait(patience_s))
    tokens.exchange(app_id, code, handshake.verifier, handshake.redirect_uri)
    with contextlib.suppress(OSError):  # what stays is of no other app: it says whose it is
        (place.data_dir / ABILITIES).unlink(missing_ok=True)
    return _said(place, tokens, wanted)


def has_browser(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Say whether a browser that opens here would be seen: not over SSH, and on Linux only with a display."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _client_id(place: Place, known: str | None) -> str:
    found = (known or "").strip()
    if not found and place.ask is not None:
        found = place.ask(f"Client ID of your Spotify app (docs/spotify.md; {DASHBOARD}): ").strip()
    if not found:
        raise ConfigError(f"Which app? Make one at {DASHBOARD} (docs/spotify.md), then: {LOGIN} --client-id ID.")
    if not (found.isascii() and found.isalnum() and len(found) <= 64):
        raise ConfigError(
            f"A client ID is letters and digits only. Copy it again from {DASHBOARD}: {LOGIN} --client-id ID."
        )
    return found


def _show(address: str, tell: Callable[[str], None], open_browser: Callable[[str], bool]) -> None:
    try:
        opened = open_browser(address)
    except (webbrowser.Error, OSError):
        opened = False
    tell(
        "Agree in the browser that has just opened. If none did, open this address on this computer:"
        if opened
        else "Open this address in a browser on this computer, and agree there:"
    )
    tell(address)


def _pasted(place: Place, handshake: Handshake, address: str, tell: Callable[[str], None]) -> Secret:
    if place.ask is None:
        raise ConfigError(f"--headless needs somebody who pastes an address. Run {LOGIN} --headless in a terminal.")
    tell("Open this address in a browser on any device, and agree there:")
    tell(address)
    tell("The browser then ends at a page that does not load. Copy its address, which begins with")
    tell(f"{handshake.redirect_uri}?code=, out of the address bar.")
    why = ""
    for _ in range(PASTES):
        text = place.ask(f"{why}Paste it here: ").strip()
        query = text.partition("?")[2].partition("#")[0]
        answer = {name: values[0] for name, values in parse_qs(query).items()}
        if handshake.is_ours(answer):
            return handshake.code_of(answer)
        why = "It belongs to another attempt to log in. " if "state" in answer else "That is not the whole address. "
    raise AuthRequired(NAME, f"{why.strip()} Start again: {LOGIN} --headless.")


def _said(place: Place, tokens: Tokens, wanted: set[str]) -> str:
    """Say who is logged in, for what; an account that the app does not let in shows itself here, not later."""
    name = ""
    with SpotifyClient(place, tokens) as client:
        try:
            me = client.request("GET", "me", retry=True)
            name = str(me.get("display_name") or me.get("id") or "") if isinstance(me, dict) else ""
        except Forbidden:
            raise
        except ProviderError:
            pass  # the login itself went well
    granted = tokens.login()
    may = sorted(granted.purposes) if granted is not None else []
    less = sorted(wanted.difference(may))
    words = f"Logged in to Spotify{f' as {name}' if name else ''}, to {_and(may)}."
    if less:
        words += f" Spotify did not grant what is needed to {_and(less)}."
    return f"{words} Kept in {tokens.secrets.where(NAME)}, for six months at most."


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
