"""How tracks sound, asked from ReccoBeats, a service without keys: only where the user allows it, as it learns which.

GET https://api.reccobeats.com/v1/audio-features?ids=… takes up to 40 Spotify ids and answers {"content": [{"href":
"https://open.spotify.com/track/…", "valence": …}]}, without those that it does not know; too many requests are answered
with 429 and Retry-After (reccobeats.com/docs/documentation/request-and-response and …/rate-limiting, read 2026-11-21).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from errors import ConfigError, RateLimited, Unavailable
from recommender.providers.place import Place
from recommender.providers.waiting import retry_after_s
from recommender.types import Features, Track

NAME = "reccobeats"
ADDRESS = "https://api.reccobeats.com"
AT_ONCE = 40
WAIT_AT_MOST_S = 20.0
TIMEOUT_S = 15.0
RANGES: dict[str, tuple[str, float, float]] = {
    "valence": ("valence", 0, 1),
    "energy": ("energy", 0, 1),
    "tempo": ("tempo_bpm", 20, 400),
    "acousticness": ("acousticness", 0, 1),
    "mode": ("mode", 0, 1),
    "instrumentalness": ("instrumentalness", 0, 1),
    "key": ("key", 0, 11),
    "danceability": ("danceability", 0, 1),
    "loudness": ("loudness_db", -80, 10),
}
"""Its name for a feature → ours, and what makes sense."""


def features_of(place: Place, tracks: Sequence[Track]) -> dict[str, Features]:
    """Return Spotify URI → features, of the tracks that ReccoBeats knows.

    Args:
        place: Its environment may name another address (MIEN_RECCOBEATS_API).
        tracks: Those without a Spotify URI are not asked about.

    Raises:
        Unavailable: It cannot be reached or answers with nonsense.
        RateLimited: It asks to wait for long.
        ConfigError: The other address is none.
    """
    address = place.environ.get("MIEN_RECCOBEATS_API") or ADDRESS
    loopback = re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)", address)
    if not address.startswith("https://") and not loopback:
        raise ConfigError("MIEN_RECCOBEATS_API must be an https address. Unset it for ReccoBeats itself.")
    uris = [track.identifiers["spotify"] for track in tracks if "spotify" in track.identifiers]
    ids = [uri.rpartition(":")[2] for uri in uris]
    found: dict[str, Features] = {}
    with httpx.Client(timeout=TIMEOUT_S, trust_env=loopback is None) as client:
        for start in range(0, len(ids), AT_ONCE):
            params = {"ids": ",".join(ids[start : start + AT_ONCE])}
            found |= dict(_features(_ask(place, client, f"{address.rstrip('/')}/v1/audio-features", params)))
    return {uri: found[uri] for uri in uris if uri in found}


def _ask(place: Place, client: httpx.Client, url: str, params: Mapping[str, str]) -> Any:
    waited_s = 0.0
    while True:
        try:
            answer = client.get(url, params=params)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(NAME, "cannot be reached. Try again later, or leave --features out.") from error
        if answer.status_code != 429:
            break
        said_s = retry_after_s(answer.headers)
        wait_s = 5.0 if said_s is None else max(1.0, said_s)
        if waited_s + wait_s > WAIT_AT_MOST_S:
            raise RateLimited(NAME, wait_s)
        place.sleep(wait_s)
        waited_s += wait_s
    if answer.status_code == 200:
        try:
            return answer.json()
        except (ValueError, RecursionError):
            pass
    raise Unavailable(
        NAME, f"answers with nonsense (status {answer.status_code}). Try again later, or leave --features out."
    )


def _features(answer: Any) -> Iterator[tuple[str, Features]]:
    content = answer.get("content") if isinstance(answer, dict) else None
    if not isinstance(content, list):
        raise Unavailable(NAME, "answers with nonsense. Try again later, or leave --features out.")
    for each in content:
        href = re.fullmatch(r"https://open\.spotify\.com/track/([0-9A-Za-z]{22})", str(_of(each, "href")))
        if href is not None:
            values: dict[str, Any] = {}
            for name, (ours, low, high) in RANGES.items():
                value = _of(each, name)
                if isinstance(value, int | float) and math.isfinite(value) and low <= value <= high:
                    values[ours] = int(value) if ours in ("mode", "key") else float(value)
            yield f"spotify:track:{href[1]}", Features(**values)


def _of(plain: Any, name: str) -> Any:
    return plain.get(name) if isinstance(plain, dict) else None
