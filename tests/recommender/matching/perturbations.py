"""The 20,280 listings of `tracks/spotify_features.csv`, each as other shops would write it, among other songs.

A shelf is what a search gives: sometimes the wanted song, written otherwise, and always some that are easily taken for
it: the same artist's most similar title, the same title by others, another version, another part, a karaoke, a title
with one word changed. The true song is written otherwise by one to three hands, drawn with a seed of the listing.
"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from recommender.identity import bare_title, plain, song_key
from tests.recommender.matching.pairs import Listing

TABLE = Path("tracks") / "spotify_features.csv"
ASIDE = re.compile(r"[(\[]|\s-\s")


@dataclass(frozen=True)
class Item:
    """One entry of a shelf: how it was made, and whether it is the song."""

    hands: tuple[str, ...]
    same: bool
    listing: Listing


@dataclass(frozen=True)
class Shelf:
    """What was wanted and what a search gave, in its order."""

    wanted: Listing
    items: tuple[Item, ...]


Hand = Callable[[Listing, random.Random], Listing]


def listings(shared: Path) -> list[Listing]:
    """Return every song of the table once."""
    with (shared / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, Listing] = {}
    for row in rows:
        listing = Listing(row["track"], (row["artist"],), int(row["duration_ms"]) / 1000, None, None)
        found.setdefault(row["uri"], listing)
    return list(found.values())


def _title(change: Callable[[str, random.Random], str]) -> Hand:
    return lambda listing, chance: replace(listing, title=change(listing.title, chance))


def _both(change: Callable[[str], str]) -> Hand:
    return lambda listing, chance: replace(
        listing, title=change(listing.title), artists=tuple(change(artist) for artist in listing.artists)
    )


def _without_accents(text: str) -> str:
    kept = (c for c in unicodedata.normalize("NFKD", text) if not ("̀" <= c <= "ͯ"))
    return unicodedata.normalize("NFC", "".join(kept))


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _without_punctuation(text: str) -> str:
    kept = re.sub(r"[^\w\s()\[\]&-]", "", text)
    return " ".join(kept.split()) or text


def _typographic(text: str) -> str:
    return re.sub(r'"([^"]*)"', "“\\1”", text.replace("'", "’").replace("...", "…").replace(" - ", " – "))


def _and(text: str) -> str:
    return text.replace(" & ", " and ") if " & " in text else re.sub(r" and ", " & ", text, flags=re.IGNORECASE)


def _typing_error(title: str, chance: random.Random) -> str:
    words = [m for m in re.finditer(r"[^\W\d_]{5,}", title) if m[0].isascii()]
    if not words or len(title) < 9:
        return title
    word = chance.choice(words)
    at = word.start() + chance.randrange(1, len(word[0]) - 1)
    kind = chance.choice(("drop", "double", "swap", "replace"))
    before, letter, after = title[:at], title[at], title[at + 1 :]
    if kind == "drop":
        return before + after
    if kind == "double":
        return before + letter * 2 + after
    if kind == "swap":
        return before + after[0] + letter + after[1:]
    return before + chance.choice("aeionrst") + after


NOTES = (
    " - Remastered {year}", " - {year} Remaster", " (Remastered {year})", " [{year} Digital Remaster]", " - Remastered",
    " (Remastered Version)", " - Single Version", " (Album Version)", " - Mono", " (Stereo Mix)", " [Explicit]",
    " (Bonus Track)", " - Remasterizado", " - Remasterisé en {year}", " (Deluxe Edition)", " (Official Video)",
    " [Official Audio]", " - Original Mix", " - From “The {year} Film” Soundtrack",
)  # fmt: skip
GUESTS = ("Rosa Lund", "MC Kestrel", "The Paper Kites Choir", "Ilya Voss")


def _shop_note(title: str, chance: random.Random) -> str:
    return title + chance.choice(NOTES).format(year=chance.randrange(1995, 2024))


def _guest_in_title(listing: Listing, chance: random.Random) -> Listing:
    if re.search(r"feat|with|ft\.", listing.title + listing.artists[0], re.IGNORECASE):
        return listing
    guest = chance.choice(GUESTS)
    how = chance.choice((" (feat. {})", " [feat. {}]", " ft. {}", " (featuring {})"))
    more = (guest,) if chance.random() < 0.5 else ()
    return replace(listing, title=listing.title + how.format(guest), artists=listing.artists + more)


def _guest_as_artist(listing: Listing, chance: random.Random) -> Listing:
    main, word, guests = _parted(listing.artists[0])
    if word:
        return replace(listing, artists=(main, *re.split(r", | & ", guests)))
    return replace(listing, artists=(*listing.artists, chance.choice(GUESTS)))


def _guest_left_out(listing: Listing, chance: random.Random) -> Listing:
    title = re.sub(r"\s[(\[]feat\.?\s[^)\]]*[)\]]", "", listing.title, flags=re.IGNORECASE)
    return replace(listing, title=title, artists=(_parted(listing.artists[0])[0],))


def _parted(artist: str) -> tuple[str, str, str]:
    match = re.match(r"(.+?) (featuring|feat\.?|ft\.?) (.+)", artist, re.IGNORECASE)
    return (match[1], match[2], match[3]) if match else (artist, "", "")


def _brackets(title: str, chance: random.Random) -> str:
    if " - " in title and title.count(" - ") == 1:
        left, _, right = title.partition(" - ")
        return f"{left} ({right})" if not set("()[]") & set(title) else title
    return title.replace("(", "[").replace(")", "]") if "(" in title else title.replace("[", "(").replace("]", ")")


def _the(listing: Listing, chance: random.Random) -> Listing:
    name = listing.artists[0]
    if name.lower().startswith("the ") and len(name) > 6:
        return replace(listing, artists=(chance.choice((name[4:], f"{name[4:]}, The")),))
    return listing


def _part(title: str, chance: random.Random) -> str:
    if re.search(r"\bPt\. ?\d", title):
        return re.sub(r"\bPt\. ?(?=\d)", "Part ", title)
    return re.sub(r"\bPart (?=\d|I)", "Pt. ", title)


def _dropped_g(title: str, chance: random.Random) -> str:
    return re.sub(r"(?<=[a-z]{3})ing\b", "in'", title)


def _spaces(title: str, chance: random.Random) -> str:
    return "  " + title.replace(" ", "\u00a0", 1).replace(" ", "  ") + " "


def _artist_first(listing: Listing, chance: random.Random) -> Listing:
    return replace(listing, title=f"{listing.artists[0]} - {listing.title}")


def _german(text: str) -> str:
    for letter, two in {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}.items():
        text = text.replace(letter, two)
    return text


def _unknown_length(listing: Listing, chance: random.Random) -> Listing:
    return replace(listing, duration_s=None)


HANDS: dict[str, Hand] = {
    "upper case": _both(str.upper),
    "lower case": _both(str.lower),
    "no accents": _both(_without_accents),
    "decomposed": _both(lambda text: unicodedata.normalize("NFD", text)),
    "wide letters": _both(_wide),
    "no punctuation": _both(_without_punctuation),
    "typographic": _both(_typographic),
    "and": _both(_and),
    "german": _both(_german),
    "typing error": _title(_typing_error),
    "shop's note": _title(_shop_note),
    "guest in title": _guest_in_title,
    "guest as artist": _guest_as_artist,
    "guest left out": _guest_left_out,
    "brackets": _title(_brackets),
    "the": _the,
    "part": _title(_part),
    "dropped g": _title(_dropped_g),
    "spaces": _title(_spaces),
    "artist first": _artist_first,
    "unknown length": _unknown_length,
}
VERSIONS = {
    "live": (" - Live", " (Live at the Roxy, {year})", " - Live in Oslo / {year}", " (En Vivo)", " - Ao Vivo"),
    "remix": (" - DJ Kestrel Remix", " (Ilya Voss Remix)", " - Club Mix", " [Extended Mix]", " - Dub Version"),
    "acoustic": (" - Acoustic", " (Acoustic Version)", " - Unplugged"),
    "instrumental": (" (Instrumental)", " - Instrumental Version", " (Karaoke Version)"),
    "other": (" - Demo", " (Alternate Take)", " (Re-Recorded)", " - Piano Version", " (Sped Up)", " - A Cappella"),
}
VERSION_WORDS = {
    "live": r"live|vivo|directe?\b|concert|unplugged|session",
    "remix": r"mix|dub|edit|extended",
    "acoustic": r"acoustic|unplugged|ac[uú]stic",
    "instrumental": r"instrumental|karaoke|inst\.",
    "other": r"demo|take|record|piano|sped|cappella|version",
}


class Shelves:
    """Every listing's shelf.

    Args:
        songs: The table's.
        seed: Of what is drawn.
    """

    def __init__(self, songs: Sequence[Listing], seed: int = 6) -> None:
        self.songs, self.seed = songs, seed

    @cached_property
    def _by_artist(self) -> dict[str, list[Listing]]:
        return self._grouped(lambda song: plain(song.artists[0]))

    @cached_property
    def _by_title(self) -> dict[str, list[Listing]]:
        return self._grouped(lambda song: plain(bare_title(song.title)))

    def _grouped(self, key: Callable[[Listing], str]) -> dict[str, list[Listing]]:
        groups: dict[str, list[Listing]] = defaultdict(list)
        for song in self.songs:
            groups[key(song)].append(song)
        return groups

    def __iter__(self) -> Iterator[Shelf]:
        for number, song in enumerate(self.songs):
            chance = random.Random(f"{self.seed} {number}")
            items = list(self._others(song, chance))
            if chance.random() < 0.8:
                items.append(self._same(song, chance))
            chance.shuffle(items)
            yield Shelf(song, tuple(items))

    def _same(self, song: Listing, chance: random.Random) -> Item:
        listing, done = replace(song, duration_s=self._near(song, chance.gauss(0, 1.2))), []
        for name in chance.sample(list(HANDS), k=chance.choice((2, 3, 4, 5))):
            before = listing
            listing = HANDS[name](listing, chance)
            if listing != before:
                done.append(name)
        return Item(tuple(done), True, listing)

    def _others(self, song: Listing, chance: random.Random) -> Iterator[Item]:
        yield from self._near_title(song)
        yield from self._same_title(song, chance)
        yield self._version(song, chance)
        yield self._part(song, chance)
        yield self._karaoke(song, chance)
        yield from self._word_changed(song, chance)

    def _near_title(self, song: Listing) -> Iterator[Item]:
        key, bare = song_key(song.title, song.artists[0]), plain(ASIDE.split(song.title)[0])
        others = [
            other
            for other in self._by_artist[plain(song.artists[0])]
            if song_key(other.title, other.artists[0]) != key and plain(ASIDE.split(other.title)[0]) != bare
        ]
        if others:
            judge = SequenceMatcher(b=bare, autojunk=False)

            def likeness(other: Listing) -> float:
                judge.set_seq1(plain(ASIDE.split(other.title)[0]))
                return judge.quick_ratio()

            yield Item(("near title",), False, max(others, key=likeness))

    def _same_title(self, song: Listing, chance: random.Random) -> Iterator[Item]:
        named = plain(song.artists[0]).split()
        others = [
            other
            for other in self._by_title[plain(bare_title(song.title))]
            if not set(named) & set(plain(other.artists[0]).split())
        ]
        if others:
            yield Item(("same title",), False, chance.choice(others))
        stranger = chance.choice(self.songs).artists
        if not set(named) & set(plain(stranger[0]).split()):
            length = self._near(song, chance.gauss(0, 20))
            yield Item(("cover",), False, replace(song, artists=stranger, duration_s=length))

    def _version(self, song: Listing, chance: random.Random) -> Item:
        free = [kind for kind, words in VERSION_WORDS.items() if not re.search(words, song.title, re.IGNORECASE)]
        kind = chance.choice(free or ["other"])
        note = chance.choice(VERSIONS[kind]).format(year=chance.randrange(1970, 2020))
        length = self._near(song, chance.choice((0.0, chance.gauss(0, 15))))
        return Item((kind,), False, replace(song, title=song.title + note, duration_s=length))

    def _part(self, song: Listing, chance: random.Random) -> Item:
        if number := re.search(r"(?<![\d'’])\d{1,2}(?![\d'’\"])", song.title):
            title = f"{song.title[: number.start()]}{int(number[0]) + 1}{song.title[number.end() :]}"
        else:
            title = song.title + chance.choice((", Pt. 2", " II", " (Part Two)", " 2", " (Reprise)"))
        return Item(("part",), False, replace(song, title=title, duration_s=self._near(song, chance.gauss(0, 20))))

    def _karaoke(self, song: Listing, chance: random.Random) -> Item:
        artist = song.artists[0]
        title, by = chance.choice(
            (
                (f"{song.title} (Karaoke Version)", "Sing Along Stars"),
                (f"{song.title} (In the Style of {artist})", "Karaoke Planet"),
                (song.title, f"{artist} Tribute Band"),
                (f"{song.title} (Originally Performed by {artist})", "Backing Track Factory"),
                (f"{song.title} - Tribute to {artist}", "The Tribute Players"),
            )
        )
        return Item(("karaoke",), False, replace(song, title=title, artists=(by,)))

    def _word_changed(self, song: Listing, chance: random.Random) -> Iterator[Item]:
        """Another song of the artist with all words but one; its length is another song's."""
        words = [m for m in re.finditer(r"[^\W\d_]{4,}", ASIDE.split(song.title)[0]) if plain(m[0])]
        other = chance.choice(self.songs)
        strange = re.findall(r"[^\W\d_]{4,}", other.title)
        if len(words) >= 2 and strange:
            word, new = chance.choice(words), chance.choice(strange)
            if SequenceMatcher(None, plain(word[0]), plain(new), autojunk=False).ratio() < 0.7:
                title = song.title[: word.start()] + new + song.title[word.end() :]
                yield Item(("word changed",), False, replace(song, title=title, duration_s=other.duration_s))

    @staticmethod
    def _near(song: Listing, seconds: float) -> float:
        assert song.duration_s is not None
        return max(1.0, round(song.duration_s + seconds))
