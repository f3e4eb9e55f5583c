"""A connection to MPD behind one method; every failure becomes one of our errors, with what to do next.

Where MPD is, is said as for every client of it (MPD's doc/client.rst, read 2026-11-21): MPD_HOST (a host, a socket's
path, `password@host`) and MPD_PORT, else the usual sockets, else localhost:6600. The protocol is
spoken by python-mpd2 (LGPL, an extra of its own).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from errors import AuthRequired, ConfigError, Forbidden, ProviderError, Unavailable
from recommender.providers.foreign import one_line
from recommender.providers.masking import Secret, masked

NAME = "mpd"
PORT = 6600
TIMEOUT_S = 30.0
"""MPD's own advice for clients."""

PASSWORD, PERMISSION, UNKNOWN, NO_EXIST, EXIST = 3, 4, 5, 50, 56
"""Of MPD's src/protocol/Ack.hxx."""

LONGEST_WORDS = 200
"""Characters of MPD's own words in a message."""

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where MPD is.

    Args:
        host: A name, the path of a socket, or `@name` of an abstract one.
        port: Not used by sockets.
        password: For those that want one.
        timeout_s: The longest that it is waited for.
        chosen: Whether the user said so.
    """

    host: str
    port: int = PORT
    password: Secret | None = None
    timeout_s: float = field(default=TIMEOUT_S, repr=False)
    chosen: bool = field(default=True, repr=False)

    @property
    def is_socket(self) -> bool:
        """Whether files can be named that MPD's database does not have."""
        return self.host.startswith(("/", "@"))

    def __str__(self) -> str:
        return self.host if self.is_socket else f"{self.host}:{self.port}"


class NotDone(ProviderError):
    """MPD answered ACK.

    Args:
        code: One of Ack.hxx.
        message: What MPD said.
    """

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(NAME, message)


def address_in(environ: Mapping[str, str]) -> Address:
    """Return where MPD is to be looked for.

    Raises:
        ConfigError: MPD_PORT or MPD_TIMEOUT is no number.
    """
    port = _number(environ, "MPD_PORT", PORT, 1)
    timeout_s = _number(environ, "MPD_TIMEOUT", TIMEOUT_S, 0.001)
    said = environ.get("MPD_HOST", "")
    if not said:
        folders = [f"{environ['XDG_RUNTIME_DIR']}/mpd/socket"] if environ.get("XDG_RUNTIME_DIR") else []
        there = next((path for path in (*folders, "/run/mpd/socket") if os.path.exists(path)), None)  # noqa: PTH110
        return Address(there or "localhost", int(port), None, timeout_s, chosen="MPD_PORT" in environ)
    at = said.find("@", 1)
    password, host = (said[:at], said[at + 1 :]) if at > 0 else ("", said)
    return Address(host or "localhost", int(port), Secret(password) if password else None, timeout_s)


class Mpd:
    """Talks to one MPD; closes with its `with` block.

    Args:
        address: Where it is.

    Raises:
        ConfigError: python-mpd2 is not installed.
        AuthRequired: It wants a password, or another one.
        Unavailable: It cannot be reached, or is something else.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._library = library()
        self._client: Any = self._library.MPDClient()
        self._client.timeout = address.timeout_s
        with self._translated("connect"):
            self._client.connect(address.host, None if address.is_socket else address.port)
        if address.password is not None:
            try:
                self.ask("password", address.password.reveal())
            except ProviderError:
                self._client.disconnect()
                raise

    def __enter__(self) -> Mpd:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()

    @property
    def version(self) -> str:
        """Of the protocol, which goes with that of the daemon."""
        return str(self._client.mpd_version)

    def ask(self, command: str, *words: object) -> Any:
        """Send one command and return what python-mpd2 makes of the answer.

        Raises:
            NotDone: MPD says no.
            Forbidden: This user may not.
            AuthRequired: The password is wrong.
            Unavailable: The connection broke, or the answer is nonsense.
        """
        with self._translated(command):
            return getattr(self._client, command)(*map(_word, words))

    def ask_all(self, commands: Iterable[Command]) -> list[Any]:
        """Send commands as one list: MPD begins when it has all of them, and stops at the first that fails.

        Raises:
            ProviderError: As `ask`.
        """
        with self._translated("command list"):
            self._client.command_list_ok_begin()
            for command, *words in commands:
                getattr(self._client, command)(*map(_word, words))
            return list(self._client.command_list_end())

    def _translated(self, command: str) -> _Translated:
        return _Translated(self.address, self._library, command)


class _Translated:
    """Turn the exceptions of python-mpd2 and of sockets into ours."""

    def __init__(self, address: Address, library: Any, command: str) -> None:
        self._address, self._library, self._command = address, library, command

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, ProviderError):
            return
        if isinstance(error, self._library.CommandError):
            raise self._refusal(error) from error
        where = f"MPD at {self._address}"
        if isinstance(error, socket.timeout):
            reason = f"{where} did not answer within {self._address.timeout_s:g} s. See whether it runs; try again."
        elif isinstance(error, self._library.ProtocolError | UnicodeError | ValueError):
            said = _first_line(error).partition("<")[0].strip(" '")  # a web page is not repeated
            reason = f"what answers at {self._address} is no MPD ({said}). Set MPD_HOST and MPD_PORT."
        elif isinstance(error, OSError | self._library.MPDError):
            remedy = "Start it, or say where it is with MPD_HOST and MPD_PORT"
            reason = f"{where} cannot be reached ({_first_line(error)}). {remedy}."
        else:
            return
        raise Unavailable(NAME, reason) from error

    def _refusal(self, error: Any) -> ProviderError:
        code = error.errno.value if error.errno is not None else UNKNOWN
        said = shown(error.msg or str(error)).rstrip(".")
        if code == PASSWORD:
            return AuthRequired(NAME, f"MPD at {self._address} knows another password. Set MPD_HOST=password@host.")
        if code == PERMISSION:
            remedy = "Give a password that may: MPD_HOST=password@host"
            return Forbidden(NAME, f"MPD at {self._address} does not let you do {self._command} ({said}). {remedy}.")
        command = error.command or self._command
        return NotDone(code, f"MPD at {self._address} could not do {command}: {said}. Its log says more.")


def shown(said: str) -> str:
    """Return what MPD says as it may be shown: it repeats addresses, and those of your server prove who you are."""
    return masked(one_line(said))[:LONGEST_WORDS]


def library() -> Any:
    """Return python-mpd2.

    Raises:
        ConfigError: It is not installed.
    """
    try:
        return import_module("mpd")
    except ModuleNotFoundError as error:
        raise ConfigError("This needs python-mpd2: pip install 'mien[mpd]'.") from error


def _word(word: object) -> str:
    """Return a word of a command: a line break would end it and begin another."""
    return "".join(" " if ord(c) < 32 or c in "\x7f\x85\u2028\u2029" else c for c in str(word))


def _first_line(error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return said.strip().splitlines()[0].rstrip(".")[:120]


def _number(environ: Mapping[str, str], name: str, usual: float, least: float) -> float:
    text = environ.get(name, "")
    try:
        value = float(text) if text else usual
    except ValueError:
        value = 0
    if not least <= value < 65536:
        raise ConfigError(f"{name} is {text!r}; set it to a number such as {usual:g}, or unset it.")
    return value
