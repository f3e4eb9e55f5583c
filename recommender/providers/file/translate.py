"""Our playlist as the text of a playlist file. Pure: nothing here touches the disk.

A file entry that a player can open is the track's own file or address where one is known; else it is the first link, a
page that finds the track.
"""

from __future__ import annotations

import json
import re
from typing import Any

from recommender.asjson import playlist_json
from recommender.links import file_link
from recommender.types import Pick, Playlist

XSPF_NAMESPACE = "http://xspf.org/ns/0/"


def as_m3u8(playlist: Playlist) -> str:
    """Return an extended M3U in UTF-8: `#EXTINF:217,Artist - Title` (-1: length not known) and an entry each."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(playlist.title)}"]
    for pick in playlist.picks:
        seconds = round(pick.track.duration_s or 0) or -1
        lines += [f"#EXTINF:{seconds},{_line(pick.track.artist)} - {_line(pick.track.title)}", _entry(pick)]
    return "\n".join(lines) + "\n"


def as_xspf(playlist: Playlist) -> str:
    """Return XSPF version 1 (https://www.xspf.org/spec): `location` for what plays, `info` for a page about it."""
    from xml.etree import ElementTree as ET  # only this format needs it

    ET.register_namespace("", XSPF_NAMESPACE)
    root = ET.Element(_tag("playlist"), version="1")
    _add(root, "title", playlist.title)
    _add(root, "creator", "mien")
    _add(root, "annotation", " ".join(playlist.notes))
    tracks = ET.SubElement(root, _tag("trackList"))
    for pick in playlist.picks:
        track = ET.SubElement(tracks, _tag("track"))
        for name, text in _xspf_track(pick).items():
            _add(track, name, text)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def as_jspf(playlist: Playlist) -> str:
    """Return JSPF (https://www.xspf.org/jspf), XSPF's elements as JSON: `location` and `identifier` are lists."""
    tracks = [
        {name: _jspf_value(name, text) for name, text in _xspf_track(pick).items() if text} for pick in playlist.picks
    ]
    content = {"title": playlist.title, "creator": "mien", "annotation": " ".join(playlist.notes), "track": tracks}
    return _json({"playlist": {name: value for name, value in content.items() if value != ""}})


def as_json(playlist: Playlist) -> str:
    """Return the playlist as `docs/json.md` describes it."""
    return _json(playlist_json(playlist))


def _xspf_track(pick: Pick) -> dict[str, str]:
    """Return the elements of a track in the order of the specification; empty ones are to be left out."""
    known = pick.track.identifiers
    location = file_link(known["file"]) if "file" in known else known.get("url", "")
    spotify = known.get("spotify", "")
    return {
        "location": location,
        "identifier": spotify if spotify.startswith("spotify:") or not spotify else f"spotify:track:{spotify}",
        "title": pick.track.title,
        "creator": pick.track.artist,
        "annotation": pick.reason,
        "info": next((link for service, link in pick.links.items() if service not in ("file", "url")), ""),
        "album": pick.track.album or "",
        "duration": str(round((pick.track.duration_s or 0) * 1000) or ""),
    }


def _jspf_value(name: str, text: str) -> Any:
    if name == "duration":
        return int(text)
    return [text] if name in ("location", "identifier") else text


def _entry(pick: Pick) -> str:
    """Return what an M3U entry opens: paths stay paths unless M3U cannot say them, as with a line break in a name."""
    path = pick.track.identifiers.get("file", "")
    if path and path.isprintable() and not path.startswith("#") and path == path.strip():
        return path
    return _line(file_link(path) if path else next(iter(pick.links.values()), ""))


def _line(text: str) -> str:
    """Return the text in one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _add(parent: Any, name: str, text: str) -> None:
    from xml.etree import ElementTree as ET

    if text:
        ET.SubElement(parent, _tag(name)).text = _allowed(text)


def _allowed(text: str) -> str:
    """Return the text without the characters that XML 1.0 forbids (section 2.2)."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text)


def _tag(name: str) -> str:
    return f"{{{XSPF_NAMESPACE}}}{name}"


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
