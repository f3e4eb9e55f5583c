"""Your own server as a provider: the abilities that the registry names."""

from __future__ import annotations

from collections.abc import Iterator

from errors import MienError
from recommender.providers import Health, Played, PlayWish, SaveWish
from recommender.providers.place import Place
from recommender.providers.subsonic.account import LOG_IN, NAME, account_in, kept_in
from recommender.providers.subsonic.client import Client
from recommender.providers.subsonic.login import log_in, named
from recommender.providers.subsonic.playing import play
from recommender.providers.subsonic.reading import library
from recommender.providers.subsonic.saving import save
from recommender.types import Playlist, Saved, Track

login = log_in


def sink(place: Place, playlist: Playlist, wish: SaveWish) -> Saved:
    """Save a playlist on the server; what an earlier run began is finished.

    Raises:
        ProviderError: The server cannot be asked, or refuses.
    """
    with Client(account_in(place)) as client:
        return save(place, client, playlist, wish)


def player(place: Place, what: Playlist | str, wish: PlayWish) -> Played:
    """Play songs of the server.

    Raises:
        ConfigError: There is nothing to play, or nothing that plays.
        ProviderError: Server or player cannot do it.
    """
    with Client(account_in(place)) as client:
        return play(place, client, what, wish)


def source(place: Place, what: tuple[str, ...]) -> Iterator[Track]:
    """Yield the tracks of the server: all, or those that words name (`reading.WORDS`).

    Raises:
        ConfigError: There is no such word.
        ProviderError: The server cannot be asked.
    """
    with Client(account_in(place)) as client:
        yield from library(client, what)


def check(place: Place, *, online: bool = False) -> Health:
    """Say whether the server can be used."""
    try:
        account = kept_in(place)
        if account is None:
            return Health("not set up", "nobody is logged in to a server", LOG_IN)
        who = f"{account.user or 'an API key'} at {account.url}"
        if not online:
            return Health("ready", f"{who} ({account.mode}), not asked", "mien doctor --online asks it")
        with Client(account) as client:
            answer = client.ask("ping")
        return Health("ready", f"{who} ({account.mode}): {named(answer)} answers")
    except MienError as error:
        return Health("broken", str(error).removeprefix(f"{NAME}: "))
