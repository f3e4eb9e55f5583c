"""Tokens and passwords: kept where only their owner may read them.

A document a service, as `DATA_DIR/secrets/NAME.json` (folder 0700, file 0600 from its first byte), or in the keyring of
the system when the `keyring` package is installed and has a real one. What the document holds is shown as `***`; see
`masking`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from atomic import write_atomically
from errors import ConfigError
from recommender.providers.masking import MASK, Secret

SERVICE = "mien"


class Kept(dict[str, Any]):
    """A document of secrets: a dict whose repr shows its keys only."""

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{key!r}: {MASK}' for key in self)}}}"

    __str__ = __repr__

    def secret(self, key: str) -> Secret | None:
        """Return one value wrapped, or None where there is no such text."""
        value = self.get(key)
        return Secret(value) if isinstance(value, str) and value else None


class Vault(Protocol):
    """What mien uses of the `keyring` package."""

    def get_password(self, service: str, name: str, /) -> str | None: ...
    def set_password(self, service: str, name: str, text: str, /) -> None: ...
    def delete_password(self, service: str, name: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where the secrets of one user are.

    Args:
        folder: Of the files, `DATA_DIR/secrets`; made when something is first kept.
        vault: A keyring that is used instead, as long as it works.
    """

    folder: Path
    vault: Vault | None = field(default=None, repr=False)

    def path(self, name: str) -> Path:
        """Return the file of a service's document, which need not exist."""
        return self.folder / f"{name}.json"

    def has(self, name: str) -> bool:
        """Say whether something is kept for a service, readable or not."""
        return self._in_vault(name) is not None or os.path.lexists(self.path(name))

    def where(self, name: str) -> str:
        """Say for people where a document is kept."""
        return "the keyring of this system" if self._in_vault(name) is not None else str(self.path(name))

    def load(self, name: str) -> Kept | None:
        """Return what is kept for a service; None when there is nothing.

        Raises:
            ConfigError: It cannot be read, or is no JSON object.
        """
        path, text = self.path(name), self._in_vault(name)
        try:
            if text is None:
                if os.name == "posix" and path.stat().st_mode & 0o077:  # somebody copied it: its owner's alone again
                    path.chmod(0o600)
                text = path.read_text(encoding="utf-8")
            kept = json.loads(text)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be read: {error.strerror}. Make it readable, or set MIEN_DATA_DIR."
            ) from error
        except ValueError:
            kept = None
        if not isinstance(kept, dict):
            # without its cause, whose text would hold the document
            raise ConfigError(f"{path} is damaged. Log in again: mien login {name}.") from None
        return Kept(kept)

    def store(self, name: str, document: Mapping[str, Any]) -> None:
        """Keep a document of JSON values and `Secret`s, instead of the one before.

        Raises:
            ConfigError: It cannot be written.
        """
        text = json.dumps(dict(document), ensure_ascii=False, default=_revealed)
        if self._into_vault(name, text):
            self._unlink(name)  # one place only, so that an old token never comes back
            return
        self._make_folder()
        write_atomically(self.path(name), text + "\n", private=True)
        self._out_of_vault(name)

    def delete(self, name: str) -> bool:
        """Forget a document and return whether there was one.

        Raises:
            ConfigError: The file cannot be removed.
        """
        kept = self._in_vault(name) is not None
        if kept:
            self._out_of_vault(name)
        return self._unlink(name) or kept

    @contextlib.contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Keep other miens from changing a document meanwhile, where the system can lock a file.

        Raises:
            ConfigError: The folder cannot be made or written.
        """
        try:
            import fcntl
        except ModuleNotFoundError:  # Windows: two processes that refresh at once are then one too many, and say so
            yield
            return
        self._make_folder()
        path = self.folder / f".{name}.lock"
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigError(f"{path} cannot be made: {error.strerror}. Make {self.folder} writable.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _make_folder(self) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if os.name == "posix" and self.folder.stat().st_mode & 0o077:
                self.folder.chmod(0o700)
        except OSError as error:
            raise ConfigError(f"{self.folder} cannot be made: {error.strerror}. Set MIEN_DATA_DIR.") from error

    def _unlink(self, name: str) -> bool:
        path = self.path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ConfigError(f"{path} cannot be removed: {error.strerror}. Make {self.folder} writable.") from error
        return True

    # Keyrings fail in ways of their own (locked, no bus, too long a text): then the file serves. Their exceptions
    # derive from nothing in common with the standard library, hence the wide nets.

    def _in_vault(self, name: str) -> str | None:
        if self.vault is not None:
            with contextlib.suppress(Exception):
                return self.vault.get_password(SERVICE, str(self.path(name)))
        return None

    def _into_vault(self, name: str, text: str) -> bool:
        if self.vault is not None:
            with contextlib.suppress(Exception):
                self.vault.set_password(SERVICE, str(self.path(name)), text)
                return True
        return False

    def _out_of_vault(self, name: str) -> None:
        if self.vault is not None:
            with contextlib.suppress(Exception):
                self.vault.delete_password(SERVICE, str(self.path(name)))


def secrets_in(data_dir: Path, settings: Mapping[str, str]) -> Secrets:
    """Return the secrets of a data directory, in a keyring where there is one.

    Args:
        data_dir: Of this user.
        settings: The variables of the run; `MIEN_KEYRING=0` keeps to files.
    """
    return Secrets(data_dir / "secrets", None if settings.get("MIEN_KEYRING") == "0" else _system_keyring())


def _system_keyring() -> Vault | None:
    """Return the keyring of the system when the package is installed and has one that is worth it.

    A backend without a real keyring behind it has a priority below 1 (keyring 25.7, `keyring.backend`, read 2026-11).
    """
    try:
        backend = importlib.import_module("keyring").get_keyring()
        return backend if float(backend.priority) >= 1 else None
    except ImportError:
        return None
    except Exception:  # a backend that does not even load
        return None


def _revealed(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} is not kept as JSON")
