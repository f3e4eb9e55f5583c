"""What the memory says to a playlist that is to be planned; it may fail, and the playlist goes on without it.

Whatever goes wrong here, a full disk, a damaged file, a server that is away, becomes a sentence for the listener.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emotion.types import EmotionScores
from errors import MienError
from recommender.constraints import Constraints
from recommender.types import Mood, Track

if TYPE_CHECKING:
    from recommender.memory.place import Memory
    from recommender.memory.plays import Read
    from recommender.problem import Liking, Tiredness


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the memory says.

    Args:
        liking: How much a track is liked, −1 … 1; None: nothing is known.
        tiredness: How lately a track was played, 1 … 0; None: nothing was.
        banned_artists: Keys of artists that never come.
        banned_songs: Keys of songs that never come.
        notes: What the listener should know.
    """

    liking: Liking | None = None
    tiredness: Tiredness | None = None
    banned_artists: frozenset[str] = frozenset()
    banned_songs: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def rules(self, wished: Constraints) -> Constraints:
        """Return the rules of a playlist with the bans."""
        if not self.banned_artists and not self.banned_songs:
            return wished
        return replace(
            wished,
            banned_artists=wished.banned_artists | self.banned_artists,
            banned_songs=wished.banned_songs | self.banned_songs,
        )


NOTHING = Recalled()


def recall(memory: Memory, *, seed: int, without: int | None = None) -> Recalled:
    """Return what the memory says to a playlist of a seed; nothing is loaded when there is no memory.

    Args:
        memory: Where it is.
        seed: Playlists of the same seed are asked for again, so that their tracks need no rest.
        without: Number of a playlist that was not wanted, so that its tracks need none either.
    """
    if not memory.exists:
        return NOTHING
    from recommender.memory import opinions, plays
    from recommender.memory.taste import Taste

    now_s = memory.clock().timestamp()
    try:
        with memory.open() as db:
            said, banned = opinions.opinions(db), opinions.bans(db)
            tired = plays.tiredness(db, seed=seed, without=without, now_s=now_s)
            notes = () if db.note is None else (db.note,)
    except (MienError, OSError) as error:
        return Recalled(notes=(f"Your memory did not help with this list, bans included: {error}",))
    return Recalled(
        liking=Taste(said, now_s).liking if said else None,
        tiredness=(lambda track: tired.get(plays.song_of(track), 0.0)) if tired else None,
        banned_artists=frozenset(ban.key for ban in banned if ban.kind == opinions.ARTIST),
        banned_songs=frozenset(ban.key for ban in banned if ban.kind == opinions.SONG),
        notes=notes,
    )


def as_meant(memory: Memory, model: str, raw: EmotionScores) -> tuple[EmotionScores, tuple[str, ...]]:
    """Take the listener's resting face out of what a network read, and say so where that changes the emotion.

    Args:
        memory: Where it is.
        model: Name of the network.
        raw: Its scores.

    Returns:
        The scores, `raw` itself when nothing is known, and notes.
    """
    if not memory.exists:
        return raw, ()
    from recommender.memory.corrections import learned

    try:
        with memory.open() as db:
            bias = learned(db, model, now_s=memory.clock().timestamp())
            notes = () if db.note is None else (db.note,)
    except (MienError, OSError) as error:
        return raw, (f"Your resting face was not taken into account: {error}",)
    if bias is None:
        return raw, notes
    from recommender.memory.resting_face import corrected

    meant = corrected(raw, bias)
    if meant.top != raw.top:
        was, now = raw.as_dict()[raw.top], meant.as_dict()[meant.top]
        said = f"read as {raw.top} ({was:.0%}), meant as {meant.top} ({now:.0%})"
        notes = (*notes, f"Your resting face was taken into account: {said}.")
    return meant, notes


def remember(
    memory: Memory,
    title: str,
    tracks: Sequence[Track],
    mood: Mood,
    *,
    seed: int,
    wish: Mapping[str, Any],
    read: Read | None = None,
    instead_of: int | None = None,
) -> tuple[str, ...]:
    """Keep a playlist that was shown, and return a sentence when that failed.

    Args:
        memory: Where the memory is; made when there is none.
        title: The playlist's.
        tracks: In playing order.
        mood: That it was made for.
        seed: That it was planned with.
        wish: What was wished of it, as plain values.
        read: The face that was read for it.
        instead_of: Number of a playlist that it replaces.
    """
    from recommender.memory import plays

    now_s = memory.clock().timestamp()
    try:
        with memory.open() as db:
            plays.remember(db, title, tracks, mood, seed=seed, wish=wish, read=read, instead_of=instead_of, now_s=now_s)
            return () if db.note is None else (db.note,)
    except (MienError, OSError) as error:
        return (f"This list will not be remembered: {error}",)
