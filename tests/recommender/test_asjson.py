import json
from pathlib import Path
from typing import Any

from emotion.types import EmotionScores
from recommender.asjson import mood_json, playlist_json
from recommender.mood import mood_named, mood_of
from recommender.types import Features, Pick, Playlist, Track

TRACK = Track(
    "Feeling Good", ("Nina Simone",), 1965, "soul", "en", Features(0.512345, 0.4, 118), {"isrc": "X"}, estimated=True
)
PICK = Pick(TRACK, "warm", {"spotify": "https://open.spotify.com/search/x"})


def test_a_mood_has_the_documented_keys() -> None:
    assert mood_json(mood_named("happy")) == {
        "emotion": "happy",
        "valence": 0.81,
        "arousal": 0.51,
        "certainty": 1.0,
        "words": "happy and lively",
        "emoji": "😊",
    }


def test_a_read_mood_is_rounded() -> None:
    mood = mood_json(mood_of(EmotionScores.of({"sad": 1 / 3, "fear": 2 / 3})))
    assert (mood["emotion"], mood["valence"], mood["arousal"]) == ("fear", -0.6367, 0.31)


def test_a_playlist_has_the_documented_keys() -> None:
    contexts = ("spotify:playlist:abc", "/m/x.m3u")
    found = playlist_json(Playlist("Happy · x", "own", (PICK,), "happy", contexts, ("a note",)))
    assert json.loads(json.dumps(found)) == {
        "title": "Happy · x",
        "strategy": "own",
        "mapped_by": "happy",
        "contexts": [
            {"playlist": "spotify:playlist:abc", "link": "https://open.spotify.com/playlist/abc"},
            {"playlist": "/m/x.m3u", "link": "file:///m/x.m3u"},
        ],
        "notes": ["a note"],
        "tracks": [
            {
                "title": "Feeling Good",
                "artists": ["Nina Simone"],
                "year": 1965,
                "genre": "soul",
                "language": "en",
                "features": {
                    "valence": 0.5123,
                    "energy": 0.4,
                    "tempo_bpm": 118,
                    "acousticness": None,
                    "mode": None,
                    "instrumentalness": None,
                    "key": None,
                    "danceability": None,
                    "loudness_db": None,
                },
                "estimated": True,
                "identifiers": {"isrc": "X"},
                "links": {"spotify": "https://open.spotify.com/search/x"},
                "reason": "warm",
                "duration_s": None,
                "album": None,
                "explicit": None,
            }
        ],
        "goal": None,
    }


def test_the_example_in_the_docs_has_these_keys_in_this_order() -> None:
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    example: dict[str, Any] = json.loads(page.split("```json\n")[1].split("```")[0])
    found = playlist_json(Playlist("T", "match", (PICK,)))
    assert list(example["mood"]) == list(mood_json(mood_named("happy")))
    assert list(example["playlist"]) == [*found, "seed"]
    assert list(example["playlist"]["tracks"][0]) == list(found["tracks"][0])
    assert list(example["playlist"]["tracks"][0]["features"]) == list(found["tracks"][0]["features"])
