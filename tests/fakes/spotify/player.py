"""The fake's player: devices, what plays, the queue. Only for listeners who pay.

Errors: "Player command failed: No active device found" with reason NO_ACTIVE_DEVICE (404), "Player command failed:
Premium required" with reason PREMIUM_REQUIRED (403), as clients report (github.com/pdaddyo/soundbounce-v2 issue 82;
read 21 November 2026).
"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.spotify import objects
from tests.fakes.spotify.api import Api, Handler
from tests.fakes.spotify.asking import Asked, Refusal, body_of, uris_of
from tests.fakes.spotify.world import Device


class Player(Api):
    """What a world's player answers."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/me/player", self.state),
            ("PUT", "/me/player", self.transfer),
            ("GET", "/me/player/devices", self.devices),
            ("PUT", "/me/player/play", self.play),
            ("GET", "/me/player/queue", self.queue),
            ("POST", "/me/player/queue", self.enqueue),
            ("GET", "/me/player/recently-played", self.recently),
        ]

    async def devices(self, request: Request) -> Response:
        Asked(request)
        return JSONResponse({"devices": [objects.device(one) for one in self.world.devices]})

    async def state(self, request: Request) -> Response:
        Asked(request, "market", "additional_types")
        device = next((d for d in self.world.devices if d.active), None)
        if device is None or self.world.playing is None:
            return Response(status_code=204)
        return JSONResponse(
            {
                "device": objects.device(device),
                "repeat_state": "off",
                "shuffle_state": False,
                "timestamp": round(self.world.clock() * 1000),
                "progress_ms": 0,
                "is_playing": True,
                "currently_playing_type": "track",
            }
        )

    async def transfer(self, request: Request) -> Response:
        Asked(request)
        self._paying()
        content = await body_of(request, {"device_ids": list, "play": bool}, ("device_ids",))
        if len(content["device_ids"]) != 1:
            raise Refusal(400, "Only a single device_id is supported")
        self._activate(self._device(content["device_ids"][0]))
        return Response(status_code=204)

    async def play(self, request: Request) -> Response:
        asked = Asked(request, "device_id")
        self._paying()
        content = await body_of(request, {"context_uri": str, "uris": list, "offset": dict, "position_ms": int})
        if "uris" in content and "context_uri" in content:
            raise Refusal(400, "Can't have both uris and context_uri")
        if "uris" in content:
            uris_of(content["uris"], 1_000_000, ("track", "episode"))
        context = content.get("context_uri", "")
        if context and not context.startswith(("spotify:playlist:", "spotify:album:", "spotify:artist:")):
            raise Refusal(400, "Invalid context uri")
        if context.startswith("spotify:playlist:") and context.split(":")[2] not in self.world.playlists:
            raise Refusal(404, "Resource not found")
        device = self._device(asked.plain.get("device_id"))
        self._activate(device)
        self.world.playing = {"device": device.id} | content
        return Response(status_code=204)

    async def queue(self, request: Request) -> Response:
        Asked(request)
        songs = [self.world.song_of(uri) for uri in self.world.queue]
        shown = [objects.track(self.base, song, self.world.rules) for song in songs if song is not None]
        return JSONResponse({"queue": shown})

    async def enqueue(self, request: Request) -> Response:
        asked = Asked(request, "uri", "device_id")
        self._paying()
        self._device(asked.plain.get("device_id"))
        self.world.queue += uris_of([asked.text("uri")], 1, ("track", "episode"))
        return Response(status_code=204)

    async def recently(self, request: Request) -> Response:
        asked = Asked(request, "limit", "after", "before")
        if "after" in asked.plain and "before" in asked.plain:
            raise Refusal(400, "Only one of after and before")
        limit = asked.number("limit", 20, 1, 50)
        after = asked.number("after", 0, 0, 10**15)
        before = asked.number("before", 10**15, 0, 10**15)
        found = [(s, at_s) for s, at_s in self.world.recent if after < at_s * 1000 < before]
        shown = found[:limit]
        more = len(found) > limit
        last = str(round(shown[-1][1] * 1000)) if shown else ""
        first = str(round(shown[0][1] * 1000)) if shown else ""
        return JSONResponse(
            {
                "href": f"{self.base}/me/player/recently-played?limit={limit}",
                "limit": limit,
                "items": [
                    {"track": objects.track(self.base, song, self.world.rules), "played_at": objects.when(at_s)}
                    for song, at_s in shown
                ],
                **({"cursors": {"after": first, "before": last}} if shown else {}),
                **({"next": f"{self.base}/me/player/recently-played?before={last}&limit={limit}"} if more else {}),
            }
        )

    def _paying(self) -> None:
        if not self.world.rules.premium:
            raise Refusal(403, "Player command failed: Premium required", "PREMIUM_REQUIRED")

    def _device(self, wanted: str | None) -> Device:
        if wanted is None:
            found = next((d for d in self.world.devices if d.active), None)
            if found is None:
                raise Refusal(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE")
        else:
            found = next((d for d in self.world.devices if d.id == wanted), None)
            if found is None:
                raise Refusal(404, "Device not found")
        if found.restricted:
            raise Refusal(403, "Player command failed: Restriction violated", "UNKNOWN")
        return found

    def _activate(self, device: Device) -> None:
        self.world.devices = [replace(d, active=d.id == device.id) for d in self.world.devices]
