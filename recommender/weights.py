"""Everything that the planner weighs, in one place; docs/journeys.md explains the choice.

The cost of a playlist is what the planner makes small:

    Σ over places       fit × distance(track, target) + recent × how lately it was played − affinity × how liked it is
                        + chance × a number that the seed draws for the track
    + Σ over neighbours jump × roughness(track, next track)
    + Σ over pairs of tracks at most `memory` places apart
                        (decade if of one decade + genre if of one genre + album if of one album) / memory

Distances and roughness are 0–1 (`distance.py`, `sounds.py`). That no artist comes twice within `ARTIST_WINDOW` tracks
and no song comes twice is not weighed: it always holds.
"""

from __future__ import annotations

from dataclasses import dataclass

FIT = (1.5, 1.3, 0.3, 0.3, 0.08)
"""How much valence, energy, tempo, acousticness and mode count for meeting a target. Valence and energy carry the mood:
energy follows arousal, and valence alone tells joy from anger. Tempo differs little between moods, and mode is a hint
only, as many glad songs are in minor and many sad ones in major."""

TRANSITION = (0.6, 1.2, 0.8, 0.5, 0.1, 0.5)
"""How much valence, energy, tempo, acousticness, mode and key count between neighbours, where jumps of energy and tempo
are felt most, and keys that clash (Camelot wheel) next."""

UNKNOWN_GAP = 0.35
"""Gap of a feature that is not known: more than a good fit and less than a bad one."""

SLOWEST_BPM = 1.0
"""A tempo below this is no tempo, and counts as not known."""

HALF_TIME_GAP = 0.1
"""What hearing a tempo in half or double time costs, in octaves."""

ARTIST_WINDOW = 20
"""An artist, guests included, comes at most once within so many consecutive tracks."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of the cost counts; 1 is a distance of 1 from the target.

    Args:
        fit: Distance to the target.
        ends: How many times more the fit counts for the first two and the last two tracks of a way that moves.
        jump: Roughness between neighbours.
        decade: Two tracks of one decade, side by side or nearly.
        genre: Two tracks of one genre, likewise.
        album: Two tracks of one album, likewise (several artists; one artist's would not come so soon).
        memory: How many places apart two tracks are still heard as a run.
        recent: A track that was just played; less the longer ago.
        affinity: A track, artist or genre that the user likes most; the same with the other sign when least.
        chance: The most that the seed adds to a track.
    """

    fit: float = 1.0
    ends: float = 1.5
    jump: float = 0.4
    decade: float = 0.06
    genre: float = 0.06
    album: float = 0.10
    memory: int = 5
    recent: float = 1.0
    affinity: float = 0.15
    chance: float = 0.08


WEIGHTS = Weights()
