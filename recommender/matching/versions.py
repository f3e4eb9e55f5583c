"""What the notes behind a title say: "(feat. …)" names guests, "- Live at …" another version, "[2011 Remaster]" nothing.

A note that says none of these is a part of the name, as in "Escape (The Piña Colada Song)".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from recommender.matching.normalise import Spelling

_GUEST = re.compile(r"^(?:feat|ft|featuring|with|w|con|avec|mit|duet with|presents|starring|prod|produced by)\b")
_GUEST_AFTER_DASH = re.compile(r"^(?:feat|ft|featuring)\b")
_ROUGH = r"rough|early|demo|monitor|work"
_PLAIN_MIX = r"(?:original|radio|single|album|stereo|mono|main|standard|final|new|atmos|surround|video|\d{4}|\d)"

_NAMED: tuple[tuple[str, str], ...] = (
    (
        "live",
        r"^live$|\blive$|^live (?:at|in|from|on|version|session|sessions|recording|take|acoustic|performance|edit|mix"
        r"|medley|re ?master\w*|digital|mono|stereo|bonus|studio|radio|bbc|tv|\d+)\b"
        r"|\blive (?:at|from|version|sessions?|recording|performance|\d{4}|\d{1,2} \w+ \d{4})\b"
        r"|\b(?:mono|stereo|acoustic|version|remaster\w*|bonus|track|\d{4}) live\b"
        r"|\b(?:en|ao|dal|in|al) (?:vivo|directo|directe|direct|concert|concierto|concerto|public)\b|\bunplugged\b"
        r"|\bkonzert\b|\bконцерт\w*|\bвживую\b|ライブ|ライヴ|라이브|现场|現場|\bsessions?$|\brehearsal performance\b",
    ),
    (
        "remix",
        r"\bre ?mix\w*|\brmx\b|\bdub\b|\brework\w*|\bbootleg\b|\bmash ?up\b|\bvip\b|\brefix\b|\bremake\b|リミックス",
    ),
    ("extended", r"\bextended\b|\b12(?: inch)?(?: version| mix| single)|^12$|\bmaxi\b|\blong version\b"),
    ("speed", r"\bsped up\b|\bspeed up\b|\bslowed\b|\breverb\b|\bnightcore\b|\bdaycore\b|\b8d\b|\bscrewed\b"),
    (
        "acoustic",
        r"\bunplugged\b|\bac(?:o?u)stic\w*|\bacoustique\b|\bakustik\w*|\bakustisch\w*|\bstripped\b|\bакустич\w*|アコースティック|어쿠스틱",
    ),
    (
        "instrumental",
        r"\binstrumental\w*|\binst$|\bkaraoke\b|\bbacking track\b|\boff vocals?\b|\bminus one\b|\bplayback\b|\bsing along\b"
        r"|\bкараоке\b|\bминус\w*|\bинструментал\w*|インスト|カラオケ|オフ[ヴボ]ォ?[ーカ]|노래방|伴奏|\bno vox\b",
    ),
    (
        "demo",
        r"\bdemos?\b|\bout ?takes?\b|\btake \d+\b|\balternat(?:e|ive)\b|\brehearsal\b|\bunreleased\b|\bnew vocal\b"
        rf"|\b(?:{_ROUGH}) (?:mix|version|take)\b|\bdemo\w+\b|デモ",
    ),
    (
        "cover",
        r"\bcover(?:ed)?$|\bcover (?:version|of|by)\b|\bcovered by\b|\btribute\b|\bin the style of\b|\bmade famous\b"
        r"|\boriginally (?:performed|recorded|by|sung)\b|\bas (?:performed|recorded|sung) by\b|\bhomm?age\b|カバー|カヴァー|커버"
        r"|\bкавер\b|翻唱",
    ),
    ("recorded again", r"\bre ?record\w*|\bnew recording\b|\b\d{4} version$|\brevised\b|(?<!radio)\bs version\b"),
    ("voices alone", r"\ba ?cap+ell?a\b|\bacappella\b"),
    (
        "arranged",
        r"\borchestral\b|\bsymphonic\b|\blullaby\b|\b8 ?bit\b|\bmusic box\b|\blo ?fi\b|\barr\b|\barranged\b|\bpiano$"
        r"|\b(?:orchestra|orchestre|piano|strings?|string quartet|guitar|violin|harp|choir|organ|ballad|metal|jazz|dance"
        r"|ambient|electric) (?:version|ver|mix|arrangement)\b|\bpiano solo\b|ピアノ",
    ),
    (
        "language",
        r"\b(?:english|german|french|spanish|italian|portuguese|japanese|korean|chinese|mandarin|russian|swedish|finnish"
        r"|dutch|polish|hebrew|hindi|tamil|telugu|espagnole|anglaise|allemande|italienne|deutsche|englische|spanische"
        r"|espanol|ingles|italiana) (?:version|ver|vers|fassung)\b"
        r"|\b(?:version|versione|versao) (?:espanola?|espagnole|francaise|francesa?|anglaise|inglesa?|italiana|allemande)\b"
        r"|^(?:sung )?(?:in|en|auf|em) (?:english|german|french|spanish|italian|espanol|ingles|frances|deutsch|italiano)\b",
    ),
    ("reprise", r"^(?:\w+ )?reprise$"),
    ("intro", r"^intro(?:duction)?$|^overture$|^prelude$"),
    ("outro", r"^outro$|^coda$"),
    ("interlude", r"^interlude$|^skit$"),
    ("medley", r"\bmedley\b|\bmashup\b"),
)
_VERSIONS = [(kind, re.compile(pattern)) for kind, pattern in _NAMED]

_MIX = re.compile(r"\bmix(?:\b(?! tape)|$)")
_PLAIN_MIXES = re.compile(rf"(?:^|\b){_PLAIN_MIX}(?: \w+)? mix\b")
_EDIT = re.compile(r"\bedit(?:ed)?\b|\bedit version\b")
_SHORTER = re.compile(
    r"\b(?:radio|single|album|video|short|tv|film|7|45|lp|shortened|clean|explicit)(?: \w+)? (?:edit|version|mix|ver)\b"
    r"|^(?:radio|single|edit|album|video|short|edited|7)$|\bradio edit\b|\bvideo\b"
)
_OTHER_VERSION = re.compile(r"\b(?:version|ver|versao|versione|fassung|mix|edit|バージョン|ヴァージョン|버전)$|версия")

_NOTHING = re.compile(
    r"re ?-?master\w*|\bremasteri[sz]\w*|\bremix?st?eri\w*|\bdigital(?:ly)?\b|\bmono\b|\bstereo\b|\bbonus\b|\bexplicit\b"
    r"|\bclean(?: version)?$|\bdeluxe\b|\bedition$|\banniversary\b|^original\b|\boriginal (?:version|mix|recording|cast)\b"
    r"|\bsoundtrack\b|\bost$|^(?:(?:love |main )?theme |song |music |taken |as heard |selections? )?from\b|^aus\b|^banda sonora\b"
    r"|\bofficial\b|\blyrics?(?: video)?$|\bvisuali[sz]er\b|^audio$|\bhd\b|\bhq\b|^4k$|^uhd$|\bmusic video\b|^video$"
    r"|^full (?:version|length|song)\b|^studio(?: version)?$|^main version$|^lp version$|^vinyl\b|\breissue\b|^\d{4}$"
    r"|ремастер\w*|リマスター|리마스터|重製|\b78 ?rpm\b|^vocal(?: version)?$|^standard version$|^hidden track$|^aka\b"
    r"|\bfrom the vault\b|^single$|^album$"
)

_SCRAPS = {
    "the", "a", "an", "at", "in", "on", "from", "of", "and", "version", "ver", "mix", "remix", "edit", "radio", "live", "re",
    "remaster", "remastered", "digital", "mono", "stereo", "original", "extended", "club", "en", "vivo", "ao", "dal", "acoustic",
    "instrumental", "karaoke", "demo", "take", "alternate", "dub", "feat", "ft", "single", "album", "bonus", "track", "with",
    "rmx", "recording", "session", "sessions", "unplugged", "sung", "s", "by", "de", "la", "full", "mtv", "to", "inch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """What a note behind a title says.

    Args:
        kind: "guests", "version", "nothing", or "name" for a part of the title.
        versions: What makes it another recording ("live", "remix", …).
        details: The words that tell one version from others of its kind: the remixer, the place.
        counts: The number of a part or of a version at its end.
        edited: Whether the same recording may be shorter there.
    """

    kind: str
    versions: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()
    counts: tuple[str, ...] = ()
    edited: bool = False


def read_note(text: str, *, after_dash: bool) -> Note:
    """Return what a note says.

    Args:
        text: Without its brackets or dash.
        after_dash: Whether it stood after a dash, where a name may stand too ("- With Love").
    """
    plain = simple(text)
    if (_GUEST_AFTER_DASH if after_dash else _GUEST).search(plain):
        return Note("guests", details=frozenset(plain.split()[1:]))
    counts = _counts(plain)
    kinds = {kind for kind, pattern in _VERSIONS if pattern.search(plain)}
    edited = _SHORTER.search(plain) is not None
    if _MIX.search(plain) and not kinds and not _PLAIN_MIXES.search(plain):
        kinds.add("remix")
    if not kinds and not edited and _EDIT.search(plain):  # "Robin Schulz Edit"; a bare "Edit" is only shorter
        kinds.update({"remix"} if len(plain.split()) > 1 else ())
        edited = True
    if kinds:
        return Note("version", frozenset(kinds), _details(plain), counts, edited)
    if edited or _PLAIN_MIXES.search(plain) or _NOTHING.search(plain):
        return Note("nothing", counts=() if _FILM.search(plain) else counts, edited=edited)
    if _OTHER_VERSION.search(plain):
        return Note("version", frozenset({"arranged"}), _details(plain), counts)
    return Note("name")


_MASTERED = re.compile(
    r"\b\d{4} (?:digital )?re ?master\w*(?: version)?|\bre ?master\w*(?: version)?(?: (?:in|en))? \d{4}\b"
)
_FILM = re.compile(r"\bfrom\b|\bsoundtrack\b|\bost\b")
_PART = re.compile(
    r"(?:\b(?:pt|part|no|version|take|act|vol|volume) ([1-9]\d?|[ivx]+|one|two|three|four|five)"
    r"|\b(?:\d{4}|[a-z]{3,}) ([2-9]|ii|iii|iv|vi{0,3}))$"
)

_ALBUM_LIVE = re.compile(
    r"\blive (?:at|from|in|on|album|\d{4})\b|^live$|\blive$(?<!long live)|\bunplugged\b|\b(?:en|ao|dal) vivo\b|\bin concert\b"
)
_ALBUM_OTHER = (
    ("instrumental", re.compile(r"\bkaraoke\b|\bbacking tracks?\b")),
    ("cover", re.compile(r"\btribute to\b|\ba tribute\b|\bas made famous\b|\bin the style of\b")),
    ("arranged", re.compile(r"\blullaby (?:renditions?|versions?)\b|\bstring quartet (?:tribute|plays)\b")),
)


def album_versions(album: str | None) -> frozenset[str]:
    """Return what an album's title says about every recording on it: "MTV Unplugged", "A Tribute to …"."""
    if not album:
        return frozenset()
    plain = simple(album)
    kinds = {kind for kind, pattern in _ALBUM_OTHER if pattern.search(plain)}
    return frozenset(kinds | {"live"} if _ALBUM_LIVE.search(plain) else kinds)


def _details(plain: str) -> frozenset[str]:
    return frozenset(word for word in _MASTERED.sub(" ", plain).split() if word not in _SCRAPS)


def _counts(plain: str) -> tuple[str, ...]:
    """Return the number of a part at a note's end; that of a year, a day or a record's size is none."""
    found = _PART.search(plain)
    return () if found is None else (Spelling.of(f"part {found[1] or found[2]}").words[-1],)


def simple(text: str) -> str:
    """Return small letters of any script, without accents where these are marks, and digits, parted by spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = "".join(_bare(c) for c in plain)
    return " ".join(re.sub(r"[\W_]+", " ", plain.replace("'", " ")).split())


def _bare(c: str) -> str:
    if "\u3040" <= c <= "\u30ff" or "\uac00" <= c <= "\ud7a3" or "\u0400" <= c <= "\u04ff":
        return c
    return "".join(d for d in unicodedata.normalize("NFD", c) if not unicodedata.combining(d))
