"""Whether the user wants a diary: a small file in the data directory, so that asking costs no database.

No file, or one that cannot be understood, means no. Consent belongs to a listener, as the readings do.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from atomic import write_atomically
from errors import ConfigError

FILE = "diary-consent.json"


def since(data_dir: Path, listener: str) -> datetime | None:
    """Return since when the diary is on, or None while it is off."""
    try:
        return datetime.fromisoformat(_read(data_dir)[listener]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return None


def give(data_dir: Path, listener: str, now: datetime) -> bool:
    """Turn the diary on and return whether it was off.

    Raises:
        ConfigError: The data directory cannot be written.
    """
    if since(data_dir, listener) is not None:
        return False
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{data_dir} cannot be made: {error.strerror}. Set MIEN_DATA_DIR.") from error
    _write(data_dir, _read(data_dir) | {listener: now.astimezone(UTC).isoformat(timespec="seconds")})
    return True


def withdraw(data_dir: Path, listener: str) -> bool:
    """Turn the diary off and return whether it was on.

    Raises:
        ConfigError: The data directory cannot be written, so it is still on.
    """
    given = _read(data_dir)
    if listener not in given:
        return False
    was_on = since(data_dir, listener) is not None
    del given[listener]
    if given:
        _write(data_dir, given)
        return was_on
    try:
        (data_dir / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{data_dir / FILE} cannot be removed: {error.strerror}. The diary is still on; make {data_dir} writable."
        ) from error
    return was_on


def _read(data_dir: Path) -> dict[str, str]:
    try:
        found = json.loads((data_dir / FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(who): when for who, when in found.items() if isinstance(when, str)} if isinstance(found, dict) else {}


def _write(data_dir: Path, given: dict[str, str]) -> None:
    write_atomically(data_dir / FILE, json.dumps(given, ensure_ascii=False) + "\n")
