"""Log in to your server: find out which proof of a login it takes, and keep that.

Servers differ: LMS and supysonic cannot check tokens, since they keep no password that a token could be compared with,
and say so with code 41, with 10 ("required parameter is missing": they look for the password) or with 40 (read
2026-11-21: epoupon/lms discussion 212, supysonic 0.7.9). The password itself is sent only when the user asks for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from errors import AuthRequired, ConfigError, ProviderError
from recommender.providers.foreign import one_line
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in
from recommender.providers.subsonic.account import LOG_IN, NAME, Account, address_of, with_token
from recommender.providers.subsonic.client import Client, Refused
from recommender.providers.subsonic.translate import objects_in

PLAIN = (
    "this server may be one that cannot check tokens (supysonic, LMS, LDAP users). If you are willing to send it the "
    "password itself, say so: mien login subsonic --plain"
)


def log_in(
    place: Place,
    *,
    url: str,
    user: str | None = None,
    password: Secret | None = None,
    api_key: Secret | None = None,
    plain: bool = False,
    client: Callable[[Account], Client] = Client,
    salt: Callable[[], str] = lambda: secrets.token_hex(16),
) -> str:
    """Try a login and keep it; returns a sentence.

    Args:
        place: Where it is kept.
        url: Address of the server.
        user: Their name; none with an API key.
        password: Theirs.
        api_key: Made on the server's own page, instead of name and password.
        plain: Send the password itself, for servers that cannot check tokens.
        client: Makes what asks the server.
        salt: Makes something random.

    Raises:
        ConfigError: Something is missing, or two ways are mixed.
        AuthRequired: The server does not accept it; says which other way it may take.
        ProviderError: The server cannot be asked.
    """
    address = address_of(url)
    if api_key is not None:
        if user or password or plain:
            raise ConfigError("An API key goes alone: leave out --user and --plain, or leave out the key.")
        account = Account(address, "", "key", api_key)
    elif not user or not password:
        raise ConfigError("A server wants --user NAME and a password, or --api-key. mien login subsonic asks for them.")
    elif plain:
        account = Account(address, user, "password", password)
    else:
        account = with_token(address, user, password, salt())
    with client(account) as asking:
        try:
            answer = asking.ask("ping")
        except (AuthRequired, Refused) as error:
            raise _hint(account, error) from error
        account = replace(account, form_post="formPost" in _extensions(asking))
    kept = secrets_in(place.data_dir, place.environ)
    kept.store(NAME, account.document)
    return f"{named(answer)} at {address} {_knows(account)}, kept in {kept.where(NAME)}.{_warning(account)}"


def named(answer: dict[str, Any]) -> str:
    """Return what an answer says of the server: "navidrome 0.58.0"."""
    kind, version, api = (one_line(str(answer.get(name) or ""))[:40] for name in ("type", "serverVersion", "version"))
    return f"{kind} {version}".strip() if kind else f"The server (Subsonic {api or '?'})"


def _hint(account: Account, error: ProviderError) -> ProviderError:
    code = error.code if isinstance(error, Refused) else None
    if isinstance(error, Refused) and code != 10:  # 10: it looked for a password in vain
        return error
    if code == 10:
        said = f"{account.url} did not find what it looks for in the login (code 10)"
    else:
        said = str(error).removeprefix(f"{NAME}: ").removesuffix(f" {LOG_IN}.").removesuffix(".")
    if account.mode == "token":
        return AuthRequired(NAME, f"{said}. Check name and password; or {PLAIN}.")
    if account.mode == "password":
        return AuthRequired(NAME, f"{said}. Check name and password; or make an API key on its page: --api-key.")
    return AuthRequired(NAME, f"{said}. Make another key on the server's page, or give --user and a password.")


def _extensions(client: Client) -> set[str]:
    """Return what the server can do beyond Subsonic; servers of before 2023 do not know the question."""
    try:
        answer = client.ask("getOpenSubsonicExtensions")
    except ProviderError:
        return set()
    return {str(one.get("name")) for one in objects_in(answer.get("openSubsonicExtensions"))}


def _knows(account: Account) -> str:
    proof = {
        "token": "by a token (mien does not keep your password)",
        "password": "by the password itself",
        "key": "by the API key",
    }
    return f"knows {account.user or 'you'} {proof[account.mode]}"


def _warning(account: Account) -> str:
    parts = urlsplit(account.url)
    if parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return ""
    return " The address is http: whoever sits between you and the server can read along."
