"""What the user maps by hand, kept in `mapping.toml`, a commented file that people edit themselves or with `mien map`.

Reading is strict: a mapped emotion always wins over the default, so an entry that cannot be understood is an error and
is never ignored. Writing changes the table of one emotion and nothing else; comments stay.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from atomic import alone_in, write_atomically
from emotion.types import EMOTIONS
from errors import ConfigError, lookup
from recommender.choice import Choice, as_toml, choice_in, kind_of, nearest, problems_of
from recommender.toml_table import statements, with_table, without_table

FILE_NAME = "mapping.toml"

FRESH_FILE = """\
# What mien plays for each emotion when you want it your way.
#
# An emotion that stands here always wins over mien's own idea; one that does not is left to mien. Write a table with
# one of these names: angry, disgust, fear, happy, sad, surprise, neutral. In it, one of four things:
#
# 1. How the music should sound. Features that you leave out do not count.
#
#    [sad]
#    valence = 0.7        # dark 0 … bright 1
#    energy = 0.6         # quiet 0 … driving 1
#    tempo = 110          # beats per minute, 30 … 260
#    acousticness = 0.5   # electric 0 … acoustic 1
#    mode = "major"       # or "minor"
#
# 2. Playlists of your own: a Spotify URI, a web address, or a file (.m3u8, .xspf, .jspf; relative to this one, or ~).
#
#    [happy]
#    playlists = ["spotify:playlist:37i9dQZF1DXdPec7aLTmlC", "~/Music/sunny.m3u8"]
#
# 3. Where the playlist goes from this emotion: a strategy (match stays, lift brightens; calm, energise, auto), or a
# goal (an emotion, or valence and arousal).
#
#    [angry]
#    strategy = "calm"    # or: goal = "happy", goal = "0.6,0.2"
#
# 4. No change: mien's own idea, said out loud.
#
#    [neutral]
#    default = true
#
# `mien map check` looks this file over.
"""


@dataclass(frozen=True, slots=True)
class HandMapping:
    """The user's mapping as it was read.

    Args:
        path: The file, whether it exists or not.
        choices: Emotion → what the user wants; emotions that are not in the file are left out.
    """

    path: Path
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def choice(self, emotion: str) -> Choice | None:
        """Return what is mapped for an emotion, or None when the default holds."""
        choice = self.choices.get(emotion)
        return None if choice is None or choice.is_default else choice

    def playlists(self, emotion: str) -> tuple[str, ...]:
        """Return the playlists mapped for an emotion: URIs and URLs as written, files as absolute paths."""
        choice = self.choice(emotion)
        many = choice.playlists if choice else ()
        return tuple(str(file_path(p, self.path.parent)) if kind_of(p) == "file" else p for p in many)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a mapping file, with its line where that is known."""

    text: str
    line: int | None = None

    def __str__(self) -> str:
        return self.text if self.line is None else f"line {self.line}: {self.text}"


def path_in(config_dir: Path) -> Path:
    """Return where the mapping of this config directory is, whether it exists or not."""
    return config_dir / FILE_NAME


def load(config_dir: Path) -> HandMapping:
    """Read the mapping; a file that is not there maps nothing. Nothing is created.

    Raises:
        ConfigError: The file is unreadable, is not TOML, or says something that mien does not understand; names the
            file, the line and the remedy.
    """
    path = path_in(config_dir)
    choices, problems = _understood(path, _read(path))
    if problems:
        more = f" ({len(problems) - 1} more: run `mien map check`)" if len(problems) > 1 else ""
        raise ConfigError(f"{path}, {problems[0]}.{more}")
    return HandMapping(path, choices)


def check(config_dir: Path) -> list[Problem]:
    """Return everything that is wrong with the mapping, missing playlist files included; empty when all is well."""
    path = path_in(config_dir)
    try:
        text = _read(path)
        choices, problems = _understood(path, text)
    except _BrokenFile as broken:
        return [broken.problem]
    for emotion, choice in choices.items():
        for playlist in choice.playlists:
            file = file_path(playlist, path.parent)
            if kind_of(playlist) == "file" and not os.path.isfile(file):  # noqa: PTH113  # unlike Path.is_file, never raises
                line = _line_of(text, emotion, "playlists", playlist)
                problems.append(Problem(f"[{emotion}] there is no file {file}; correct the path or remove it", line))
    return sorted(problems, key=lambda problem: problem.line or 0)


def create(config_dir: Path) -> Path:
    """Return the path of the mapping, after writing a fresh file that explains itself if there is none.

    Raises:
        ConfigError: The folder cannot be created or written.
    """
    path = path_in(config_dir)
    if not os.path.exists(path):  # noqa: PTH110  # unlike Path.exists, False where the path may not be looked at
        try:
            config_dir.mkdir(parents=True, exist_ok=True)
        except OSError as trouble:
            reason = trouble.strerror or trouble
            raise ConfigError(
                f"{config_dir} cannot be created: {reason}. Make the folder above it writable, or set MIEN_CONFIG_DIR."
            ) from trouble
        with alone_in(config_dir):
            if not os.path.exists(path):  # noqa: PTH110
                write_atomically(path, FRESH_FILE)
    return path


def set_choice(config_dir: Path, emotion: str, choice: Choice) -> Path:
    """Map an emotion: write its table, keep the rest of the file, and return the file's path.

    Raises:
        UnknownName: There is no such emotion.
        ConfigError: The choice makes no sense, or the file cannot be read, understood or written.
    """
    name = _emotion(emotion)
    for _, reason in problems_of(choice):
        raise ConfigError(f"{name}: {reason}.")
    path = create(config_dir)
    with alone_in(Path(os.path.realpath(path)).parent):
        _rewrite(path, name, lambda text: with_table(text, name, as_toml(choice)), choice)
    return path


def unset(config_dir: Path, emotion: str) -> bool:
    """Give an emotion back to mien; return whether it stood in the file.

    Raises:
        UnknownName: There is no such emotion.
        ConfigError: The file cannot be read, understood or written.
    """
    name = _emotion(emotion)
    path = path_in(config_dir)
    with alone_in(Path(os.path.realpath(path)).parent):
        if name not in _toml(path, _read(path)):
            return False
        _rewrite(path, name, lambda text: without_table(text, name), None)
    return True


def file_path(playlist: str, folder: Path) -> Path:
    """Return the absolute path of a mapped playlist file; relative ones count from the folder of the mapping."""
    if playlist.lower().startswith("file://"):
        playlist = unquote(urlsplit(playlist).path)
    try:
        return folder.absolute() / Path(playlist).expanduser()
    except RuntimeError:  # no home directory is known for "~name"
        return folder.absolute() / playlist


class _BrokenFile(ConfigError):
    """The file is no TOML at all."""

    def __init__(self, path: Path, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{path}, {problem}.")


def _emotion(name: str) -> str:
    lookup(dict.fromkeys(EMOTIONS), name.strip().lower(), "emotion")
    return name.strip().lower()


def _read(path: Path) -> str:
    """Return the text as it is, without a byte order mark; "" when there is no file."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as trouble:
        line = trouble.object[: trouble.start].count(b"\n") + 1
        raise _BrokenFile(path, Problem("this is not UTF-8 text; save the file as UTF-8", line)) from trouble
    except OSError as trouble:
        raise ConfigError(
            f"{path} cannot be read: {trouble.strerror or trouble}. Make it readable, or set MIEN_CONFIG_DIR."
        ) from trouble


def _toml(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as trouble:
        said = str(trouble)
        place = re.search(r" \(at line (\d+), column \d+\)| \(at end of document\)", said)
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        reason = said[: place.start()] if place else said
        remedy = 'values look like 0.7, "major" or ["sunny.m3u8"]; correct the line or put # before it'
        raise _BrokenFile(path, Problem(f"this is not TOML ({reason}); {remedy}", line)) from trouble


def _understood(path: Path, text: str) -> tuple[dict[str, Choice], list[Problem]]:
    choices: dict[str, Choice] = {}
    problems: list[Problem] = []
    for emotion, table in _toml(path, text).items():
        if emotion not in EMOTIONS:
            line = _line_of(text, emotion)
            problems.append(Problem(f"there is no emotion {emotion!r};{nearest(emotion, EMOTIONS)}", line))
        elif not isinstance(table, dict):
            line = _line_of(text, emotion)
            problems.append(Problem(f"{emotion} is not a table; write [{emotion}] on a line of its own", line))
        else:
            choices[emotion], troubles = choice_in(table)
            problems += [Problem(f"[{emotion}] {why}", _line_of(text, emotion, key)) for key, why in troubles]
    return choices, problems


def _line_of(text: str, table: str, key: str | None = None, within: str = "") -> int | None:
    """Return the line of a key, or of its table's header, or of `within` in the key's value where that can be seen."""
    text = text.replace("\r\n", "\n")
    found = [s for s in statements(text) if s.table == table or (s.table == "" and (s.key or "").startswith(table))]
    statement = next((s for s in found if key is not None and s.key == key), found[0] if found else None)
    if statement is None:
        return None
    at = text.find(within, statement.start, statement.code_end) if within else -1
    return statement.line + (text.count("\n", statement.start, at) if at >= 0 else 0)


def _rewrite(path: Path, emotion: str, edit: Callable[[str], str], expected: Choice | None) -> None:
    """Edit the table of one emotion, and write only if the file then says what was wanted and else what it said."""
    before = _read(path)
    wanted = {name: table for name, table in _toml(path, before).items() if name != emotion}
    after = edit(before.replace("\r\n", "\n"))
    try:
        said = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        said = {}
    table = said.pop(emotion, None)
    understood = table is None if expected is None else isinstance(table, dict) and choice_in(table) == (expected, [])
    if said != wanted or not understood:
        raise ConfigError(
            f"{path} says {emotion} in a way that only you can change, such as {emotion} = {{ … }}: "
            f"write it as a table with [{emotion}] on a line of its own, or edit the file by hand."
        )
    write_atomically(path, after.replace("\n", "\r\n") if "\r\n" in before else after)
