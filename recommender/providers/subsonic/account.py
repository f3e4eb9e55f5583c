"""Who you are on your server, and how that is proved in every request.

Subsonic knows three proofs (https://opensubsonic.netlify.app/docs/api-reference/, read 2026-11-21): a token, which is
the MD5 sum of password and salt; an API key; and the password itself, hex-encoded behind "enc:", which hides nothing.
mien keeps the token and its salt, and throws the password away: who reads them can use this server, but no other where
the same password holds. The password itself is kept only when the user asked for that proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from errors import AuthRequired, ConfigError
from recommender.providers.masking import Secret, masked
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in

NAME = "subsonic"
LOG_IN = "Log in: mien login subsonic --url https://music.example --user NAME"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of a server.

    Args:
        url: Of the server, without a slash at its end.
        user: Their name; "" with an API key, which must go alone (OpenSubsonic, error 43).
        mode: "token", "password" or "key".
        secret: The token, the password or the key.
        salt: That the token was made with.
        form_post: Whether the server takes requests as forms (extension `formPost`), which keeps them out of its log.
    """

    url: str
    user: str
    mode: str
    secret: Secret
    salt: str = field(default="", repr=False)
    form_post: bool = False

    @property
    def server(self) -> str:
        """Return what tells this server from others: host, port and path."""
        parts = urlsplit(self.url)
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
        return f"{host}{parts.path}"

    @property
    def proof(self) -> dict[str, str]:
        """Return the parameters that prove who asks; they are secret."""
        if self.mode == "key":
            return {"apiKey": self.secret.reveal()}
        if self.mode == "password":
            return {"u": self.user, "p": "enc:" + self.secret.reveal().encode().hex()}
        return {"u": self.user, "t": self.secret.reveal(), "s": self.salt}

    @property
    def document(self) -> dict[str, Any]:
        """Return what is kept."""
        return {
            "url": self.url,
            "user": self.user,
            "mode": self.mode,
            "secret": self.secret,
            "salt": self.salt,
            "form_post": self.form_post,
        }


def with_token(url: str, user: str, password: Secret, salt: str) -> Account:
    """Return an account that proves itself with a token (since 1.13.0): md5(password + salt)."""
    token = hashlib.md5((password.reveal() + salt).encode(), usedforsecurity=False).hexdigest()
    return Account(url, user, "token", Secret(token), salt)


def address_of(text: str) -> str:
    """Return the address of a server as it is asked: without "/rest" and without a slash at its end.

    Raises:
        ConfigError: It is no http or https address, or holds a password.
    """
    url = text.strip().rstrip("/").removesuffix("/rest").rstrip("/")
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname is not None and parts.port != 0
        whole = whole and url.isprintable() and " " not in url
    except ValueError:
        whole = False
    if "@" in (parts.netloc if whole else url):  # it may hold a password, in what is no address as well
        raise ConfigError("Leave name and password out of the address; give --user, and the password when asked.")
    if not whole or parts.query or parts.fragment or "@" in url:  # no @: `translate.song_in` parts identifiers there
        shown = masked(text.strip())
        raise ConfigError(f"{shown!r} is no address of a server; give one such as https://music.example:4533.")
    return url


def kept_in(place: Place) -> Account | None:
    """Return the account that is logged in; None when nobody is.

    Raises:
        ConfigError: What is kept cannot be read or understood.
    """
    kept = secrets_in(place.data_dir, place.environ).load(NAME)
    return None if kept is None else _account(kept)


def account_in(place: Place) -> Account:
    """Return the account that is logged in.

    Raises:
        AuthRequired: Nobody is.
        ConfigError: What is kept cannot be read or understood.
    """
    account = kept_in(place)
    if account is None:
        raise AuthRequired(NAME, f"you are not logged in to a server. {LOG_IN}.")
    return account


def _account(kept: Mapping[str, Any]) -> Account:
    texts = [kept.get(name) for name in ("url", "user", "mode", "secret", "salt")]
    url, user, mode, secret, salt = [text if isinstance(text, str) else "" for text in texts]
    if not url or not secret or mode not in ("token", "password", "key"):
        raise ConfigError(f"What is kept of your server is damaged. {LOG_IN}.")
    return Account(address_of(url), user, mode, Secret(secret), salt, kept.get("form_post") is True)
