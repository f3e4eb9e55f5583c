import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from emotion.types import EMOTIONS, EmotionScores
from errors import ConfigError
from recommender.choice import Choice
from recommender.constraints import Constraints
from recommender.distance import distance
from recommender.identity import artist_key
from recommender.journey import journey_from
from recommender.mapping import HandMapping
from recommender.mood import mood_named, mood_of
from recommender.planner import plan
from recommender.sounds import Sounds
from recommender.target import target_of
from recommender.types import Features, Journey, Playlist, Target, Track
from recommender.weights import ARTIST_WINDOW

HAPPY = mood_named("happy")


@dataclass(frozen=True)
class Shelf:
    """A small catalogue."""

    stock: tuple[Track, ...]

    def __len__(self) -> int:
        return len(self.stock)

    def tracks(self) -> Sequence[Track]:
        return self.stock

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> Sequence[Track]:
        stock = [track for track in self.stock if allowed is None or allowed.admits(track)]
        return sorted(stock, key=lambda track: distance(track.features, target.features))[:limit]


def shelf(size: int, artists: int, seed: int = 0) -> Shelf:
    """Return tracks all over feature space, by so many artists in turn."""
    rng = random.Random(seed)
    genres = ("soul", "rock", "jazz", "pop", "folk", "techno")
    tracks = []
    for i in range(size):
        energy = rng.random()
        sound = Features(rng.random(), energy, rng.uniform(60, 180), 1 - energy, rng.randrange(2))
        year = rng.randrange(1960, 2025)
        tracks.append(Track(f"Song {i}", (f"Artist {i % artists}",), year, rng.choice(genres), "en", sound))
    return Shelf(tuple(tracks))


def titles(playlist: Playlist) -> list[str]:
    return [pick.track.title for pick in playlist.picks]


def misses(playlist: Playlist, journey: Journey) -> list[float]:
    pairs = zip(playlist.picks, journey.targets, strict=True)
    return [distance(pick.track.features, target.features) for pick, target in pairs]


def no_artist_comes_twice_in_twenty(playlist: Playlist) -> bool:
    artists = [{artist_key(a) for a in pick.track.artists} for pick in playlist.picks]
    windows = (artists[i : i + ARTIST_WINDOW] for i in range(len(artists)))
    return all(max(Counter(a for names in window for a in names).values()) == 1 for window in windows)


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_playlist_is_near_its_mood_and_repeats_neither_song_nor_artist(emotion: str, seed: int) -> None:
    catalogue, journey = shelf(500, 120), journey_from(mood_named(emotion), 20)
    playlist = plan(journey, catalogue, seed=seed)
    everything = mean(distance(t.features, journey.targets[0].features) for t in catalogue.stock)
    assert len(set(titles(playlist))) == 20
    assert no_artist_comes_twice_in_twenty(playlist)
    assert mean(misses(playlist, journey)) < everything / 2
    assert playlist.notes == ()


def test_the_same_seed_gives_the_same_playlist() -> None:
    catalogue, journey = shelf(300, 90), journey_from(HAPPY, 20)
    assert plan(journey, catalogue, seed=5) == plan(journey, catalogue, seed=5)


def test_other_seeds_give_other_playlists_that_fit_as_well() -> None:
    catalogue, journey = shelf(500, 150), journey_from(HAPPY, 20)
    lists = [plan(journey, catalogue, seed=seed) for seed in range(6)]
    assert len({frozenset(titles(playlist)) for playlist in lists}) == 6
    fits = [mean(misses(playlist, journey)) for playlist in lists]
    assert max(fits) < 1.25 * min(fits)


def test_neighbours_go_together() -> None:
    journey = journey_from(HAPPY, 20)
    sounds = [pick.track.features for pick in plan(journey, shelf(500, 150), seed=2).picks]
    rough = Sounds.of(sounds).roughness()
    planned = mean(rough[a, b] for a, b in pairwise(range(20)))
    rng = random.Random(0)
    shuffles = [rng.sample(range(20), 20) for _ in range(50)]
    chance = mean(rough[a, b] for order in shuffles for a, b in pairwise(order))
    assert planned < 0.75 * chance


def test_decades_and_genres_vary() -> None:
    one_sound = Features(0.6, 0.7, 120, 0.2, 1)
    eighties = [Track(f"A{i}", (f"A{i}",), 1985, "pop", features=one_sound) for i in range(60)]
    others = [Track(f"B{i}", (f"B{i}",), 1955 + 10 * i, f"genre {i}", features=one_sound) for i in range(6)]
    # the others stand last, so that only the wish for variety can bring them in
    playlist = plan(journey_from(HAPPY, 12), Shelf((*eighties[:18], *others)), seed=1)
    assert sum(title.startswith("B") for title in titles(playlist)) >= 4


def test_guests_count_as_artists_too() -> None:
    sound = Features(0.6, 0.7, 120)
    solo = [Track(f"S{i}", (f"Solo {i}",), features=sound) for i in range(20)]
    guests = [Track(f"G{i}", (f"Host {i}", "THE Guest" if i % 2 else "guest"), features=sound) for i in range(20)]
    playlist = plan(journey_from(HAPPY, 20), Shelf((*guests, *solo)), seed=0)
    assert len(playlist.picks) == 20
    assert no_artist_comes_twice_in_twenty(playlist)


def test_two_listings_of_one_song_are_played_once() -> None:
    track = Track("Heroes", ("David Bowie",), features=Features(0.6, 0.7, 120))
    twins = Shelf((track, replace(track, title="Heroes - 2017 Remaster"), *shelf(30, 30).stock))
    names = titles(plan(journey_from(HAPPY, 30), twins))
    assert sum(name.startswith("Heroes") for name in names) == 1


def test_a_length_beyond_the_catalogue_gives_all_and_says_so() -> None:
    playlist = plan(journey_from(HAPPY, 50), shelf(15, 15))
    assert len(playlist.picks) == 15
    assert playlist.notes == ("15 tracks instead of 50: the catalogue has no more.",)


def test_artists_that_would_block_each_other_are_spread_as_far_as_can_be() -> None:
    few = shelf(60, 20)  # three songs of each of twenty artists: only a strict rotation plays them all
    playlist = plan(journey_from(HAPPY, 60), few, seed=3)
    assert len(playlist.picks) == 60
    assert no_artist_comes_twice_in_twenty(playlist)


def test_too_few_artists_end_the_playlist_early_and_say_why() -> None:
    playlist = plan(journey_from(HAPPY, 20), shelf(60, 4))
    assert len(playlist.picks) == 4
    assert playlist.notes == (
        "4 tracks instead of 20: the catalogue has no more that keep an artist from coming twice in 20.",
    )


def test_an_empty_catalogue_gives_an_empty_playlist_and_a_note() -> None:
    playlist = plan(journey_from(HAPPY, 5), Shelf(()))
    assert playlist.picks == ()
    assert playlist.notes == ("The catalogue is empty, so there is nothing to choose from.",)


def test_a_journey_with_changing_targets_is_followed() -> None:
    start, goal = target_of(mood_named("sad")), target_of(HAPPY)
    journey = Journey("lift", (start,) * 5 + (goal,) * 5, mood_named("sad"))
    playlist = plan(journey, shelf(500, 120))
    assert playlist.strategy == "lift"
    assert mean(misses(playlist, journey)) < 0.15


def test_mapped_features_are_met_and_named() -> None:
    mapping = HandMapping(Path("x"), {"happy": Choice(Features(valence=0.1, energy=0.1))})
    playlist = plan(journey_from(HAPPY, 10, mapping), shelf(500, 120))
    assert playlist.mapped_by == "happy"
    assert playlist.title == "Happy · your way, dark and still"
    assert all((pick.track.features.energy or 0) < 0.4 for pick in playlist.picks)


def test_a_torn_reading_says_so() -> None:
    mood = mood_of(EmotionScores.of({"sad": 0.45, "fear": 0.4, "neutral": 0.15}))
    playlist = plan(journey_from(mood, 5), shelf(100, 50))
    assert playlist.title.startswith("Between sad and afraid · ")
    assert "torn between sad and fear" in playlist.notes[0]
    assert "mien correct sad, or mien correct fear" in playlist.notes[0]


def test_tracks_of_unknown_sound_come_last() -> None:
    silent = [Track(f"Unknown {i}", (f"U{i}",)) for i in range(20)]
    names = titles(plan(journey_from(HAPPY, 10), Shelf((*silent, *shelf(200, 100).stock))))
    assert not any(name.startswith("Unknown") for name in names)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "sunny days.m3u8"
    entries = "".join(f"#EXTINF:-1,Artist {i} - Song {i}\n/music/{i}.mp3\n" for i in range(30))
    path.write_text("#EXTM3U\n" + entries, encoding="utf-8")
    return path


def mapped_to(*playlists: str, length: int = 20) -> Journey:
    return journey_from(HAPPY, length, HandMapping(Path("/x/mapping.toml"), {"happy": Choice(playlists=playlists)}))


def test_a_mapped_m3u_file_is_played_with_what_the_catalogue_knows(own: Path) -> None:
    catalogue = shelf(10, 10)
    playlist = plan(mapped_to(str(own), length=50), catalogue)
    assert titles(playlist) == [f"Song {i}" for i in range(30)]
    assert (playlist.mapped_by, playlist.strategy, playlist.contexts) == ("happy", "own", (str(own),))
    assert playlist.title == "Happy · sunny days"
    first, last = playlist.picks[0], playlist.picks[-1]
    assert first.track.features == catalogue.stock[0].features
    assert first.links["file"] == "file:///music/0.mp3"
    assert first.reason.startswith("from your sunny days.m3u8, ")
    assert last.track.features == Features()
    assert last.reason == "from your sunny days.m3u8"


def test_a_long_file_gives_another_part_for_another_seed_in_its_own_order(own: Path) -> None:
    one, two = (titles(plan(mapped_to(str(own), length=5), shelf(1, 1), seed=seed)) for seed in (1, 2))
    assert one != two
    numbers = [int(title.split()[1]) for title in one]
    assert numbers == sorted(numbers)
    notes = plan(mapped_to(str(own), length=5), shelf(1, 1)).notes
    assert notes == ("5 of the 30 tracks in your files; --length or --seed gives others.",)


def test_mapped_addresses_are_passed_on_with_a_link() -> None:
    playlist = plan(mapped_to("spotify:playlist:abc"), shelf(50, 50))
    assert playlist.picks == ()
    assert playlist.contexts == ("spotify:playlist:abc",)
    assert playlist.title == "Happy · your own playlist"
    assert playlist.notes == ("You mapped happy to this playlist: https://open.spotify.com/playlist/abc",)


def test_several_mapped_playlists_go_together(own: Path) -> None:
    playlist = plan(mapped_to("https://example.org/p", str(own), length=30), shelf(1, 1))
    assert len(playlist.picks) == 30
    assert playlist.title == "Happy · your own playlists"


@pytest.mark.parametrize(("content", "reason"), [(None, "there is no such file"), ("#EXTM3U\n", "holds no tracks")])
def test_a_mapped_file_that_cannot_be_played_is_an_error_with_a_remedy(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "list.m3u"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"happy is mapped to .*list\.m3u.*{reason}"):
        plan(mapped_to(str(path)), shelf(5, 5))


def test_every_pick_has_links_and_a_reason_of_its_own() -> None:
    playlist = plan(journey_from(HAPPY, 20), shelf(500, 120))
    assert all(set(pick.links) == {"spotify", "youtube", "deezer"} for pick in playlist.picks)
    reasons = [pick.reason for pick in playlist.picks]
    assert all(f"{pick.track.features.tempo_bpm:.0f} bpm" in pick.reason for pick in playlist.picks)
    assert len(set(reasons)) >= 15
