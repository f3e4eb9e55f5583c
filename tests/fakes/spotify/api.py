"""The fake's Web API for one listener and one app: catalogue, search, playlists and library; `player.py` has the rest.

Limits and statuses: https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide and
the reference pages of each endpoint (read 21 November 2026). What development mode lost answers 403, recommendations
404, audio features 403 without a message, as clients report (github.com/LucasSantana-Dev/Lucky issue 2072,
github.com/jwilsson/spotify-web-api-php issue 281). A write with a track that is not there is refused as a whole with
400 "Payload contains a non-existing ID" (github.com/jwilsson/spotify-web-api-php issue 59,
github.com/WritheM/IntelliMerge issue 17) or, named, "Invalid track uri" (github.com/jwilsson/spotify-web-api-php issue
162). An oversized search answers 400 "Invalid limit" (github.com/LargeModGames/spotatui pull request 518).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.spotify import objects, search
from tests.fakes.spotify.asking import Asked, Refusal, body_of, chosen, uris_of
from tests.fakes.spotify.world import ME, Entry, Playlist, Song, World, spotify_id

MOST_ITEMS = 100
"""URIs in one request to a playlist: https://developer.spotify.com/documentation/web-api/reference/add-items-to-playlist."""
MOST_LIBRARY = 40
"""URIs in one request to the library: https://developer.spotify.com/documentation/web-api/reference/save-library-items."""
LONGEST_DESCRIPTION = 300

SCOPES_OF: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/me/playlists"): ("playlist-read-private",),
    ("GET", "/playlists/{id}/items"): ("playlist-read-private",),
    ("GET", "/me/tracks"): ("user-library-read",),
    ("GET", "/me/library/contains"): ("user-library-read",),
    ("PUT", "/me/library"): ("user-library-modify",),
    ("DELETE", "/me/library"): ("user-library-modify",),
    ("GET", "/me/top/tracks"): ("user-top-read",),
    ("GET", "/me/top/artists"): ("user-top-read",),
    ("GET", "/me/player/recently-played"): ("user-read-recently-played",),
    ("GET", "/me/player"): ("user-read-playback-state",),
    ("GET", "/me/player/devices"): ("user-read-playback-state",),
    ("GET", "/me/player/queue"): ("user-read-playback-state",),
    ("POST", "/me/player/queue"): ("user-modify-playback-state",),
    ("PUT", "/me/player"): ("user-modify-playback-state",),
    ("PUT", "/me/player/play"): ("user-modify-playback-state",),
}
"""What the token must be allowed; playlists that are written need the scope of their kind, which `Api` looks at."""

GONE: dict[tuple[str, str], int] = {
    ("GET", "/recommendations/available-genre-seeds"): 404,
    ("GET", "/audio-analysis/{id}"): 403,
    ("GET", "/tracks"): 403,
    ("GET", "/albums"): 403,
    ("GET", "/artists"): 403,
    ("GET", "/artists/{id}/top-tracks"): 403,
    ("GET", "/artists/{id}/related-artists"): 404,
    ("GET", "/browse/new-releases"): 403,
    ("GET", "/browse/featured-playlists"): 404,
    ("GET", "/browse/categories"): 403,
    ("GET", "/browse/categories/{id}"): 403,
    ("GET", "/browse/categories/{id}/playlists"): 404,
    ("GET", "/markets"): 403,
    ("GET", "/users/{id}"): 403,
    ("GET", "/users/{id}/playlists"): 403,
    ("POST", "/users/{id}/playlists"): 403,
    ("GET", "/playlists/{id}/tracks"): 403,
    ("POST", "/playlists/{id}/tracks"): 403,
    ("PUT", "/playlists/{id}/tracks"): 403,
    ("DELETE", "/playlists/{id}/tracks"): 403,
    ("PUT", "/playlists/{id}/followers"): 403,
    ("DELETE", "/playlists/{id}/followers"): 403,
    ("PUT", "/me/tracks"): 403,
    ("DELETE", "/me/tracks"): 403,
    ("GET", "/me/tracks/contains"): 403,
    ("PUT", "/me/following"): 403,
}
"""What was taken away; nobody here needs it, so it is refused with extended quota too."""

Handler = Callable[[Request], Any]


class Api:
    """What a world answers."""

    def __init__(self, world: World, base: Callable[[], str]) -> None:
        self.world, self._base = world, base

    @property
    def base(self) -> str:
        return self._base()

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Return (method, path, handler) of what there is."""
        return [
            ("GET", "/me", self.me),
            ("GET", "/search", self.search),
            ("GET", "/tracks/{id}", self.track),
            ("GET", "/recommendations", self.recommendations),
            ("GET", "/audio-features", self.many_features),
            ("GET", "/audio-features/{id}", self.features),
            ("GET", "/me/playlists", self.my_playlists),
            ("POST", "/me/playlists", self.make_playlist),
            ("GET", "/playlists/{id}", self.playlist),
            ("PUT", "/playlists/{id}", self.change_playlist),
            ("GET", "/playlists/{id}/items", self.items),
            ("POST", "/playlists/{id}/items", self.add_items),
            ("PUT", "/playlists/{id}/items", self.replace_items),
            ("DELETE", "/playlists/{id}/items", self.remove_items),
            ("GET", "/me/tracks", self.saved_tracks),
            ("GET", "/me/library/contains", self.contains),
            ("PUT", "/me/library", self.save),
            ("DELETE", "/me/library", self.unsave),
            ("GET", "/me/top/tracks", self.top_tracks),
            ("GET", "/me/top/artists", self.top_artists),
        ]

    async def me(self, request: Request) -> Response:
        Asked(request)
        person = objects.thing(self.base, "user", ME) | {
            "account_id": "account1",
            "display_name": "The Listener",
            "images": [],
        }
        if self.world.rules.extended:
            product = "premium" if self.world.rules.premium else "free"
            person |= {"country": "DE", "product": product, "followers": {"href": None, "total": 0}}
        return JSONResponse(person)

    async def search(self, request: Request) -> Response:
        asked = Asked(request, "q", "type", "market", "limit", "offset", "include_external")
        query, kinds, market = asked.text("q"), asked.text("type").split(","), asked.market()
        if len(query) > search.LONGEST_QUERY:
            raise Refusal(400, f"Query exceeds maximum length of {search.LONGEST_QUERY} characters")
        limit = asked.number(
            "limit", 20 if self.world.rules.extended else 5, 1, 50 if self.world.rules.extended else 10
        )
        offset = asked.number("offset", 0, 0, 1000)
        content = {}
        for kind in kinds:
            if kind not in ("track", "playlist", "artist"):
                raise Refusal(400, f"Bad search type field {kind}")
            found, show = self._found(kind, query, market)
            plain = {"query": query, "type": kind}
            content[f"{kind}s"] = objects.page(f"{self.base}/search", plain, found, offset, limit, show)
        return JSONResponse(content)

    async def track(self, request: Request) -> Response:
        market = Asked(request, "market").market()
        return JSONResponse(objects.track(self.base, self._song(request), self.world.rules, market))

    async def recommendations(self, request: Request) -> Response:
        if not self.world.rules.extended:
            raise Refusal(404, "Not Found")
        seeds = ("seed_artists", "seed_genres", "seed_tracks")
        wishes = [f"{w}_{f}" for w in ("min", "max", "target") for f in (*_FEATURES, "tempo", "mode", "popularity")]
        asked = Asked(request, "limit", "market", *seeds, *wishes)
        given = [seed for name in seeds for seed in asked.plain.get(name, "").split(",") if seed]
        if not 1 <= len(given) <= 5:
            raise Refusal(400, "Invalid number of seeds")
        limit = asked.number("limit", 20, 1, 100)

        def far(song: Song) -> float:
            apart = 0.0
            for name in _FEATURES:
                wanted, has = asked.decimal(f"target_{name}"), getattr(song.features, name)
                apart += 0.0 if wanted is None else 1.0 if has is None else abs(wanted - has)
            return apart

        found = sorted(self.world.songs.values(), key=far)[:limit]
        shown = [objects.track(self.base, song, self.world.rules, asked.market()) for song in found]
        return JSONResponse({"seeds": [], "tracks": shown})

    async def many_features(self, request: Request) -> Response:
        if not self.world.rules.extended:
            raise Refusal(403, None)
        ids = Asked(request, "ids").text("ids").split(",")
        if len(ids) > 100:
            raise Refusal(400, "Too many ids")
        songs = [self.world.songs.get(one) for one in ids]
        return JSONResponse({"audio_features": [s and objects.features(self.base, s) for s in songs]})

    async def features(self, request: Request) -> Response:
        if not self.world.rules.extended:
            raise Refusal(403, None)
        Asked(request)
        return JSONResponse(objects.features(self.base, self._song(request)))

    async def my_playlists(self, request: Request) -> Response:
        asked = Asked(request, "limit", "offset")
        limit, offset = asked.number("limit", 20, 1, 50), asked.number("offset", 0, 0, 100_000)
        shown = self.world.listed()
        return self._page(request, shown, offset, limit, lambda p: objects.playlist(self.base, p, self.world.rules))

    async def make_playlist(self, request: Request) -> Response:
        Asked(request)
        known = {"name": str, "public": bool, "collaborative": bool, "description": str}
        content = await body_of(request, known, ("name",))
        _check_words(content)
        public, shared = content.get("public", True), content.get("collaborative", False)
        if shared and public:
            raise Refusal(400, "Collaborative playlists can only be private")
        _need(request, "playlist-modify-public" if public else "playlist-modify-private")
        made = self.world.new_playlist(
            content["name"], public=public, collaborative=shared, description=content.get("description")
        )
        return JSONResponse(objects.full_playlist(self.base, made, self.world.rules), 201)

    async def playlist(self, request: Request) -> Response:
        asked = Asked(request, "market", "fields", "additional_types")
        found = self._playlist(request)
        whole = objects.full_playlist(self.base, found, self.world.rules, asked.market())
        return JSONResponse(chosen(whole, asked.plain["fields"]) if "fields" in asked.plain else whole)

    async def change_playlist(self, request: Request) -> Response:
        Asked(request)
        found = self._own(request)
        known = {"name": str, "public": bool, "collaborative": bool, "description": str}
        content = await body_of(request, known)
        _check_words(content)
        for name, value in content.items():
            setattr(found, name, value)
        found.version += 1
        return Response(status_code=200)

    async def items(self, request: Request) -> Response:
        asked = Asked(request, "market", "fields", "limit", "offset", "additional_types")
        found, market = self._playlist(request), asked.market()
        if found.owner != ME and not found.collaborative and not self.world.rules.extended:
            raise Refusal(403, "Forbidden")
        limit, offset = asked.number("limit", 20, 1, 50), asked.number("offset", 0, 0, 100_000)
        url = f"{self.base}/playlists/{found.id}/items"
        show = lambda place: objects.entry(self.base, place, self.world.rules, market)  # noqa: E731
        whole = objects.page(url, {}, found.entries, offset, limit, show)
        return JSONResponse(chosen(whole, asked.plain["fields"]) if "fields" in asked.plain else whole)

    async def add_items(self, request: Request) -> Response:
        asked = Asked(request, "position", "uris")
        found = self._own(request)
        content = await body_of(request, {"uris": list, "position": int})
        listed = asked.plain["uris"].split(",") if "uris" in asked.plain else content.get("uris", [])
        uris = uris_of(listed, MOST_ITEMS, ("track", "episode"))
        self._check(uris)
        last = len(found.entries)
        place = asked.number("position", content.get("position", last), 0, last)
        found.entries[place:place] = self._entries(_by_half(request, uris))
        found.version += 1
        _stop_half(request)
        return JSONResponse({"snapshot_id": found.snapshot}, 201)

    async def replace_items(self, request: Request) -> Response:
        asked = Asked(request, "uris")
        found = self._own(request)
        moves = {"range_start": int, "insert_before": int, "range_length": int, "snapshot_id": str}
        content = await body_of(request, {"uris": list} | moves)
        if "range_start" in content:
            start, length = content["range_start"], content.get("range_length", 1)
            before = content.get("insert_before", 0)
            moved = found.entries[start : start + length]
            del found.entries[start : start + length]
            goal = before - length if before > start else before
            found.entries[goal:goal] = moved
        else:
            listed = asked.plain["uris"].split(",") if "uris" in asked.plain else content.get("uris")
            uris = [] if listed == [] else uris_of(listed, MOST_ITEMS, ("track", "episode"))
            self._check(uris)
            found.entries = self._entries(_by_half(request, uris))
        found.version += 1
        _stop_half(request)
        return JSONResponse({"snapshot_id": found.snapshot})

    async def remove_items(self, request: Request) -> Response:
        Asked(request)
        found = self._own(request)
        content = await body_of(request, {"items": list, "snapshot_id": str}, ("items",))
        if not all(isinstance(one, dict) and set(one) == {"uri"} for one in content["items"]):
            raise Refusal(400, "items is not a list of objects with a uri")
        uris = _by_half(request, uris_of([one["uri"] for one in content["items"]], MOST_ITEMS))
        found.entries = [place for place in found.entries if place.uri not in uris]
        found.version += 1
        _stop_half(request)
        return JSONResponse({"snapshot_id": found.snapshot})

    async def saved_tracks(self, request: Request) -> Response:
        asked = Asked(request, "market", "limit", "offset")
        limit, offset = asked.number("limit", 20, 1, 50), asked.number("offset", 0, 0, 100_000)
        market = asked.market()

        def show(place: Entry) -> objects.Json:
            assert place.song is not None
            return {
                "added_at": objects.when(place.added_at_s),
                "track": objects.track(self.base, place.song, self.world.rules, market),
            }

        return self._page(request, [p for p in self.world.saved if p.song], offset, limit, show)

    async def contains(self, request: Request) -> Response:
        uris = Asked(request, "uris").uris("uris", MOST_LIBRARY)
        held = {place.uri for place in self.world.saved} | {p.uri for p in self.world.listed()}
        return JSONResponse([uri in held for uri in uris])

    async def save(self, request: Request) -> Response:
        uris = _by_half(request, Asked(request, "uris").uris("uris", MOST_LIBRARY))
        held = {place.uri for place in self.world.saved}
        self.world.saved[:0] = self._entries([uri for uri in uris if uri not in held])
        _stop_half(request)
        return Response(status_code=200)

    async def unsave(self, request: Request) -> Response:
        uris = _by_half(request, Asked(request, "uris").uris("uris", MOST_LIBRARY))
        self.world.saved = [place for place in self.world.saved if place.uri not in uris]
        for playlist in self.world.playlists.values():
            playlist.followed = playlist.followed and playlist.uri not in uris
        _stop_half(request)
        return Response(status_code=200)

    async def top_tracks(self, request: Request) -> Response:
        limit, offset = self._top(request)
        return self._page(
            request, self.world.top, offset, limit, lambda s: objects.track(self.base, s, self.world.rules)
        )

    async def top_artists(self, request: Request) -> Response:
        limit, offset = self._top(request)
        names = list(dict.fromkeys(song.artists[0] for song in self.world.top))
        return self._page(request, names, offset, limit, lambda n: objects.full_artist(self.base, n, self.world.rules))

    def _top(self, request: Request) -> tuple[int, int]:
        asked = Asked(request, "time_range", "limit", "offset")
        if asked.plain.get("time_range", "medium_term") not in ("short_term", "medium_term", "long_term"):
            raise Refusal(400, "Invalid time range")
        return asked.number("limit", 20, 1, 50), asked.number("offset", 0, 0, 100_000)

    def _found(self, kind: str, query: str, market: str | None) -> tuple[list[Any], Callable[[Any], objects.Json]]:
        rules, world = self.world.rules, self.world
        found: list[Any]
        if kind == "playlist":
            found = list(search.playlists(world.playlists.values(), query))
            if rules.nulls and not rules.extended:  # the service's own lists are hidden since November 2024
                found = [None if p.owner == "spotify" else p for p in found]
            return found, lambda p: objects.playlist(self.base, p, rules)
        songs = search.songs(world.songs.values(), query)
        if kind == "artist":
            names = list(dict.fromkeys(name for song in songs for name in song.artists))
            return names, lambda name: objects.full_artist(self.base, name, rules)
        found = list(songs)
        if rules.nulls and len(songs) > 1:
            found.insert(1, None)
        return found, lambda song: objects.track(self.base, song, rules, market)

    def _page(
        self, request: Request, whole: list[Any], offset: int, limit: int, show: Callable[[Any], objects.Json]
    ) -> Response:
        path = request.url.path.partition("/v1")[2]
        plain = {n: v for n, v in request.query_params.items() if n not in ("limit", "offset")}
        return JSONResponse(objects.page(self.base + path, plain, whole, offset, limit, show))

    def _song(self, request: Request) -> Song:
        song = self.world.songs.get(request.path_params["id"])
        if song is None:
            raise Refusal(404, "Resource not found")
        return song

    def _playlist(self, request: Request) -> Playlist:
        found = self.world.playlists.get(request.path_params["id"])
        hidden = found is not None and found.owner == "spotify" and not self.world.rules.extended
        if found is None or hidden or (found.owner != ME and not found.public):
            raise Refusal(404, "Resource not found")
        return found

    def _own(self, request: Request) -> Playlist:
        found = self._playlist(request)
        if found.owner != ME and not found.collaborative:
            raise Refusal(403, "You cannot change a playlist you don't own.")
        _need(request, "playlist-modify-public" if found.public else "playlist-modify-private")
        return found

    def _check(self, uris: list[str]) -> None:
        """Refuse a write as a whole when one of its tracks is not there (any more); nobody here has episodes."""
        unknown = next((uri for uri in uris if self.world.song_of(uri) is None), None)
        if unknown is not None:
            named = self.world.rules.names_unknown
            words = f"Invalid track uri: {unknown}" if named else "Payload contains a non-existing ID"
            raise Refusal(400, words, fault_of_ours=False)

    def _entries(self, uris: list[str]) -> list[Entry]:
        now = self.world.clock()
        return [Entry(uri, self.world.song_of(uri), now) for uri in uris]


_FEATURES = ("acousticness", "danceability", "energy", "instrumentalness", "valence")


def _need(request: Request, scope: str) -> None:
    if scope not in request.scope["scopes"]:
        raise Refusal(403, "Insufficient client scope")


def _check_words(content: dict[str, Any]) -> None:
    if not content.get("name", "x").strip():
        raise Refusal(400, "Missing required field: name")
    if len(content.get("description", "")) > LONGEST_DESCRIPTION or "\n" in content.get("description", ""):
        raise Refusal(400, "Invalid description")


def _by_half(request: Request, uris: list[str]) -> list[str]:
    """Return what of a write is done when it is to break off."""
    return uris[: len(uris) // 2] if request.scope.get("by_half") else uris


def _stop_half(request: Request) -> None:
    if request.scope.get("by_half"):
        raise Refusal(500, "Internal server error")


def gone(status: int) -> Handler:
    """Return what answers for what is no longer there."""

    async def answer(request: Request) -> Response:
        raise Refusal(status, "Not Found" if status == 404 else "Forbidden", fault_of_ours=True)

    return answer


def routed(api: list[tuple[str, str, Handler]]) -> list[Route]:
    """Return routes below /v1."""
    everything = [*api, *((method, path, gone(status)) for (method, path), status in GONE.items())]
    return [Route(f"/v1{path}", handler, methods=[method]) for method, path, handler in everything]


__all__ = ["GONE", "SCOPES_OF", "Api", "routed", "spotify_id"]
