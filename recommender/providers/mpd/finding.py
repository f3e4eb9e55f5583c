"""Where a planned track is for MPD: in its database by path or by tags, on this machine, or at an address.

MPD names songs by their path below its music folder, and does not tell a client elsewhere which folder that is. A file
that mien scanned is therefore looked for by the end of its path, longest first; what was cut off once is cut off next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath

from recommender.constraints import Constraints
from recommender.identity import bare_title
from recommender.matching.match import match
from recommender.providers.mpd.client import Mpd
from recommender.providers.mpd.translate import candidate_of, quoted, track_of
from recommender.providers.place import Place
from recommender.resolving.filling import Filled, fill
from recommender.types import Playlist, Track

LOOKED_AT = 100
"""Songs of one search."""


def filled(place: Place, mpd: Mpd, playlist: Playlist, rules: Constraints) -> Filled:
    """Find the tracks of a playlist, and what stands in for those that MPD does not have: files that mien scanned.

    Raises:
        ProviderError: MPD cannot be asked.
        CatalogueError: The user's catalogue cannot be read.
    """
    finder = _Finder(mpd)

    def find(tracks: Sequence[Track]) -> list[str | None]:
        return [finder.uri(track) for track in tracks]

    def is_there(track: Track) -> bool:
        return not {"mpd", "file"}.isdisjoint(track.identifiers)

    return fill(playlist, find, place.library.music()[0], is_there, rules)


class _Finder:
    def __init__(self, mpd: Mpd) -> None:
        self._mpd = mpd
        self._cut: int | None = None
        """How many folders at the start of the last file's path are above MPD's music folder."""

    def uri(self, track: Track) -> str | None:
        known = track.identifiers
        if known.get("mpd") and self._has(known["mpd"]):
            return known["mpd"]
        path = known.get("file", "")
        if path and (inner := self._below(path)) is not None:
            return inner
        if (found := self._tagged(track)) is not None:
            return found
        if path and self._mpd.address.is_socket and PurePosixPath(path).is_absolute() and path.isprintable():
            return path  # "clients that are connected via local socket may add arbitrary local files"
        url = known.get("url", "")
        return url if re.match(r"https?://\S+$", url, re.IGNORECASE) else None

    def _has(self, path: str) -> bool:
        return bool(self._mpd.ask("find", f"(file == {quoted(path)})"))

    def _below(self, path: str) -> str | None:
        for cut, inner in self._ends(path):
            if self._has(inner):
                self._cut = cut
                return inner
        return None

    def _ends(self, path: str) -> Iterator[tuple[int, str]]:
        windows = bool(PureWindowsPath(path).drive)
        parts = [part for part in (PureWindowsPath(path).parts[1:] if windows else path.split("/")) if part]
        cuts = list(range(len(parts)))
        if self._cut in cuts:
            cuts = [self._cut, *(cut for cut in cuts if cut != self._cut)]
        for cut in cuts:
            yield cut, "/".join(parts[cut:])

    def _tagged(self, track: Track) -> str | None:
        """Search titles, which `search` compares without regard to case, and score what comes."""
        for title in dict.fromkeys([bare_title(track.title), track.title]):
            songs = self._mpd.ask("search", f"(title contains {quoted(title)})", "window", f"0:{LOOKED_AT}")
            found = [one for song in songs if (one := track_of(song)) is not None]
            best = match(track, [candidate_of(one) for one in found])
            if best is not None:
                return best.candidate.key
        return None
