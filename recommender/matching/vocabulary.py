"""The words of shops, in the languages that our listeners' shops write: what each says about a recording.

All are patterns over `simple` text: small letters without accents, digits, single spaces. `|` parts phrases, which
begin and end with whole words; scripts that do not part words stand in `INSIDE`.
"""

from __future__ import annotations

import re

GUESTS_IN_BRACKETS = r"feat|ft|featuring|with|w|con|avec|mit|duet with|presents|starring|prod|produced by"
GUESTS_AFTER_DASH = r"feat|ft|featuring"

_LIVE_THEN = (
    r"at|in|from|on|version|sessions?|recording|take|acoustic|performance|edit|mix|medley|re ?master\w*|digital|mono"
    r"|stereo|bonus|studio|radio|bbc|tv|\d+"
)
_INSTRUMENTS = (
    r"orchestra|orchestre|piano|strings?|string quartet|guitar|violin|harp|choir|organ|ballad|metal|jazz|dance|ambient"
    r"|electric"
)
_LANGUAGES = (
    r"english|german|french|spanish|italian|portuguese|japanese|korean|chinese|mandarin|russian|swedish|finnish|dutch"
    r"|polish|hebrew|hindi|tamil|telugu|espagnole|anglaise|allemande|italienne|deutsche|englische|spanische|espanol|ingles"
    r"|italiana"
)
_LANGUAGES_BEHIND = r"espanola?|espagnole|francaise|francesa?|anglaise|inglesa?|italiana|allemande"
_IN_LANGUAGES = r"english|german|french|spanish|italian|espanol|ingles|frances|deutsch|italiano"

VERSIONS: dict[str, tuple[str, ...]] = {
    "live": (
        rf"^live(?: (?:{_LIVE_THEN})|$)|live$",
        r"live (?:at|from|version|sessions?|recording|performance|\d{4}|\d{1,2} \w+ \d{4})",
        r"(?:mono|stereo|acoustic|version|remaster\w*|bonus|track|\d{4}) live",
        r"(?:en|ao|dal|in|al) (?:vivo|directo|directe|direct|concert|concierto|concerto|public)",
        r"unplugged|konzert|концерт\w*|вживую|sessions?$|rehearsal performance",
    ),
    "remix": (r"re ?mix\w*|rmx|dub|rework\w*|bootleg|mash ?up|vip|refix|remake",),
    "extended": (r"extended|12(?: inch)?(?: version| mix| single)|^12$|maxi|long version",),
    "speed": (r"sped up|speed up|slowed|reverb|nightcore|daycore|8d|screwed",),
    "acoustic": (r"acou?stic\w*|acoustique|akustik\w*|akustisch\w*|unplugged|stripped|акустич\w*",),
    "instrumental": (
        r"instrumental\w*|inst$|karaoke|backing track|off vocals?|minus one|playback|sing along|no vox",
        r"караоке|минус\w*|инструментал\w*",
    ),
    "demo": (
        r"demos?|demo\w+|out ?takes?|take \d+|alternat(?:e|ive)|rehearsal|unreleased|new vocal",
        r"(?:rough|early|demo|monitor|work) (?:mix|version|take)",
    ),
    "cover": (
        r"cover(?:ed)?$|cover (?:version|of|by)|covered by|tribute|in the style of|made famous|homm?age|кавер",
        r"originally (?:performed|recorded|by|sung)|as (?:performed|recorded|sung) by",
    ),
    "recorded again": (r"re ?record\w*|new recording|\d{4} version$|revised|s version",),
    "voices alone": (r"a ?cap+ell?a|acappella",),
    "arranged": (
        r"orchestral|symphonic|lullaby|8 ?bit|music box|lo ?fi|arr|arranged|piano$|piano solo",
        rf"(?:{_INSTRUMENTS}) (?:version|ver|mix|arrangement)",
    ),
    "language": (
        rf"(?:{_LANGUAGES}) (?:version|ver|vers|fassung)",
        rf"(?:version|versione|versao) (?:{_LANGUAGES_BEHIND})",
        rf"^(?:sung )?(?:in|en|auf|em) (?:{_IN_LANGUAGES})",
    ),
    "reprise": (r"^(?:\w+ )?reprise$",),
    "intro": (r"^intro(?:duction)?$|^overture$|^prelude$",),
    "outro": (r"^outro$|^coda$",),
    "interlude": (r"^interlude$|^skit$",),
    "medley": (r"medley",),
}
"""What makes another recording, or another arrangement, of the same song."""

INSIDE: dict[str, str] = {
    "live": "ライブ|ライヴ|라이브|现场|現場",
    "remix": "リミックス|리믹스",
    "acoustic": "アコースティック|어쿠스틱",
    "instrumental": "インスト|カラオケ|オフ[ヴボ]ォ?[ーカ]|노래방|伴奏",
    "demo": "デモ",
    "cover": "カバー|カヴァー|커버|翻唱",
    "arranged": "ピアノ",
}
"""The same where words are not parted."""

PLAIN_MIX = (
    r"(?:original|radio|single|album|stereo|mono|main|standard|final|new|atmos|surround|video|\d{4}|\d)(?: \w+)? mix"
)
"""A mix that is the recording everybody knows, or its new balance ("2019 Mix")."""

SHORTER = (
    r"(?:radio|single|album|video|short|tv|film|7|45|lp|shortened|clean|explicit)(?: \w+)? (?:edit|version|mix|ver)",
    r"^(?:radio|single|edit|album|video|short|edited|7)$|radio edit|video",
)
"""What may cut a recording, and keeps it the same."""

NOTHING = (
    r"re ?master\w*|remasteri[sz]\w*|digital(?:ly)?|mono|stereo|bonus|explicit|deluxe|anniversary|hidden track|reissue",
    r"clean(?: version)?$|edition$|^original|original (?:version|mix|recording|cast)|^single$|^album$|^vinyl|78 ?rpm",
    r"soundtrack|ost$|^(?:(?:love |main )?theme |song |music |taken |as heard |selections? )?from|^aus|^aka",
    r"banda sonora|from the vault|hd|hq|^4k$|^uhd$",
    r"official|lyrics?(?: video)?$|visuali[sz]er|^audio$|music video|^video$",
    r"^full (?:version|length|song)|^studio(?: version)?$|^(?:main|lp|standard) version$|^vocal(?: version)?$|^\d{4}$",
    r"ремастер\w*|リマスター\w*|리마스터\w*|重製",
)
"""What says nothing about the recording: its master, its release, its film, its video."""

OTHER_VERSION = (r"(?:version|ver|versao|versione|fassung|mix|edit|バージョン|ヴァージョン|버전)$|версия",)

SCRAPS = {
    "the", "a", "an", "at", "in", "on", "from", "of", "and", "to", "by", "with", "s", "de", "la", "en", "ao", "dal",
    "vivo", "version", "ver", "mix", "remix", "rmx", "edit", "radio", "live", "re", "remaster", "remastered", "digital",
    "mono", "stereo", "original", "extended", "club", "acoustic", "instrumental", "karaoke", "demo", "take",
    "alternate", "dub", "feat", "ft", "single", "album", "bonus", "track", "recording", "session", "sessions",
    "unplugged", "sung", "full", "mtv", "inch",
}  # fmt: skip
"""Words that do not tell one version from another of its kind."""

ALBUMS: dict[str, str] = {
    "live": r"live (?:at|from|in|on|album|\d{4})|(?<!long )live$|unplugged|(?:en|ao|dal) vivo|in concert",
    "instrumental": r"karaoke|backing tracks?",
    "cover": r"tribute to|a tribute|as made famous|in the style of",
    "arranged": r"lullaby (?:renditions?|versions?)|string quartet (?:tribute|plays)",
}
"""What an album's title says about every recording on it."""


def whole_words(*phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds any of these phrases where no word goes on before or behind it."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")
