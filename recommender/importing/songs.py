"""The song keys of whole columns: `identity.song_key`, many at once.

Guests and versions are taken off the few titles and artists that may have them. Of what is left most is ASCII, and that
is a few replacements over the joined bytes of its column; all others are made plain one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from recommender.identity import MARKED, bare_artist, bare_title, plain, song_key

_LETTERS = bytes(
    ord(chr(code).lower()) if code == 10 or (code < 128 and chr(code).isalnum()) else 32 for code in range(256)
)
"""ASCII letters in lower case, digits and line breaks as they are, a blank for all else."""


def song_keys(titles: Sequence[str], artists: Sequence[str]) -> list[str]:
    """Return the song key of each pair.

    Args:
        titles: Texts without line breaks.
        artists: Main artists, without line breaks.
    """
    if not titles:
        return []
    names = _plain(artists, bare_artist, "the ")
    keys = [f"{title}|{name}" for title, name in zip(_plain(titles, bare_title, ""), names, strict=True)]
    for place, key in enumerate(keys):
        if key[0] == "|" or key[-1] == "|":  # nothing is left of one of them
            keys[place] = song_key(titles[place], artists[place])
    return keys


def keys_of(names: Sequence[str]) -> NDArray[np.int64]:
    """Return `schema.key_of` of each name."""
    digests = b"".join([blake2b(name.encode(), digest_size=8).digest() for name in names])
    return np.frombuffer(digests, dtype=">i8").astype(np.int64)


def _plain(texts: Sequence[str], bare: Callable[[str], str], article: str) -> list[str]:
    """Return what `identity.plain` makes of each text without its guests and versions, and without its article."""
    joined = "\n".join(texts)
    places = _lines(joined, [found.end() - 1 for found in MARKED.finditer(joined)])
    if places:
        changed = list(texts)
        for place in places:
            changed[place] = bare(texts[place])
        texts, joined = changed, "\n".join(changed)
    raw = joined.encode("utf-8", "replace").replace(b"&", b" and ").translate(_LETTERS, b"'")
    while b"  " in raw:
        raw = raw.replace(b"  ", b" ")
    raw = b"\n" + raw.replace(b" \n", b"\n").replace(b"\n ", b"\n").strip(b" ")
    if article:
        raw = raw.replace(f"\n{article}".encode(), b"\n")
    lines = raw[1:].decode().split("\n")
    if not joined.isascii():
        for place, text in enumerate(texts):
            if not text.isascii():
                lines[place] = plain(text).removeprefix(article)
    return lines


def _lines(joined: str, places: Sequence[int]) -> list[int]:
    """Return which lines of a text hold characters at some places, each once."""
    if not places:
        return []
    breaks = np.flatnonzero(np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32) == 10)
    return sorted(set(np.searchsorted(breaks, places).tolist()))
