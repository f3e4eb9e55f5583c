"""`mien login spotify|subsonic` and `mien logout`: let mien use an account, and forget it again.

What must not be seen is asked for without being shown, or read from standard input; never taken from the command line,
where the list of processes and the shell's history have it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.options import Json, complete
from commands.printing import as_text, settings
from errors import ConfigError, lookup

if TYPE_CHECKING:
    from recommender.providers.place import Place

PURPOSES = ("find", "save", "publish", "play", "import")

cli = typer.Typer(help="Let mien use your account at a service.", no_args_is_help=True)


@cli.command()
def spotify(
    client_id: Annotated[
        str | None,
        typer.Option(help="Of your own Spotify app; docs/spotify.md says how to make one.", show_default=False),
    ] = None,
    purposes: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            help="What mien may do: find, save, publish (public lists), play, import; repeatable, save without it.",
            autocompletion=complete(PURPOSES),
        ),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="No browser here: agree on another device and paste the address.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Of the redirect URI in your app; 8917 without it, 0 takes any.", show_default=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Log in to Spotify in your browser; mien never sees your password."""
    import webbrowser

    from recommender.providers.spotify.login import PORT, has_browser, login
    from recommender.providers.spotify.tokens import Tokens

    place = _place()
    alone = headless or (place.ask is not None and not has_browser(place.environ))
    said = login(
        place,
        client_id=client_id,
        purposes=purposes or ("save",),
        headless=alone,
        port=PORT if port is None else port,
        tell=_tell,
        open_browser=webbrowser.open if has_browser(place.environ) else lambda _: False,
    )
    more: dict[str, Any] = {}
    if (known := Tokens(place).login()) is not None:
        ends_at = None if known.ends_at_s is None else f"{datetime.fromtimestamp(known.ends_at_s, UTC):%Y-%m-%d}"
        more = {"purposes": list(known.purposes), "ends_at": ends_at}
    _said("spotify", said, as_json, more)


@cli.command()
def subsonic(
    url: Annotated[
        str | None, typer.Option(help="Of your server, such as https://music.example.", show_default=False)
    ] = None,
    user: Annotated[str | None, typer.Option(help="Your name there.", show_default=False)] = None,
    api_key: Annotated[bool, typer.Option("--api-key", help="Use a key that you made on the server's page.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Send the password itself, to a server that cannot check tokens.")
    ] = False,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read the password or key from standard input.")] = False,
    as_json: Json = False,
) -> None:
    """Log in to your own music server: Navidrome, Gonic, LMS, supysonic or another that speaks Subsonic."""
    from recommender.providers.masking import Secret
    from recommender.providers.subsonic.account import kept_in
    from recommender.providers.subsonic.login import log_in

    place = _place()
    try:
        before = kept_in(place)
    except ConfigError:  # what is damaged is written anew
        before = None
    url = url or (before.url if before else None) or _asked(place, "Address of your server: ", "--url")
    if not api_key:
        user = user or (before.user if before else None) or _asked(place, "Your name there: ", "--user")
    secret = Secret(_hidden("API key: " if api_key else f"Password of {user}: ", stdin))
    given: dict[str, Any] = {"api_key": secret} if api_key else {"user": user, "password": secret}
    _said("subsonic", log_in(place, url=url, plain=plain, **given), as_json)


def logout(
    service: Annotated[
        str | None,
        typer.Argument(
            help="spotify or subsonic; all without it.",
            autocompletion=complete(["spotify", "subsonic"]),
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Forget your logins: tokens, passwords, and which app it was."""
    from recommender.providers.logins import SERVICES, forget

    if service is not None:
        lookup(SERVICES, service, "service")
    gone = forget(_place(), (service,) if service is not None else tuple(SERVICES))
    if as_json:
        print(as_text({"logged_out": gone}))
        return
    for name in gone:
        print(f"Logged out of {SERVICES[name]}.")
    if "spotify" in gone:
        print("To take the right away at Spotify too: https://www.spotify.com/account/apps")
    if not gone:
        print("You were not logged in.")


def _place() -> Place:
    """Return the place of this run, with somebody to ask when a person sits there."""
    place = settings().place
    return replace(place, ask=_ask) if sys.stdin is not None and sys.stdin.isatty() else place


def _ask(question: str) -> str:
    """Ask on standard error, since the answer to the command goes to standard output."""
    print(question, end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        print(file=sys.stderr)
        raise ConfigError("Nothing was given, so nothing was changed.")
    return answer.rstrip("\r\n")


def _asked(place: Place, question: str, option: str) -> str:
    if place.ask is None:
        raise ConfigError(f"Nobody is here to be asked. Give {option}.")
    return place.ask(question).strip()


def _hidden(question: str, stdin: bool) -> str:
    if stdin:
        answer = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin is None or not sys.stdin.isatty():
        raise ConfigError("Nobody is here to be asked. Give --stdin, and the password or key on standard input.")
    else:
        from getpass import getpass

        try:
            answer = getpass(question, stream=sys.stderr)
        except EOFError:
            answer = ""
    if not answer:
        raise ConfigError("Nothing was given, so nothing was changed.")
    return answer


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _said(service: str, sentence: str, as_json: bool, more: dict[str, Any] | None = None) -> None:
    print(as_text({"service": service, "message": sentence} | (more or {})) if as_json else sentence)
