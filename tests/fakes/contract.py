"""Whether requests and answers are what Spotify's OpenAPI description says: jsonschema for what is wrong, and a walk
through the schemas for what is unknown, since the description lets every object have more members.

The description (`../shared/spec/spotify-web-api.yml`) is not part of the repository; where it is absent nothing is
checked.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fakes.spotify.service import Exchange

SPEC = Path(__file__).parents[2].parent / "shared" / "spec" / "spotify-web-api.yml"

DEPARTURES = """
The service departs from its own description, and the fake follows the service:
- a page may hold null where something is hidden (github.com/spotify/spotify-web-api-ts-sdk issue 141);
- a place of a playlist may hold null for a track that was taken down (github.com/spotify/web-api issue 958);
- 404 and 429 are not described for every endpoint, and 400 hardly anywhere;
- audio features are refused with 403 and no message (github.com/jwilsson/spotify-web-api-php issue 281);
- the player adds a reason to its errors;
- market may be "from_token".
"""


A_FEW = 2
"""Items of each end of a long list that are looked at."""


def violations_of(exchanges: Iterable[Exchange]) -> list[str]:
    """Return what of some exchanges is not as described; nothing where there is no description."""
    if not SPEC.exists():
        return []
    found: dict[tuple[object, ...], list[str]] = {}
    for exchange in exchanges:
        key = (exchange.method, exchange.path, tuple(exchange.query), exchange.body, exchange.status, exchange.answer)
        if key not in _checked:
            _checked[key] = list(_violations(exchange))
        found[key] = _checked[key]
    return [line for lines in found.values() for line in lines]


_checked: dict[tuple[object, ...], list[str]] = {}


def described() -> set[tuple[str, str]]:
    """Return (method, path) of every endpoint that is described, paths with {id} for every parameter."""
    paths: Mapping[str, Mapping[str, object]] = _document()["paths"]
    methods = ("get", "put", "post", "delete")
    return {(m.upper(), _with_ids(path)) for path, ways in paths.items() for m in ways if m in methods}


def described_scopes(method: str, path: str) -> set[str]:
    """Return the scopes that an endpoint's description names."""
    for known, ways in _document()["paths"].items():
        if _with_ids(known) == path and method.lower() in ways:
            return {scope for way in ways[method.lower()]["security"] for scope in way["oauth_2_0"]}
    raise LookupError(f"{method} {path} is not described")


def _violations(exchange: Exchange) -> Iterator[str]:
    where = f"{exchange.method} {exchange.path}"
    operation = _operation(exchange)
    if operation is None:
        yield f"{where} is not described"
        return
    yield from (f"{where}: request: {line}" for line in _wrong_request(exchange, operation))
    if exchange.status:  # 0 where a fault came before any answer
        yield from (f"{where}: answer {exchange.status}: {line}" for line in _wrong_answer(exchange, operation))


def _wrong_request(exchange: Exchange, operation: Any) -> Iterator[str]:
    parameters = [_followed(one) for one in operation.get("parameters", ())]
    known = {one["name"]: one for one in parameters if one["in"] == "query"}
    given = dict(exchange.query)
    if len(given) < len(exchange.query):
        yield "a parameter comes twice"
    yield from (f"parameter {name!r} is not described" for name in given.keys() - known.keys())
    yield from (f"parameter {n!r} is missing" for n, one in known.items() if one.get("required") and n not in given)
    for name in given.keys() & known.keys():
        schema = _followed(known[name]["schema"])
        yield from (f"parameter {name!r}: {line}" for line in _wrong(_typed(given[name], schema), schema))
    content = _followed(operation.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if exchange.body and schema is None:
        yield "a body is not described"
    elif exchange.body:
        if exchange.headers.get("content-type", "").partition(";")[0] != "application/json":
            yield "a body that does not say it is JSON"
        yield from _wrong(exchange.json, schema)
        yield from _unknown(exchange.json, schema, "body")


def _wrong_answer(exchange: Exchange, operation: Any) -> Iterator[str]:
    described = operation["responses"].get(str(exchange.status))
    if described is None or exchange.status in (400, 403):
        yield from _wrong_error(exchange)
        return
    schema = _followed(described).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        yield from ["a body, where none is described"] if exchange.answer else []
        return
    if exchange.answer_headers.get("content-type", "").partition(";")[0] != "application/json":
        yield "no JSON"
    content = _sampled(_without_nulls(exchange.answer_json))
    chosen = any(name == "fields" for name, _ in exchange.query)  # then what is required may have been left out
    yield from _wrong(content, schema, whole=not chosen)
    yield from _unknown(content, schema, "answer")


def _wrong_error(exchange: Exchange) -> Iterator[str]:
    """Check an error that the endpoint's description lacks by the ErrorObject that all errors are."""
    if exchange.status not in (400, 403, 404, 429, 500):
        yield "the status is not described"
        return
    content = exchange.answer_json
    if exchange.status == 403 and content == {"error": {"status": 403}}:
        return
    yield from _wrong(content.get("error"), {"$ref": "#/components/schemas/ErrorObject"})
    if content["error"]["status"] != exchange.status:
        yield "another status inside"


def _wrong(content: Any, schema: Any, *, whole: bool = True) -> list[str]:
    """Return what jsonschema finds; of what is not whole, without what is missing."""
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    validator = Draft202012Validator(_plain(schema, whole), registry=_registry(whole), format_checker=_formats())
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(content)
    ]


def _unknown(content: Any, schema: Any, path: str) -> Iterator[str]:
    """Yield the members of an answer or body that no schema names."""
    schema = _followed(schema)
    if isinstance(content, list):
        for place, one in enumerate(content):
            yield from _unknown(one, _items_of(schema), f"{path}[{place}]")
    if not isinstance(content, dict):
        return
    known = _members(schema, content)
    if not known and schema.get("additionalProperties") is True:
        return  # described in words only
    for name, value in content.items():
        if name not in known:
            yield f"{path}.{name} is not described"
        else:
            yield from _unknown(value, known[name], f"{path}.{name}")


def _members(schema: Any, content: Any) -> dict[str, Any]:
    """Return the members that a schema names, and its parts; of alternatives the one of the content's type."""
    schema = _followed(schema)
    found: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        found |= _members(part, content)
    for part in schema.get("oneOf", ()):
        kinds = _followed(_followed(part).get("properties", {}).get("type", {})).get("enum", ())
        if "type" not in content or content["type"] in kinds:
            found |= _members(part, content)
    found |= schema.get("properties", {})
    return found


def _items_of(schema: Any) -> Any:
    for part in (schema, *schema.get("allOf", ())):
        if "items" in _followed(part):
            return _followed(part)["items"]
    return {}


def _followed(schema: Any) -> Any:
    while "$ref" in schema:
        found = _document()
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _operation(exchange: Exchange) -> Any:
    """Return an endpoint's description; None where there is none."""
    for path, ways in _document()["paths"].items():
        if _with_ids(path) == exchange.template and exchange.method.lower() in ways:
            return ways[exchange.method.lower()]
    return None


def _with_ids(path: str) -> str:
    return re.sub(r"{\w+}", "{id}", path)


def _without_nulls(content: Any) -> Any:
    """Leave out what `DEPARTURES` allows to be null."""
    if isinstance(content, list):
        return [_without_nulls(one) for one in content if one is not None]
    if isinstance(content, dict):
        return {n: _without_nulls(v) for n, v in content.items() if v is not None or n not in ("item", "track")}
    return content


def _sampled(content: Any) -> Any:
    """Leave the first and the last few of long lists: the fake makes all alike, and looking takes time."""
    if isinstance(content, list):
        few = content if len(content) <= 2 * A_FEW else content[:A_FEW] + content[-A_FEW:]
        return [_sampled(one) for one in few]
    return {n: _sampled(v) for n, v in content.items()} if isinstance(content, dict) else content


def _typed(text: str, schema: Any) -> Any:
    """Return a parameter as its schema means it; as it is where it cannot be meant so."""
    try:
        match schema.get("type"):
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "array":
                return text.split(",")
    except ValueError:
        pass
    return text


@functools.cache
def _document() -> Any:
    import yaml  # type: ignore[import-untyped]

    return yaml.load(SPEC.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@functools.cache
def _registry(whole: bool) -> Any:
    """Return the description's schemas in JSON Schema 2020-12, which has no `nullable` and no OpenAPI discriminator."""
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    return Registry().with_resource("urn:spotify", DRAFT202012.create_resource(_plain(_document(), whole)))


def _plain(schema: Any, whole: bool) -> Any:
    if isinstance(schema, list):
        return [_plain(one, whole) for one in schema]
    if not isinstance(schema, dict):
        return schema
    foreign = {"nullable", "discriminator", "example"} | (set() if whole else {"required"})
    made = {name: _plain(value, whole) for name, value in schema.items() if name not in foreign}
    if not whole and "oneOf" in made:  # what tells the alternatives apart may have been left out
        made["anyOf"] = made.pop("oneOf")
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        made["type"] = [schema["type"], "null"]
    if isinstance(made.get("$ref"), str):
        made["$ref"] = f"urn:spotify{made['$ref']}"
    return made


@functools.cache
def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(())
    checker.checks("date-time", ValueError)(lambda text: bool(datetime.fromisoformat(text).tzinfo))
    return checker
