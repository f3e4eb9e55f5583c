"""How names are written: what is the same name in another case, script, keyboard or shop.

    Spelling.of("Rock ‘n’ Roll Star") == Spelling.of("ROCK & ROLL STAR")
    likeness(Spelling.of("Группа крови"), Spelling.of("Gruppa Krovi"))  # near 1

Every script becomes small Latin letters, so that one comparison does for all. Japanese characters are read as Chinese
ones, which keeps different titles apart but does not make them readable.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_QUOTES = str.maketrans(dict.fromkeys("‘’‛`´ʼ＇", "'") | dict.fromkeys("‐‑‒–—―−", "-"))
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_AND = re.compile(r"(?<!\w)(?:'n'|n'|'n|n)(?!\w)|&|(?<=\s)\+(?=\s)")
_MONEY = re.compile(r"(?<=\w)\$|\$(?=\w)")
_SHOUTED_I = re.compile(r"(?<=[a-z])!(?=[a-z])")
_DROPPED_G = re.compile(r"(?<=[a-z]{2}in)'(?![a-z])")
_NUMERO = re.compile(r"\b(?:no|nr|num)\b\.?\s*(?=\d)|\bno\.\s*(?=[ivx]+\b)|#\s*(?=\d)")
_MOVEMENT = re.compile(r"(?<![\w.])[ivx]+(?=\.\s)")
_NO_WORD = re.compile(r"[^a-z0-9*]+")
_KANA = re.compile("[\u3040-\u30ff]")

_ROMAN_NAMES = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {name: str(number) for number, name in enumerate(_ROMAN_NAMES.split(), start=1)}
_NUMBER_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_NUMBERS = {name: str(number) for number, name in enumerate(_NUMBER_NAMES.split())} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
}  # fmt: skip
_PARTS = {"part", "number", "volume", "act", "chapter", "movement", "symphony", "scene", "op", "opus", "side", "book"}
_SAME_WORD = {
    "pt": "part", "pts": "part", "parts": "part", "vol": "volume", "u": "you", "ya": "you", "cause": "because",
    "cuz": "because", "coz": "because", "til": "until", "till": "until", "thru": "through", "tha": "the",
    "nite": "night", "lovin": "loving", "versus": "vs", "mister": "mr", "saint": "st", "street": "st", "doctor": "dr",
    "okay": "ok",
}  # fmt: skip
_SLURRED = {"want": "wanna", "going": "gonna", "got": "gotta"}
ARTICLES = {"the", "a", "an", "and", "number"}
"""Words that shops leave out."""


SLIPS = {1: 5, 2: 9}
"""Slips of the keyboard → how long a word is at least in which so many are forgiven."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as it is compared.

    Args:
        words: In order, small Latin letters and digits; `*` stands for letters that a shop has hidden.
        foreign: Whether it was written in another script.
    """

    words: tuple[str, ...]
    foreign: bool = False

    @property
    def joined(self) -> str:
        return "".join(self.words)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Everything in it that counts, in an order of its own."""
        return tuple(sorted(word for word in self.words if word.isdigit()))

    @classmethod
    def of(cls, text: str) -> Spelling:
        """Return how a text is spelled; one without any letter or digit is spelled by its signs."""
        return _spelled(text)


@lru_cache(maxsize=8192)
def _spelled(text: str) -> Spelling:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    foreign = any(c.isalpha() and not _is_latin(c) for c in plain)
    plain = _latin(plain) if not plain.isascii() else plain
    plain = _INITIALS.sub(lambda m: m[0].replace(".", "") + " ", plain)
    plain = _SHOUTED_I.sub("i", _MONEY.sub("s", plain))
    plain = _DROPPED_G.sub("g", plain)
    plain = _AND.sub(" and ", plain)
    plain = _NUMERO.sub(" number ", plain)
    plain = _MOVEMENT.sub(lambda m: _ROMAN.get(m[0], m[0]), plain)
    words = _NO_WORD.sub(" ", plain.replace("'", "")).split()
    words = [word for word in words if word.strip("*")]
    if not words:
        return Spelling((" ".join(text.split()).casefold(),) if text.strip() else (), foreign)
    return Spelling(tuple(_canonical(words)), foreign)


def _canonical(words: list[str]) -> list[str]:
    """Write numbers as digits and words as most shops do."""
    done: list[str] = []
    counting = False  # the words before were "part", "act", or a number of theirs
    for word in words:
        same = _SAME_WORD.get(word, word)
        if word in _ROMAN and (counting or (len(word) > 1 and word not in ("vi", "xi"))):
            same, counting = _ROMAN[word], True
        elif word in _NUMBERS:
            same = _NUMBERS[word]
        else:
            counting = same in _PARTS
        if same == "to" and done and done[-1] in _SLURRED:
            done[-1] = _SLURRED[done[-1]]
        else:
            done.append(same)
    return done


def _is_latin(c: str) -> bool:
    return c.isascii() or unicodedata.name(c, "").startswith(("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"))


def _latin(text: str) -> str:
    """Write every script in small Latin letters, without accents."""
    from anyascii import anyascii

    bare: list[str] = []
    for c in unicodedata.normalize("NFC", text):
        decomposed = unicodedata.normalize("NFD", c)
        bare.append(c if _KANA.match(c) or "\uac00" <= c <= "\ud7a3" else decomposed[0] if len(decomposed) > 1 else c)
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return "".join(c if c.isascii() else _romanised(c, anyascii(c)) for c in kept).casefold()


def _romanised(c: str, latin: str) -> str:
    """Return what a character is written as; what is no letter parts words, as it does in Latin."""
    return latin if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc", "Lm") else " "


def likeness(one: Spelling, other: Spelling) -> float:
    """Return how likely two spellings are the same name, 0–1; 1 is letter by letter.

    Words that only one of them has count heavily, and different numbers make it 0, because "Part 1" is not "Part 2"
    however similar it looks. One slip of the keyboard is forgiven in a word of five letters, two in nine.
    """
    if one.joined == other.joined:
        return 1.0
    if not one.words or not other.words:
        return 0.0
    if _folded(one.joined) == _folded(other.joined):
        return 0.98
    if one.numbers != other.numbers:
        return 0.0
    if one.foreign != other.foreign:
        return _heard(one.joined, other.joined)
    return _word_by_word(one.words, other.words)


def _folded(joined: str) -> str:
    """Write ä, ö and ü as people without these keys do."""
    return joined.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _word_by_word(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    left, right = list(one), list(other)
    for word in one:
        twin = word if word in right else next((w for w in right if _unmasked(word, w)), None)
        if twin is not None:
            left.remove(word)
            right.remove(twin)
    common = [word for word in one if word not in left]
    in_order = 0.0 if common == [word for word in other if word in common] else 0.08
    small = 0.02 * sum(word in ARTICLES for word in left + right)
    rest, more = ("".join(w for w in side if w not in ARTICLES) for side in (left, right))
    if rest == more:
        return 1.0 - small - in_order
    if any(c.isdigit() for c in rest + more):
        return 0.0
    longest = max(len(rest), len(more))
    slips = distance(rest, more, 2) if rest and more else longest
    if rest[:1] == more[:1] and longest >= SLIPS.get(slips, 99):
        return 0.94 - 0.03 * slips - small - in_order
    letters = max(len("".join(one)), len("".join(other)))
    return max(0.0, 0.7 - (len(rest) + len(more)) / letters)


def _unmasked(one: str, other: str) -> bool:
    """Say whether a word with hidden letters can be the other one."""
    if ("*" in one) == ("*" in other):
        return False
    masked, word = (one, other) if "*" in one else (other, one)
    return len(word) >= 3 and re.fullmatch(re.sub(r"\*+", r"\\w{1,8}", masked), word) is not None


_HEARD = [
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"shch|sch|sh", "s"), (r"tch|ch|cz", "c"), (r"zh", "z"), (r"kh|gh", "h"), (r"ts|tz|(?<!s)c(?=[eiy])", "c"),
        (r"ph", "f"), (r"th", "t"), (r"w", "v"), (r"ai|ae", "e"), (r"ei|oi|ee", "i"), (r"ou|oo|oy", "u"),
        (r"mp", "b"), (r"q|c(?=[aouklrt])|ck", "k"), (r"x", "ks"), (r"iu|yu|ju", "u"), (r"ia|ya|ja", "a"),
        (r"io|yo|jo", "o"), (r"[yj]", "i"), (r"l|r", "r"), (r"(.)\1+", r"\1"),
    )
]  # fmt: skip


def _heard(one: str, other: str) -> float:
    """Compare two ways of writing in Latin letters what another script says, as they sound."""
    heard = []
    for text in (one, other):
        for pattern, letter in _HEARD:
            text = pattern.sub(letter, text)
        heard.append(text)
    longest = max(map(len, heard))
    slips = distance(heard[0], heard[1], longest)
    if slips == 0:
        return 0.97
    allowed = longest // 5
    return 0.95 - 0.1 * slips / max(allowed, 1) if slips <= allowed else max(0.0, 0.6 - slips / longest)


def distance(one: str, other: str, most: int) -> int:
    """Return the slips between two words: letters added, left out, replaced or swapped; never more than `most` + 1.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]
