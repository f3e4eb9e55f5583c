"""Which services mien is let in to: told, and forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from errors import ConfigError
from recommender.memory.keepers import Keeper
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in

SERVICES = {"spotify": "Spotify", "subsonic": "your own server"}
"""Those that a login is kept for → as people call them."""

ABILITIES, BLOCKED = "spotify-abilities.json", "spotify-blocked.json"
"""What Spotify lets the app do; until when it wants no requests. A block stays when only the login goes."""


def forget(place: Place, names: Sequence[str] = tuple(SERVICES)) -> list[str]:
    """Forget logins and return those that there were.

    An access cannot be given back at Spotify by an app: the user does that at spotify.com/account/apps.

    Args:
        place: Where they are kept.
        names: Keys of `SERVICES`.

    Raises:
        ConfigError: One cannot be removed.
    """
    secrets = secrets_in(place.data_dir, place.environ)
    if "spotify" in names:
        _remove(place, ABILITIES)
    return [name for name in names if secrets.delete(name)]


def keeper(place: Place) -> Keeper:
    """Return what `mien erase` has to know of logins."""

    def what() -> list[str]:
        secrets = secrets_in(place.data_dir, place.environ)
        found = [f"a login for {SERVICES[name]}, in {secrets.where(name)}" for name in SERVICES if secrets.has(name)]
        return found + [f"{place.data_dir / file}" for file in (ABILITIES, BLOCKED) if (place.data_dir / file).exists()]

    def erase() -> None:
        forget(place)
        _remove(place, BLOCKED)

    return Keeper("logins", what, erase)


def _remove(place: Place, name: str) -> None:
    path = place.data_dir / name
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be removed: {error.strerror}. Make {place.data_dir} writable.") from error
