"""`mien preview`: cover, thirty seconds and link of the songs of your last list, at a service that you name."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.options import Json, complete
from commands.printing import as_text, console, settings
from errors import ConfigError, lookup

if TYPE_CHECKING:
    from recommender.providers.deezer.translate import Shown
    from recommender.types import Track

SERVICES = {"deezer": "Deezer"}


def preview(
    numbers: Annotated[list[int] | None, typer.Argument(help="Places in your last list, such as 1 3; all.")] = None,
    on: Annotated[
        str | None, typer.Option(help="The service that is asked.", autocompletion=complete(SERVICES))
    ] = None,
    as_json: Json = False,
) -> None:
    """Show cover, preview and link of your last list's songs. It sends their titles and artists to the service."""
    import music
    from recommender.providers.deezer.client import Client
    from recommender.providers.deezer.provider import look_up

    if on is None:
        raise ConfigError("Say who may be sent the titles of your list: mien preview --on deezer.")
    lookup(SERVICES, on, "service for previews")
    chosen = settings()
    playlist, _ = music.last(chosen)
    wanted = _picked([pick.track for pick in playlist.picks], numbers or [])
    documents = []
    with Client(chosen.place) as client:
        for number, track in wanted:
            shown = look_up(client, track)
            if as_json:
                documents.append(_json(number, track, shown))
            else:
                _tell(number, track, shown)
    if as_json:
        print(as_text(documents))


def _picked(tracks: list[Track], numbers: list[int]) -> list[tuple[int, Track]]:
    """Return the wanted songs with their numbers, counted from 1."""
    for number in numbers:
        if not 1 <= number <= len(tracks):
            raise ConfigError(f"Your last list has no song {number}; it has {len(tracks)}. Give a number of it.")
    return [(number, tracks[number - 1]) for number in numbers or range(1, len(tracks) + 1)]


def _json(number: int, track: Track, shown: Shown | None) -> dict[str, Any]:
    from recommender.providers.deezer.provider import search_page

    asked = {"number": number, "title": track.title, "artist": track.artist, "service": "deezer"}
    return asked | {"search": search_page(track), "found": None if shown is None else asdict(shown)}


def _tell(number: int, track: Track, shown: Shown | None) -> None:
    from rich.text import Text

    from recommender.providers.deezer.provider import search_page

    out = console()
    out.print(Text.assemble((f" {number:>2}  ", "dim"), (track.title, "bold"), f"  {track.artist}"), soft_wrap=True)
    if shown is None:
        out.print(Text(f"     Deezer does not have it. Look yourself: {search_page(track)}"), soft_wrap=True)
        return
    out.print(Text(f"     at Deezer: {shown.link}", style=f"link {shown.link}"), soft_wrap=True)
    for name, address in (("thirty seconds", shown.preview), ("cover", shown.cover)):
        if address is not None:
            out.print(Text(f"     {name}: {address}", style="dim"), soft_wrap=True)
