"""The types that flow through `recommender`: Mood → Target/Journey → Track → Playlist → Saved.

Conventions: valence and arousal of a *mood* are −1…1 (circumplex); the audio features of a *track* are 0–1 as Spotify
defines them, tempo in beats per minute, mode 1 major and 0 minor. None means "not known".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emotion.types import EmotionScores

MODES: dict[str, int] = {"major": 1, "minor": 0}
"""Mode as people write it → as a track's features hold it."""


@dataclass(frozen=True, slots=True)
class Mood:
    """A point on the circumplex.

    Args:
        emotion: The emotion word nearest to it (one of `EMOTIONS`): the reading's top, or what the user asked for.
        valence: Unpleasant −1 … pleasant 1.
        arousal: Sleepy −1 … aroused 1.
        certainty: 0 (no idea) … 1 (certain).
        scores: The probabilities it came from; None when the user named the mood.
    """

    emotion: str
    valence: float
    arousal: float
    certainty: float = 1.0
    scores: EmotionScores | None = None

    def __post_init__(self) -> None:
        if not (-1 <= self.valence <= 1 and -1 <= self.arousal <= 1 and 0 <= self.certainty <= 1):
            raise ValueError(f"valence and arousal are −1…1, certainty 0…1: {self}")


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of how a track sounds: 0–1 each, tempo in beats per minute, mode 1 major / 0 minor.

    The key is a pitch class, C = 0, C sharp = 1, … B = 11; the loudness is the mean over the track in dB, 0 at
    full scale.
    """

    valence: float | None = None
    energy: float | None = None
    tempo_bpm: float | None = None
    acousticness: float | None = None
    mode: int | None = None
    instrumentalness: float | None = None
    key: int | None = None
    danceability: float | None = None
    loudness_db: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where one track should lie in feature space; a None feature does not count."""

    features: Features


@dataclass(frozen=True, slots=True)
class Journey:
    """The ordered targets of a playlist, one a track.

    Args:
        strategy: How it was made ("match", "lift", "calm", "energise", "goal", "own").
        targets: One a track, in playing order.
        origin: The mood that it starts from.
        mapped_by: "default", or the emotion whose hand-made features or playlists were used.
        contexts: Whole playlists that the user mapped by hand and that are to be played instead of the targets.
        goal: The mood that it goes to; None when it stays where it is.
    """

    strategy: str
    targets: tuple[Target, ...]
    origin: Mood
    mapped_by: str = "default"
    contexts: tuple[str, ...] = ()
    goal: Mood | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One song.

    Args:
        title: As released.
        artists: At least one, the main artist first.
        year: Of first release.
        genre: One lower-case word or phrase ("soul", "hip hop").
        language: ISO 639-1 code, "zxx" for instrumental (ISO 639-2's "no linguistic content").
        features: What is known of how it sounds.
        identifiers: Scheme → identifier ("isrc", "spotify", "file", …).
        estimated: True when the features are editorial estimates, not measurements.
        duration_s: How long it plays, in seconds.
        album: Its title, as released.
        explicit: Whether it is marked as having explicit words.
    """

    title: str
    artists: tuple[str, ...]
    year: int | None = None
    genre: str | None = None
    language: str | None = None
    features: Features = Features()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    estimated: bool = False
    duration_s: float | None = None
    album: str | None = None
    explicit: bool | None = None

    def __post_init__(self) -> None:
        if not self.title or not self.artists:
            raise ValueError("a track has a title and at least one artist")

    @property
    def artist(self) -> str:
        return ", ".join(self.artists)


@dataclass(frozen=True, slots=True)
class Pick:
    """One place of a playlist: the track, why it is there, and links that open it or a search for it."""

    track: Track
    reason: str
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Playlist:
    """The ordered result.

    Args:
        title: For people.
        strategy: The journey's.
        picks: In playing order.
        mapped_by: "default", or the emotion whose hand-made mapping was used.
        contexts: Whole playlists that the user mapped by hand (URIs, URLs, M3U paths); then `picks` holds the
            tracks that are known of them, and may be empty.
        notes: What the user should know (too few candidates, a torn reading).
        goal: The mood that it goes to; None when it stays.
    """

    title: str
    strategy: str
    picks: tuple[Pick, ...]
    mapped_by: str = "default"
    contexts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    goal: Mood | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a sink did.

    Args:
        where: The playlist is now: a path or an address; "" when nothing could be placed.
        placed: How many tracks it holds.
        missing: What it could not place, and what stands in for it.
        playlist: What is there, where that is not quite what was asked for: with the service's own identifiers and
            links, and with the tracks that stand in.
    """

    where: str
    placed: int
    missing: tuple[str, ...] = ()
    playlist: Playlist | None = None
