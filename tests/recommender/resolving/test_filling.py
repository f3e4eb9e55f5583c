from __future__ import annotations

from collections.abc import Sequence

from recommender.catalogue import Listed
from recommender.constraints import NO_RULES, Constraints
from recommender.identity import artist_key
from recommender.links import links_for
from recommender.resolving import filling
from recommender.resolving.filling import Filled, fill
from recommender.types import Features, Pick, Playlist, Target, Track


def song(name: str, valence: float = 0.5, *, there: bool = False) -> Track:
    known = {"subsonic": f"{name}@s"} if there else {}
    sound = Features(valence=valence, energy=0.5, tempo_bpm=100)
    return Track(name, (f"Artist of {name}",), features=sound, identifiers=known)


def playlist_of(*tracks: Track, contexts: tuple[str, ...] = ()) -> Playlist:
    return Playlist("P", "match", tuple(Pick(track, "why", links_for(track)) for track in tracks), contexts=contexts)


def is_there(track: Track) -> bool:
    return "subsonic" in track.identifiers


def found(tracks: Sequence[Track]) -> list[str | None]:
    return [track.identifiers.get("subsonic") for track in tracks]


def filled(playlist: Playlist, *catalogue: Track, rules: Constraints = NO_RULES) -> Filled:
    return fill(playlist, found, Listed(catalogue), is_there, rules)


def test_what_is_there_stays_as_it_was_planned() -> None:
    playlist = playlist_of(song("a", there=True), song("b", there=True))
    assert filled(playlist, song("c", there=True)) == Filled(playlist, ("a@s", "b@s"), (), (0, 1))


def test_what_is_not_there_gets_the_nearest_song_that_came_from_there() -> None:
    near, far, elsewhere = song("near", 0.52, there=True), song("far", 0.9, there=True), song("elsewhere", 0.5)
    done = filled(playlist_of(song("a", there=True), song("b")), elsewhere, far, near)
    assert done.keys == ("a@s", "near@s")
    assert done.playlist.picks[1].reason == "instead of b by Artist of b"
    assert done.missing == ("b by Artist of b (instead: near by Artist of near)",)


def test_a_hole_that_nothing_fills_is_named() -> None:
    done = filled(playlist_of(song("a"), song("b", there=True)), song("c"))
    assert (done.keys, done.missing) == (("b@s",), ("a by Artist of a",))


def test_one_song_is_never_placed_twice() -> None:
    same = song("a", there=True)
    done = filled(playlist_of(same, Track("A again", ("X",), identifiers=same.identifiers)), song("c", there=True))
    assert len(done.keys) == len(set(done.keys))


def test_lists_made_by_hand_and_bans_are_respected() -> None:
    stand_in = song("c", there=True)
    assert filled(playlist_of(song("a"), contexts=("/m/x.m3u",)), stand_in).keys == ()
    banned = Constraints(banned_artists=frozenset({artist_key("Artist of c")}))
    assert filled(playlist_of(song("a")), stand_in, rules=banned).keys == ()


def test_a_stand_in_that_has_gone_is_followed_by_another() -> None:
    gone, other = song("gone", 0.5, there=True), song("other", 0.6, there=True)

    def find(tracks: Sequence[Track]) -> list[str | None]:
        return [None if track == gone else track.identifiers.get("subsonic") for track in tracks]

    done = fill(playlist_of(song("a")), find, Listed([gone, other]), is_there, NO_RULES)
    assert done.keys == ("other@s",)


class Counting(Listed):
    def __init__(self, tracks: Sequence[Track]) -> None:
        super().__init__(tracks)
        self.asked: list[int] = []

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> list[Track]:
        self.asked.append(limit)
        return super().near(target, limit, allowed)


def test_it_looks_wider_until_it_finds_and_not_for_ever() -> None:
    crowd = [song(f"n{i}", 0.5) for i in range(700)]
    distant = Counting([*crowd, song("distant", 0.95, there=True)])
    assert fill(playlist_of(song("a", 0.5)), found, distant, is_there, NO_RULES).keys == ("distant@s",)
    assert max(distant.asked) > 700
    nothing = Counting(crowd)
    fill(playlist_of(*(song(f"x{i}") for i in range(20))), found, nothing, is_there, NO_RULES)
    assert len(nothing.asked) <= filling.IN_VAIN * 4
