"""How strictly the fake reads a request: unknown parameters, wrong types and too many of anything are refused."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request

URI = re.compile(r"spotify:(track|episode|album|artist|playlist|show|audiobook|user):[0-9A-Za-z]+")


class Refusal(Exception):
    """A request that is answered with an error.

    Args:
        status: Of the answer.
        message: As the service words it; None where it says nothing.
        reason: A player's reason.
        fault_of_ours: The request itself was wrong, so a test that sees it must fail.
    """

    def __init__(
        self, status: int, message: str | None, reason: str | None = None, *, fault_of_ours: bool | None = None
    ) -> None:
        super().__init__(status, message)
        self.status, self.message, self.reason = status, message, reason
        self.fault_of_ours = status in (400, 405, 413) if fault_of_ours is None else fault_of_ours

    @property
    def content(self) -> dict[str, Any]:
        inside: dict[str, Any] = {"status": self.status}
        inside |= {} if self.message is None else {"message": self.message}
        return {"error": inside | ({} if self.reason is None else {"reason": self.reason})}


class Asked:
    """The query of a request, of which every parameter must be known."""

    def __init__(self, request: Request, *known: str) -> None:
        pairs = request.query_params.multi_items()
        names = [name for name, _ in pairs]
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise Refusal(400, f"Unknown query parameters: {', '.join(unknown)}")
        if len(set(names)) < len(names):
            raise Refusal(400, "A query parameter comes twice")
        self.plain = dict(pairs)

    def text(self, name: str) -> str:
        if not self.plain.get(name):
            raise Refusal(400, f"Missing required field: {name}")
        return self.plain[name]

    def number(self, name: str, usual: int, least: int, most: int) -> int:
        value = self.plain.get(name, str(usual))
        if not re.fullmatch(r"-?\d+", value) or not least <= int(value) <= most:
            raise Refusal(400, f"Invalid {name}")
        return int(value)

    def decimal(self, name: str) -> float | None:
        try:
            return float(self.plain[name]) if name in self.plain else None
        except ValueError:
            raise Refusal(400, f"Invalid {name}") from None

    def market(self) -> str | None:
        value = self.plain.get("market")
        if value is not None and value != "from_token" and not re.fullmatch(r"[A-Z]{2}", value):
            raise Refusal(400, "Invalid market code")
        return value

    def uris(self, name: str, most: int) -> list[str]:
        return uris_of(self.text(name).split(","), most)


def uris_of(found: Any, most: int, kinds: tuple[str, ...] = ()) -> list[str]:
    """Return URIs that are well formed, at most so many."""
    if not isinstance(found, list) or not all(isinstance(uri, str) for uri in found):
        raise Refusal(400, "uris is not a list of strings")
    if not found:
        raise Refusal(400, "No uris provided")
    if len(found) > most:
        raise Refusal(400, f"You can add a maximum of {most} tracks per request")
    for uri in found:
        match = URI.fullmatch(uri)
        if match is None or (kinds and match[1] not in kinds):
            raise Refusal(400, f"Invalid track uri: {uri}")
    return found


async def body_of(request: Request, known: dict[str, type], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the JSON object of a request's body, whose every member must be known and of its type."""
    raw = await request.body()
    if not raw:
        if needed:
            raise Refusal(400, "Error parsing JSON.")
        return {}
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refusal(400, "Malformed json: Content-Type is not application/json")
    try:
        content = json.loads(raw)
    except ValueError:
        raise Refusal(400, "Malformed json") from None
    if not isinstance(content, dict):
        raise Refusal(400, "Malformed json: not an object")
    for name, value in content.items():
        if name not in known:
            raise Refusal(400, f"Unknown member of the body: {name}")
        if type(value) is not known[name]:
            raise Refusal(400, f"Invalid type of {name}")
    for name in needed:
        if name not in content:
            raise Refusal(400, f"Missing required field: {name}")
    return content


def chosen(content: Any, fields: str) -> Any:
    """Return what a `fields` filter leaves: "total,items(added_at,item(uri))"; exclusions are not known here."""
    if "!" in fields or not re.fullmatch(r"[\w.,()]+", fields):
        raise Refusal(400, "Invalid fields")
    tree, rest = _tree(fields)
    if rest:
        raise Refusal(400, "Invalid fields")
    return _left(content, tree)


def _tree(text: str) -> tuple[dict[str, Any], str]:
    tree: dict[str, Any] = {}
    while text and text[0] != ")":
        match = re.match(r"[\w.]+", text)
        if match is None:
            raise Refusal(400, "Invalid fields")
        node = tree
        *path, last = match[0].split(".")
        for name in path:
            node = node.setdefault(name, {})
        text = text[match.end() :]
        inside = node.setdefault(last, {})
        if text.startswith("("):
            more, text = _tree(text[1:])
            if not text.startswith(")"):
                raise Refusal(400, "Invalid fields")
            inside |= more
            text = text[1:]
        text = text.removeprefix(",")
    return tree, text


def _left(content: Any, tree: dict[str, Any]) -> Any:
    if not tree or content is None:
        return content
    if isinstance(content, list):
        return [_left(one, tree) for one in content]
    if not isinstance(content, dict):
        return content
    return {name: _left(content[name], inside) for name, inside in tree.items() if name in content}
