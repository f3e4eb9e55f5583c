"""Words for people: how something sounds, why a track is in a playlist, what a playlist is called."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2, sqrt
from pathlib import PurePath

from emotion.types import EMOTIONS
from recommender.choice import kind_of
from recommender.constraints import is_instrumental
from recommender.distance import FEATURES, distance, gaps
from recommender.mood import ADJECTIVE, CIRCUMPLEX, describe, torn_between
from recommender.types import Features, Journey, Target, Track
from recommender.weights import FIT, SLOWEST_BPM

_VALENCE_STEPS = (0.28, 0.40, 0.52)
_ENERGY_STEPS = (0.30, 0.60, 0.82)
_SOUNDS = (
    ("dark and still", "hushed and tender", "quiet and warm", "light and gentle"),
    ("wistful and low-key", "mellow and unhurried", "warm and easy", "sunny and easy-going"),
    ("brooding and driving", "moody and driving", "warm and lively", "bright and lively"),
    ("dark and fierce", "tense and driving", "restless and driving", "bright and driving"),
)
"""A row for each step of energy, a column for each step of audio valence. The steps follow the measured means of
`target.MEASURED`: most music measures lower in valence than people would say."""

_MORE_AND_LESS: dict[str, tuple[str, str]] = {
    "valence": ("brighter", "darker"),
    "energy": ("livelier", "gentler"),
    "tempo": ("faster", "slower"),
    "acousticness": ("more acoustic", "more electric"),
}
_AS_MUCH: dict[str, tuple[str, str]] = {
    "energy": ("matches your energy", "the energy you asked for"),
    "valence": ("as bright or dark as you feel", "as bright as you asked for"),
    "tempo": ("at your pace", "the tempo you asked for"),
}
"""What a feature that fits is called, for a mood and for what the user mapped."""

ALIKE = 0.05
"""A feature nearer than this to its target is called the same."""

ALIKE_STEP = 0.01
"""A track that rises less than this above the one before it takes no step."""

SPOT_ON = 0.05
CLOSE = 0.10
"""A track nearer to its target than the first has nothing to explain; within the second, what fits is worth saying."""

TO_TASTE = 0.5
"""A track that is liked this much is to the listener's taste: what one like gives its song and its artist."""


def sound_of(features: Features) -> str:
    """Return how something with these features sounds, "bright and lively"; "" when too little is known."""
    if features.valence is None or features.energy is None:
        return ""
    row = sum(features.energy >= step for step in _ENERGY_STEPS)
    column = sum(features.valence >= step for step in _VALENCE_STEPS)
    return _SOUNDS[row][column]


def reason_for(track: Track, target: Target, journey: Journey) -> str:
    """Return in one line why a track is where it is: how it sounds, and how that compares with its target."""
    facts = _facts(track)
    if not facts:
        return "nobody told me how it sounds, so let it surprise you"
    return ", ".join([*facts, _comparison(track.features, target.features, mapped=journey.mapped_by != "default")])


def with_taste(reason: str, liking: float) -> str:
    """Add to a reason that a track is liked, −1 … 1, where it is."""
    return f"{reason}, to your taste" if liking >= TO_TASTE else reason


def reasons_for(tracks: Sequence[Track], journey: Journey) -> list[str]:
    """Return for each track of a playlist why it is where it is; on a way, what it does there.

    Args:
        tracks: In playing order, at most as many as the journey has targets.
        journey: What they were chosen for.
    """
    if journey.goal is None or len(journey.targets) < 2:
        return [reason_for(track, goal, journey) for track, goal in zip(tracks, journey.targets, strict=False)]
    reasons = []
    for place, track in enumerate(tracks):
        facts = _facts(track)
        role = _role(tracks, place, journey)
        reasons.append(", ".join([*facts, role]) if facts else f"nobody told me how it sounds; {role}")
    return reasons


def _role(tracks: Sequence[Track], place: int, journey: Journey) -> str:
    """Say what a track does on the way: it meets the mood, steps on, rests, or arrives."""
    target, first, last = journey.targets[place].features, journey.targets[0].features, journey.targets[-1].features
    near = distance(tracks[place].features, target) < 2 * CLOSE
    if target == first:
        return "meets your mood" if near else "as near to your mood as your music comes"
    if target == last:
        return "at the goal" if near else "as near to the goal as your music comes"
    here, before = tracks[place].features, tracks[place - 1].features
    brighter, livelier = _rise(last.valence, first.valence), _rise(last.energy, first.energy)
    if journey.goal is not None and brighter * (journey.goal.valence - journey.origin.valence) < 0:
        brighter = 0.0  # calm music measures dark, but nobody is taken anywhere darker
    steps = [
        _MORE_AND_LESS[name][wanted < 0]
        for name, wanted in (("valence", brighter), ("energy", livelier))
        if abs(wanted) >= ALIKE
        and _rise(getattr(here, name), getattr(before, name)) * wanted > ALIKE_STEP * abs(wanted)
    ]
    return f"a step {' and '.join(steps)}" if steps else "keeps you company on the way"


def _rise(now: float | None, before: float | None) -> float:
    return 0.0 if now is None or before is None else now - before


def own_reason(track: Track, playlist: str) -> str:
    """Return why a track of a mapped playlist is there."""
    return ", ".join([f"from your {PurePath(playlist).name}", *_facts(track)])


def title_of(journey: Journey) -> str:
    """Return a title for people: "Happy · bright and lively"."""
    mood = journey.origin
    torn = torn_between(mood)
    if torn and "neutral" not in torn:
        who = f"Between {ADJECTIVE[torn[0]]} and {ADJECTIVE[torn[1]]}"
    elif mood.scores is None and (mood.valence, mood.arousal) != CIRCUMPLEX[mood.emotion]:
        who = describe(mood).capitalize()
    else:
        who = ADJECTIVE[mood.emotion].capitalize()
    if journey.contexts:
        if len(journey.contexts) > 1:
            return f"{who} · your own playlists"
        only = journey.contexts[0]
        return f"{who} · {PurePath(only).stem if kind_of(only) == 'file' else 'your own playlist'}"
    sound = sound_of(journey.targets[0].features) if journey.targets else ""
    if journey.goal is not None:
        end = sound_of(journey.targets[-1].features)
        return f"{who} · from {sound} to {end}" if sound != end else f"{who} · {sound}"
    if journey.mapped_by == "default":
        return f"{who} · {sound}" if sound else who
    return f"{who} · your way, {sound}" if sound else f"{who} · your way"


def doubts(journey: Journey) -> tuple[str, ...]:
    """Return what the user should know about the reading behind a playlist."""
    mood = journey.origin
    if mood.scores is None:
        return ()
    torn = torn_between(mood)
    if torn is None:
        return ()
    remedy = f"say which it is: mien correct {torn[0]}, or mien correct {torn[1]}"
    if mood.scores.as_dict()[torn[0]] < 2 / len(EMOTIONS):
        return (f"This face is hard to read; {remedy}.",)
    return (f"This face is torn between {torn[0]} and {torn[1]}: the music lies between the two. Or {remedy}.",)


def _facts(track: Track) -> list[str]:
    features = track.features
    facts = [sound_of(features)] if sound_of(features) else []
    if features.tempo_bpm is not None and features.tempo_bpm >= SLOWEST_BPM:
        facts.append(f"{features.tempo_bpm:.0f} bpm")
    if is_instrumental(track):
        facts.append("no singing")
    elif features.acousticness is not None and features.acousticness >= 0.7:
        facts.append("acoustic")
    return facts


def _comparison(sound: Features, goal: Features, *, mapped: bool) -> str:
    """Say how a sound compares with a goal: what fits, or else what differs with most weight."""
    known = _gaps_in_words(sound, goal, mapped=mapped)
    asked = "you asked for" if mapped else "your mood"
    weights = {name: weight for name, weight in zip(FEATURES, FIT, strict=True) if name in known}
    apart = sqrt(sum(weights[name] * gap * gap for name, gap in known.items()) / (sum(weights.values()) or 1))
    if apart < SPOT_ON:
        return "just what you asked for" if mapped else "right at your mood"
    fitting = [name for name in _AS_MUCH if abs(known.get(name, 1.0)) < ALIKE]
    if fitting and apart < CLOSE:
        return _AS_MUCH[fitting[0]][mapped]
    most = max(known, key=lambda name: weights[name] * known[name] ** 2)
    size = abs(known[most])
    degree = "a touch" if size < 0.15 else "a bit" if size < 0.3 else "clearly"
    return f"{degree} {_MORE_AND_LESS[most][known[most] < 0]} than {asked}"


def _gaps_in_words(sound: Features, goal: Features, *, mapped: bool) -> dict[str, float]:
    """Return the gaps that people can hear as such.

    Nobody's mood is acoustic, so that counts only where it was asked for; and a tempo in half or double time is felt as
    the same pulse, so that neither faster nor slower would be true.
    """
    known = dict(zip(FEATURES, gaps(sound, goal), strict=True))
    heard = {}
    for name in _MORE_AND_LESS:
        gap = known[name]
        if gap is None or getattr(sound, "tempo_bpm" if name == "tempo" else name) is None:
            continue
        if name == "tempo" and (sound.tempo_bpm or 0) < SLOWEST_BPM:
            continue
        if name == "acousticness" and not mapped:
            continue
        if name == "tempo" and sound.tempo_bpm and goal.tempo_bpm and abs(log2(sound.tempo_bpm / goal.tempo_bpm)) > 0.5:
            continue
        heard[name] = gap
    return heard
