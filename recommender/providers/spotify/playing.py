"""Play a list, or a playlist that is there, on one of the user's devices; Spotify lets Premium accounts only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from errors import ConfigError, Unavailable
from recommender.identity import plain
from recommender.providers import Played, PlayWish
from recommender.providers.spotify import translate, uris
from recommender.providers.spotify.choosing import choose
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.saving import saved_as
from recommender.providers.spotify.translate import Device
from recommender.providers.spotify.transport import NAME
from recommender.types import Playlist

START_ONE = "Start Spotify on a phone or computer, play anything for a moment, then try again"


def play(client: SpotifyClient, what: Playlist | str, wish: PlayWish) -> Played:
    """Play something and say where.

    Args:
        client: Of a user who is logged in.
        what: A list; or the URI or address of a playlist or a track at Spotify.
        wish: On which device.

    Raises:
        ConfigError: It is nothing that Spotify plays, or there is no such device.
        Forbidden: The account has no Premium.
        Unavailable: No device is awake.
        ProviderError: Spotify does not answer.
    """
    client.tokens.need("play")
    title = what if isinstance(what, str) else what.title
    address = _address(what) if isinstance(what, str) else None  # what makes no sense is refused before a device wakes
    device = _device(translate.devices_of(client.request("GET", "me/player/devices", retry=True)), wish.device)
    body = address if address is not None else _of_list(client, what, wish)
    client.request("PUT", "me/player/play", params={"device_id": device.id}, body=body, retry=True)
    return Played(device.name, title)


def _address(what: str) -> dict[str, Any]:
    """Return what the player is told for an address."""
    if (context := uris.playlist_uri(what)) is not None:
        return {"context_uri": context}
    if (track := uris.track_uri(what)) is not None:
        return {"uris": [track]}
    raise ConfigError(
        f"{what!r} is nothing that Spotify plays. Give spotify:playlist:… or its open.spotify.com address."
    )


def _of_list(client: SpotifyClient, what: Playlist | str, wish: PlayWish) -> dict[str, Any]:
    """Return what the player is told for a list: its saved playlist where there is one, else its tracks."""
    assert not isinstance(what, str)
    if not what.picks:
        contexts = [uri for each in what.contexts if (uri := uris.playlist_uri(each)) is not None]
        if contexts:
            return {"context_uri": contexts[0]}
        raise ConfigError(
            "There is nothing to play: this list has no tracks. Make another: mien playlist --mood happy."
        )
    if (saved := saved_as(client, what)) is not None:
        return {"context_uri": saved}
    chosen = choose(client, what, wish.rules, private=wish.private)
    tracks = [pick.track.identifiers["spotify"] for pick in chosen.playlist.picks]
    if not tracks:
        raise ConfigError("Spotify has none of these tracks. Make another list: mien playlist --mood happy.")
    return {"uris": tracks}


def _device(devices: Sequence[Device], wanted: str | None) -> Device:
    """Return the device that is to sound: the one that is named, else the active one, else the only one."""
    if not devices:
        raise Unavailable(NAME, f"no device of yours is awake. {START_ONE}.")
    names = ", ".join(device.name for device in devices)
    if wanted is None:
        active = next((device for device in devices if device.active), devices[0] if len(devices) == 1 else None)
        if active is None:
            raise Unavailable(NAME, f"no device is active. Name one with --device: {names}.")
        return active
    exact = [device for device in devices if wanted == device.id or plain(wanted) == plain(device.name)]
    fitting = exact or [device for device in devices if plain(wanted) and plain(wanted) in plain(device.name)]
    if len(fitting) == 1 or exact:
        return fitting[0]
    trouble = "means several of them" if fitting else "is not awake"
    raise ConfigError(f"The device {wanted!r} {trouble}. Awake are: {names}. {START_ONE}, or name another.")
