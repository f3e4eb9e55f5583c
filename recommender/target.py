"""From a felt mood to how music for it sounds.

The valence of a *recording* is not the valence that a person feels: people label quiet ambient pieces "calm", and those
measure very low in audio valence. So the way from mood to features goes through the measured means of tracks that
people labelled with a mood (`MEASURED`), each placed at its point of the circumplex: happy and sad at Russell &
Mehrabian's (1977) points, energetic and calm, which name an activation and not a pleasure (Thayer 1989), on the
arousal axis at ±0.8.

A plane fitted through these points by least squares (`PLANES`) says the rest. It meets energy within 0.003 and tempo
within 1.2 bpm, and it can only rise or fall along an axis: more arousal is always more energy, more valence is always
more audio valence. Nobody measured tense tracks (anger, fear), where a plane through the other four would sound nearly
as bright as joy; for audio valence one point of our own, `TENSE`, holds that corner down. It meets the measured
audio valences within 0.09.
"""

from __future__ import annotations

from recommender.types import Features, Mood, Target

MEASURED: dict[str, tuple[tuple[float, float], tuple[float, float, float]]] = {
    "happy": ((0.81, 0.51), (0.58, 0.75, 124.0)),
    "energetic": ((0.0, 0.8), (0.44, 0.88, 132.0)),
    "sad": ((-0.63, -0.27), (0.29, 0.39, 116.0)),
    "calm": ((0.0, -0.8), (0.15, 0.16, 109.0)),
}
"""Mood label → its point (valence, arousal) and the mean (audio valence, energy, tempo in bpm) of its tracks."""

TENSE: tuple[tuple[float, float], float] = ((-0.58, 0.51), 0.30)
"""Mean point of angry, disgust and fear, and the audio valence that we chose for it: an estimate, not measured."""

PLANES: dict[str, tuple[float, float, float]] = {
    "valence": (0.339, 0.145, 0.164),
    "energy": (0.518, 0.006, 0.450),
    "tempo_bpm": (119.500, -2.344, 14.264),
    "acousticness": (0.350, 0.0, -0.400),
}
"""Feature → (value at the neutral point, per unit of valence, per unit of arousal). Acousticness is an estimate."""

MODE_FROM = 0.15
"""Major for moods at least this pleasant, minor for moods at least this unpleasant, either in between."""


def target_of(mood: Mood) -> Target:
    """Return where a track for this mood lies in feature space: audio features 0–1, tempo in bpm, mode 1, 0 or None."""
    mode = 1 if mood.valence >= MODE_FROM else 0 if mood.valence <= -MODE_FROM else None
    return Target(
        Features(
            valence=_share("valence", mood),
            energy=_share("energy", mood),
            tempo_bpm=_on_plane("tempo_bpm", mood),
            acousticness=_share("acousticness", mood),
            mode=mode,
        )
    )


def _on_plane(feature: str, mood: Mood) -> float:
    base, per_valence, per_arousal = PLANES[feature]
    return base + per_valence * mood.valence + per_arousal * mood.arousal


def _share(feature: str, mood: Mood) -> float:
    return min(1.0, max(0.0, _on_plane(feature, mood)))
