"""What the fake Spotify knows: songs, people, playlists, devices, and the rules that hold for the app that asks.

Times are Unix seconds of the fake's own clock, which tests move; durations of songs are milliseconds, as the service
has them. Nothing here speaks HTTP.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from recommender.types import Features, Track

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ME = "listener1"


def spotify_id(seed: str) -> str:
    """Return the same 22 characters of base 62 for the same words."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:17])
    letters = []
    for _ in range(22):
        number, digit = divmod(number, 62)
        letters.append(ALPHABET[digit])
    return "".join(letters)


class Clock:
    """The service's clock: real time, moved as tests like."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset_s

    def advance(self, seconds: float) -> None:
        self.offset_s += seconds


@dataclass(frozen=True)
class Song:
    """A track as the service has it."""

    title: str
    artists: tuple[str, ...]
    album: str
    year: int = 2000
    duration_ms: int = 200_000
    isrc: str | None = None
    explicit: bool = False
    features: Features = field(default_factory=Features)
    playable: bool = True

    @property
    def id(self) -> str:
        return spotify_id(f"track {self.title} {self.artists} {self.album} {self.duration_ms}")

    @property
    def uri(self) -> str:
        return f"spotify:track:{self.id}"


@dataclass
class Entry:
    """A place of a playlist or a library; None for the song is what the service shows of one that was taken down."""

    uri: str
    song: Song | None
    added_at_s: float


@dataclass
class Playlist:
    """Somebody's playlist."""

    id: str
    owner: str
    name: str
    description: str | None = None
    public: bool = True
    collaborative: bool = False
    entries: list[Entry] = field(default_factory=list)
    version: int = 1
    made_at_s: float = 0.0
    followed: bool = True

    @property
    def uri(self) -> str:
        return f"spotify:playlist:{self.id}"

    @property
    def uris(self) -> list[str]:
        return [entry.uri for entry in self.entries]

    @property
    def snapshot(self) -> str:
        return f"snapshot{self.version:06}{self.id}"


@dataclass(frozen=True)
class Device:
    """Something that plays."""

    id: str
    name: str
    kind: str = "Computer"
    active: bool = False
    restricted: bool = False


@dataclass(frozen=True)
class Rules:
    """How the service treats this app and this listener.

    Args:
        extended: The app has extended quota and keeps all that development mode lost.
        premium: The listener pays; without that the player refuses.
        names: Whether playlists say "new" (items, item), "old" (tracks, track) or "both".
        external_ids: Tracks carry their ISRC; left out in development mode for some weeks in 2026.
        nulls: Pages have holes where the service hides something.
        list_lag_s: How long a new playlist does not show in the listener's list of playlists.
        quota: Requests allowed within 30 seconds; None for any number.
        rotates: Refreshing gives a new refresh token and kills the old one (until 20 July 2026); else none comes
            back and the old one goes on.
        registered: What the app's owner registered to be redirected to.
        refuse_login: The listener presses "Cancel".
        names_unknown: A write that is refused says which track is not there.
    """

    extended: bool = False
    premium: bool = True
    names: str = "new"
    external_ids: bool = True
    nulls: bool = True
    list_lag_s: float = 0.0
    quota: int | None = None
    rotates: bool = False
    registered: tuple[str, ...] = ("http://127.0.0.1/callback", "http://127.0.0.1", "http://127.0.0.1/")
    refuse_login: bool = False
    names_unknown: bool = False


class World:
    """Everything that is there; tests change it directly."""

    def __init__(self, songs: Iterable[Song] = ()) -> None:
        self.clock = Clock()
        self.rules = Rules()
        self.songs: dict[str, Song] = {}
        self.playlists: dict[str, Playlist] = {}
        self.saved: list[Entry] = []
        self.top: list[Song] = []
        self.recent: list[tuple[Song, float]] = []
        self.devices: list[Device] = []
        self.playing: dict[str, object] | None = None
        self.queue: list[str] = []
        self.made = 0
        self.add(songs)

    def rule(self, **changes: object) -> None:
        """Change some rules: `world.rule(extended=True)`."""
        self.rules = replace(self.rules, **changes)  # type: ignore[arg-type]

    def add(self, songs: Iterable[Song]) -> None:
        """Put songs into the service's catalogue, the best known first."""
        for song in songs:
            self.songs[song.id] = song

    def take_down(self, song: Song) -> None:
        """Let a song be there no more; playlists show a hole in its place."""
        self.songs.pop(song.id, None)
        for playlist in self.playlists.values():
            for entry in playlist.entries:
                entry.song = None if entry.uri == song.uri else entry.song

    def song_of(self, uri: str) -> Song | None:
        return self.songs.get(uri.removeprefix("spotify:track:"))

    def new_playlist(self, name: str, owner: str = ME, songs: Sequence[Song] = (), **more: object) -> Playlist:
        """Make a playlist, as a request or as a person would."""
        self.made += 1
        now = self.clock()
        made = Playlist(spotify_id(f"playlist {self.made} {owner} {name}"), owner, name, made_at_s=now)
        for field_name, value in more.items():
            setattr(made, field_name, value)
        made.entries = [Entry(song.uri, song, now) for song in songs]
        self.playlists[made.id] = made
        return made

    def mine(self) -> list[Playlist]:
        """Return the listener's own playlists, the newest first."""
        return [p for p in reversed(self.playlists.values()) if p.owner == ME]

    def listed(self) -> list[Playlist]:
        """Return what the list of the listener's playlists shows by now."""
        limit = self.clock() - self.rules.list_lag_s
        return [p for p in reversed(self.playlists.values()) if p.owner == ME and p.followed and p.made_at_s <= limit]


def song_of(track: Track, **changes: object) -> Song:
    """Return a track of ours as the service would have it."""
    song = Song(
        track.title,
        track.artists,
        track.album or track.title,
        track.year or 2000,
        round((track.duration_s or 200.0) * 1000),
        track.identifiers.get("isrc"),
        bool(track.explicit),
        track.features,
    )
    return replace(song, **changes)  # type: ignore[arg-type]


def decoys(track: Track) -> list[Song]:
    """Return what else a search for a track finds: karaoke, a cover, a tribute, and the same title by somebody else."""
    title, artist = track.title, track.artists[0]
    return [
        Song(f"{title} - Karaoke Version", ("Sing Along Stars",), f"Karaoke: Songs of {artist}", 2015),
        Song(f"{title} (Originally Performed by {artist})", ("The Tribute Band",), "Tributes", 2012),
        Song(title, ("Somebody Else Entirely",), "Another Record", 1999, 95_000),
    ]
