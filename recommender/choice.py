"""One hand-made choice: how music for an emotion should sound, which playlists to play, where to go, or "no change".

A choice is read from a table of the mapping file or from the words of a command line, and is checked in one place,
`problems_of`. Features carry the names that people write: `tempo` is in beats per minute, `mode` is "major" or "minor".
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from errors import ConfigError, MienError, lookup
from recommender.strategies import STRATEGIES, goal_named
from recommender.types import MODES, Features

RANGES: dict[str, tuple[float, float]] = {
    "valence": (0.0, 1.0),
    "energy": (0.0, 1.0),
    "tempo": (30.0, 260.0),
    "acousticness": (0.0, 1.0),
}
"""Feature → what it may be."""

WAYS = ("strategy", "goal")
"""Settings that say where a playlist goes from the emotion."""

SETTINGS = (*RANGES, "mode", "playlists", *WAYS, "default")
"""Everything that a table may hold."""

Trouble = tuple[str | None, str]
"""The setting that is wrong, None for the whole choice, and what is wrong with it and what would be right."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants for one emotion: features, or playlists, or a way, or none of them ("no change").

    Args:
        features: How the music should sound; None features do not count.
        playlists: Playlists of their own, as written.
        strategy: A name of `strategies.STRATEGIES`.
        goal: A destination as written: an emotion, or "0.6,0.2".
    """

    features: Features | None = None
    playlists: tuple[str, ...] = ()
    strategy: str | None = None
    goal: str | None = None

    def __post_init__(self) -> None:
        wishes = (self.features is not None, bool(self.playlists), self.strategy is not None, self.goal is not None)
        if sum(wishes) > 1:
            raise ValueError("a choice has features, playlists, a strategy or a goal, not several")

    @property
    def is_default(self) -> bool:
        return self == Choice()

    def __str__(self) -> str:
        """Say it in one line: "valence 0.7, tempo 110, major"."""
        if self.is_default:
            return "no change"
        if self.strategy or self.goal:
            return f"strategy {self.strategy}" if self.strategy else f"goal {self.goal}"
        sound = [f"{name} {value:g}" for name, value in self.numbers().items()]
        return ", ".join([*self.playlists, *sound, *([self.mode_name] if self.mode_name else [])])

    def numbers(self) -> dict[str, float]:
        """Return the features that are numbers under the names that people write."""
        f = self.features or Features()
        named = {"valence": f.valence, "energy": f.energy, "tempo": f.tempo_bpm, "acousticness": f.acousticness}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def mode_name(self) -> str | None:
        """Return "major" or "minor", or None when the mode does not count."""
        mode = self.features.mode if self.features else None
        return next((name for name, number in MODES.items() if number == mode), None)


def choice_of(words: Sequence[str], folder: Path | None = None) -> Choice:
    """Return the choice of a command line: `valence=0.7 mode=major`, playlists, `strategy=calm`, or `default`.

    Args:
        words: What the user wrote.
        folder: Where the user is: relative paths of files count from there and become absolute; None leaves them.

    Raises:
        ConfigError: The words mix features and playlists, or one of them makes no sense.
        UnknownName: There is no such feature.
    """
    if list(words) == ["default"]:
        return Choice()
    pairs = [pair for word in words if (pair := re.fullmatch(r"\s*(\w+)\s*=\s*(.*?)\s*", word))]
    if not words or 0 < len(pairs) < len(words):
        raise ConfigError(
            "Give features (valence=0.7 mode=major), or playlists, or strategy=NAME, or the word default: one of them."
        )
    table: dict[str, object] = {}
    if not pairs:
        table["playlists"] = [_from_folder(word, folder) for word in words]
    for pair in pairs:
        name = pair[1].lower()
        lookup(dict.fromkeys([*RANGES, "mode", *WAYS]), name, "feature")
        table[name] = _number(pair[2]) if name in RANGES else pair[2]
    choice, troubles = choice_in(table)
    if troubles:
        raise ConfigError(f"{troubles[0][1]}.")
    return choice


def choice_in(table: Mapping[str, object]) -> tuple[Choice, list[Trouble]]:
    """Return the choice that a table of the mapping file says, and everything that is wrong with the table."""
    troubles: list[Trouble] = []
    numbers: dict[str, float | None] = {}
    mode: int | None = None
    playlists: tuple[str, ...] = ()
    ways: dict[str, str | None] = {}
    for key, value in table.items():
        if key in RANGES:
            if isinstance(value, bool) or not isinstance(value, int | float):
                troubles.append((key, f"{key} is {_shown(value)}; {_range(key)}"))
            else:
                numbers[key] = _float(value)
        elif key == "mode":
            mode = MODES.get(value.strip().lower()) if isinstance(value, str) else None
            if mode is None:
                troubles.append((key, f'mode is {_shown(value)}; write "major" or "minor"'))
        elif key == "playlists":
            many = [value] if isinstance(value, str) else value
            if isinstance(many, list) and many and all(isinstance(one, str) for one in many):
                playlists = tuple(many)
            else:
                troubles.append((key, 'playlists is a list of texts, such as ["spotify:playlist:…", "~/sunny.m3u8"]'))
        elif key in WAYS:
            ways[key] = value if isinstance(value, str) else None
            if trouble := _wrong_way(key, value):
                troubles.append((key, trouble))
        elif key == "default":
            if value is not True:
                troubles.append((key, f"default is {_shown(value)}; write default = true or remove the line"))
        else:
            troubles.append((key, f"there is no setting {key!r};{nearest(key, SETTINGS)}"))
    sounds = any(key in RANGES or key == "mode" for key in table)
    if sounds + sum(name in table for name in ("playlists", *WAYS, "default")) > 1:
        return Choice(), [*troubles, (None, "mixes features, playlists, strategy, goal and default; keep one of them")]
    if not table:
        troubles.append((None, "is empty; add features, playlists or a strategy, or write default = true"))
    features = None
    if numbers or mode is not None:
        tempo = numbers.pop("tempo", None)
        features = Features(numbers.get("valence"), numbers.get("energy"), tempo, numbers.get("acousticness"), mode)
    choice = Choice(features, playlists, ways.get("strategy"), ways.get("goal"))
    return choice, troubles + problems_of(choice)


def problems_of(choice: Choice) -> list[Trouble]:
    """Return what is wrong with the values of a choice."""
    troubles: list[Trouble] = []
    for name, value in choice.numbers().items():
        low, high = RANGES[name]
        if not low <= value <= high:  # also true of nan
            troubles.append((name, f"{name} is {value:g}; {_range(name)}"))
    if choice.features is not None and not choice.numbers() and choice.mode_name is None:
        troubles.append((None, f"gives no feature; set one of {', '.join(RANGES)} and mode"))
    for playlist in choice.playlists:
        if re.match(r"spotify:(track|album|artist|episode|show):", playlist):
            kind = playlist.split(":")[1]
            troubles.append(("playlists", f"{playlist!r} is a Spotify {kind}; a playlist is spotify:playlist:ID"))
        elif not kind_of(playlist):
            remedy = "give spotify:playlist:ID, an http(s) address, or an .m3u8, .xspf or .jspf file"
            troubles.append(("playlists", f"{playlist!r} is not a playlist; {remedy}"))
    return troubles


def kind_of(playlist: str) -> str:
    """Return what a mapped playlist is: "uri", "url", "file", or "" when it is none of them."""
    if re.search(r"[\0-\x1f\x7f\ud800-\udfff]", playlist):
        return ""
    if playlist.lower().startswith("spotify:"):
        return "uri" if re.fullmatch(r"spotify:(user:[^:\s]+:)?playlist:[0-9A-Za-z]+", playlist) else ""
    if re.match(r"https?:", playlist, re.IGNORECASE):
        try:
            return "url" if urlsplit(playlist).hostname and " " not in playlist else ""
        except ValueError:
            return ""
    return "file" if re.search(r"\.(m3u8?|xspf|jspf)$", playlist, re.IGNORECASE) else ""


def as_toml(choice: Choice) -> dict[str, str]:
    """Return the settings of a choice and their values as TOML writes them."""
    if choice.is_default:
        return {"default": "true"}
    if choice.playlists:
        return {"playlists": "[" + ", ".join(_quoted(one) for one in choice.playlists) + "]"}
    if choice.strategy is not None or choice.goal is not None:
        name, way = ("strategy", choice.strategy) if choice.strategy is not None else ("goal", choice.goal)
        return {name: _quoted(way or "")}
    settings = {name: repr(value).removesuffix(".0") for name, value in choice.numbers().items()}
    if choice.mode_name:
        settings["mode"] = _quoted(choice.mode_name)
    return settings


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return " did you mean …? choose from …" for a name that is not among the choices."""
    many = tuple(choices)
    close = difflib.get_close_matches(name.lower(), many, n=1)
    return (f" did you mean {close[0]!r}?" if close else "") + f" choose from {', '.join(many)}"


def _from_folder(playlist: str, folder: Path | None) -> str:
    is_path = kind_of(playlist) == "file" and not playlist.startswith("~") and "://" not in playlist
    return str(folder.absolute() / playlist) if folder is not None and is_path else playlist


def _wrong_way(key: str, value: object) -> str | None:
    """Return what is wrong with a strategy or a goal."""
    if key == "strategy":
        if isinstance(value, str) and value.strip().lower() in STRATEGIES:
            return None
        return f"strategy is {_shown(value)};{nearest(str(value), STRATEGIES)}"
    try:
        goal_named(value if isinstance(value, str) else "")
    except MienError:
        return f'goal is {_shown(value)}; write an emotion, or valence and arousal as "0.6,0.2"'
    return None


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:  # TOML integers have no end
        return math.inf


def _range(name: str) -> str:
    low, high = RANGES[name]
    return f"give a number from {low:g} to {high:g}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string without control characters is a TOML basic string
