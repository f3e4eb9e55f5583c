"""What is done with lists beyond showing them: save, play, find and import, at whichever service.

The other half of `app`: it knows settings and services, and nothing of faces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from errors import ConfigError, lookup
from recommender.constraints import NO_RULES, Constraints
from recommender.providers import PROVIDERS, Found, Played, PlayWish, Provider, SaveWish
from recommender.types import Mood, Pick, Playlist, Saved, Track
from recommender.wish import Wish, wish_of

if TYPE_CHECKING:
    from app import Settings
    from recommender.importing.listed import Listed
    from recommender.memory.plays import Shown

FEATURES = ("reccobeats",)
"""Services that tell how tracks sound; asked only when the user says so."""


def those_that(ability: str) -> list[str]:
    """Return the names of the providers that have an ability."""
    return [name for name, provider in PROVIDERS.items() if getattr(provider, ability) is not None]


def able(service: str, ability: str, what: str) -> Provider:
    """Return a provider that can do something.

    Args:
        service: Its registry name.
        ability: Field of `Provider`.
        what: The same in words, for the message.

    Raises:
        UnknownName: There is no such provider.
        ConfigError: It cannot do that; names those that can.
    """
    provider = lookup(PROVIDERS, service, "service")
    if getattr(provider, ability) is None:
        raise ConfigError(f"{provider.title} cannot {what}. These can: {', '.join(those_that(ability))}.")
    return provider


def save(settings: Settings, playlist: Playlist, service: str, wish: SaveWish) -> Saved:
    """Save a list at a service, or finish what was begun of it there.

    What stands in for songs that the service lacks is remembered as shown, so that "like 3" means what is there.

    Args:
        settings: Of this run.
        playlist: As it was planned.
        service: A name of `PROVIDERS`.
        wish: How; its name may be empty for the list's own title.

    Raises:
        ProviderError: The service does not do it; the same call finishes it later.
        ConfigError: The service cannot save, or there is nothing to save.
    """
    sink = able(service, "sink", "save playlists").sink
    assert sink is not None
    saved = sink(settings.place, playlist, wish if wish.name else replace(wish, name=playlist.title))
    if saved.playlist is not None and not wish.private:
        _remember_instead(settings, playlist, saved.playlist)
    return saved


def play(settings: Settings, what: Playlist | str, service: str, wish: PlayWish) -> Played:
    """Play a list, or what an address names, at a service.

    Raises:
        ProviderError: The service does not do it.
        ConfigError: The service cannot play, or not that.
    """
    player = able(service, "player", "play").player
    assert player is not None
    return player(settings.place, what, wish)


def find(settings: Settings, service: str, mood_word: str, limit: int) -> list[Found]:
    """Return playlists that a service has for a mood, the best first.

    Raises:
        ProviderError: The service does not answer.
        ConfigError: The service cannot search for playlists.
    """
    finder = able(service, "find", "look for playlists").find
    assert finder is not None
    return list(finder(settings.place, mood_word, limit))


def finder(settings: Settings, service: str) -> Callable[[Mood], Playlist]:
    """Return what finds an existing playlist for a mood, to be played instead of a planned list."""
    title = able(service, "find", "look for playlists").title

    def found(mood: Mood) -> Playlist:
        best = next(iter(find(settings, service, mood.emotion, 1)), None)
        if best is None:
            note = f"{title} has no playlist for {mood.emotion!r}. Leave --find out, and mien chooses the songs."
            return Playlist(mood.emotion.capitalize(), "found", (), notes=(note,))
        many = "" if best.tracks is None else f", {best.tracks} tracks"
        note = f"A playlist of {title}'s: “{best.title}” by {best.owner}{many}: {best.link}"
        return Playlist(best.title, "found", (), contexts=(best.uri,), notes=(note,))

    return found


def last(settings: Settings) -> tuple[Playlist, Wish]:
    """Return the list that was shown last, and what was wished of it.

    Raises:
        ConfigError: There is none.
        CatalogueError: The memory cannot be read.
    """
    shown = _last(settings)
    if shown is None or not shown.tracks:
        raise ConfigError("There is no list yet, or it was private. Make one: mien playlist --mood happy.")
    picks = tuple(Pick(track, "", _links(track)) for track in _known_again(settings, shown.tracks))
    return Playlist(shown.title, "last", picks), wish_of(shown.wish)


def rules_of(settings: Settings, wished: Constraints = NO_RULES) -> Constraints:
    """Return what every track keeps that stands in for another: what was wished, and the listener's bans."""
    from recommender.memory.recall import recall

    return recall(settings.memory, seed=0).rules(wished)


def import_from(
    settings: Settings,
    service: str,
    what: tuple[str, ...],
    *,
    features: str | None = None,
    progress: Callable[[int], None] = lambda _many: None,
) -> tuple[Listed, str | None]:
    """Put what the user has at a service into their catalogue.

    Args:
        settings: Of this run.
        service: A name of `PROVIDERS`.
        what: Parts of it ("saved", "top"); none: all of it.
        features: A name of `FEATURES` that may be told which tracks they are, to say how they sound.
        progress: Told how many tracks there are so far.

    Returns:
        What was done, and a sentence when a damaged catalogue was set aside for it.

    Raises:
        ProviderError: A service breaks off; what came before is kept.
        CatalogueError: The catalogue cannot be written.
        ConfigError: The service has nothing to import.
        UnknownName: There is no such part, or no such service for features.
    """
    from datetime import UTC, datetime

    from recommender.catalogue import BuiltIn
    from recommender.importing.listed import import_listed

    source = able(service, "source", "list your music").source
    assert source is not None
    ask = None
    if features is not None:
        lookup(dict.fromkeys(FEATURES), features, "service for features")
        from recommender.importing.reccobeats import features_of

        def ask(tracks: Any) -> Any:
            return features_of(settings.place, tracks)

    engine, said = settings.library.open(make=True)
    tracks, now = source(settings.place, what), datetime.now(UTC)
    done = import_listed(engine, service, tracks, BuiltIn().tracks(), now=now, ask=ask, progress=progress)
    return done, said


def saved_json(service: str, saved: Saved) -> dict[str, Any]:
    """Return what a sink did, as docs/json.md describes it."""
    return {"service": service, "where": saved.where, "tracks": saved.placed, "missing": list(saved.missing)}


def found_json(found: Found) -> dict[str, Any]:
    """Return a found playlist, as docs/json.md describes it."""
    return {
        "uri": found.uri,
        "title": found.title,
        "owner": found.owner,
        "link": found.link,
        "tracks": found.tracks,
        "why": found.why,
    }


def _last(settings: Settings) -> Shown | None:
    from recommender.memory import plays

    if not settings.memory.exists:
        return None
    with settings.memory.open() as db:
        return plays.last(db)


def _remember_instead(settings: Settings, asked: Playlist, there: Playlist) -> None:
    """Let the list that was shown last be what is at the service, if it is the one that was saved."""
    from recommender.memory import plays
    from recommender.resolving.journal import list_key

    tracks = [pick.track for pick in there.picks]
    shown = _last(settings)
    if shown is None or list_key(shown.tracks) != list_key([pick.track for pick in asked.picks]):
        return
    if list_key(shown.tracks) != list_key(tracks):
        with settings.memory.open() as db:
            plays.replace(db, shown.number, tracks)


def _known_again(settings: Settings, tracks: tuple[Track, ...]) -> list[Track]:
    """Return remembered tracks with what the catalogues know of them; their titles and artists stay."""
    from recommender.catalogue import BuiltIn
    from recommender.identity import recognised

    known = recognised(tracks, BuiltIn().tracks())
    if settings.library.exists:
        from recommender.importing.listed import stored

        engine, _ = settings.library.open()
        known = [stored(engine, track) or twin for track, twin in zip(tracks, known, strict=True)]
    return [
        replace(twin, title=track.title, artists=track.artists, identifiers={**twin.identifiers, **track.identifiers})
        for track, twin in zip(tracks, known, strict=True)
    ]


def _links(track: Track) -> dict[str, str]:
    from recommender.links import links_for

    return links_for(track)
