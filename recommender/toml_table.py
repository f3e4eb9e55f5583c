"""Edit one table of a TOML text and leave every other character as the user wrote it.

`tomllib` reads TOML and does not write it. This module finds the lines of a text that `tomllib` has already accepted
(TOML 1.0, https://toml.io/en/v1.0.0), so it needs to know strings, brackets and comments only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """One `[table]` header or one `key = value`, which may span lines.

    Args:
        table: The table's name, of a header, or that the key is in ("" at the top of the file).
        key: The key as written, None for a header.
        start: Offset of its first line.
        code_end: Offset behind its last character, before a comment.
        end: Offset behind its last line.
        comment: The comment on its last line ("# …"), or "".
        line: Line number, counted from 1.
    """

    table: str
    key: str | None
    start: int
    code_end: int
    end: int
    comment: str
    line: int


def statements(text: str) -> list[Statement]:
    """Return the statements of a valid TOML text with LF line ends, in order."""
    found: list[Statement] = []
    table, at = "", 0
    while at < len(text):
        stop = _line_end(text, at)
        stripped = text[at:stop].strip()
        if not stripped or stripped.startswith("#"):
            at = stop
            continue
        code_end, end = _statement_end(text, at)
        code = text[at:code_end].strip()
        key: str | None = None
        if code.startswith("["):
            table = _bare(code.strip("[]"))
        else:
            key = _bare(code.partition("=")[0])
        comment = text[code_end:end].strip()
        found.append(Statement(table, key, at, code_end, end, comment, text.count("\n", 0, at) + 1))
        at = end
    return found


def with_table(text: str, table: str, values: Mapping[str, str]) -> str:
    """Return the text with `[table]` holding exactly these keys.

    Args:
        text: Valid TOML with LF line ends.
        table: A bare name.
        values: Key → value as TOML writes it. Keys that stay keep their place and their comment.
    """
    if text and not text.endswith("\n"):
        text += "\n"
    header, body = _find(text, table)
    if header is None:
        gap = "\n" if text and not text.endswith("\n\n") else ""
        return f"{text}{gap}[{table}]\n" + _lines(values)
    edits: list[tuple[int, int, str]] = []
    kept: set[str] = set()
    insert_at = header.end
    for statement in body:
        key = statement.key
        if key is not None and key in values and key not in kept:
            kept.add(key)
            edits.append((statement.start, statement.code_end, f"{key} = {values[key]}"))
            insert_at = statement.end
        else:
            edits.append((statement.start, statement.end, _only_comment(statement)))
    edits.append((insert_at, insert_at, _lines({k: v for k, v in values.items() if k not in kept})))
    return _edited(text, edits)


def without_table(text: str, table: str) -> str:
    """Return the text without `[table]` and its keys; comments, also those behind a value, stay."""
    header, body = _find(text, table)
    if header is None:
        return text
    return _edited(text, [(s.start, s.end, _only_comment(s)) for s in (header, *body)])


def _find(text: str, table: str) -> tuple[Statement | None, list[Statement]]:
    inside = [s for s in statements(text) if s.table == table]
    header = next((s for s in inside if s.key is None), None)
    return header, [s for s in inside if s.key is not None]


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in values.items())


def _only_comment(statement: Statement) -> str:
    return f"{statement.comment}\n" if statement.comment else ""


def _bare(name: str) -> str:
    return name.strip().strip("\"'")


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop + 1


def _statement_end(text: str, at: int) -> tuple[int, int]:
    """Return the offsets behind the code and behind the last line of the statement that starts at `at`."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            at = _string_end(text, at)
            continue
        if char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif char == "#":
            if depth == 0:
                return len(text[:at].rstrip(" \t")), _line_end(text, at)
            at = _line_end(text, at)
            continue
        elif char == "\n" and depth == 0:
            return len(text[:at].rstrip(" \t")), at + 1
        at += 1
    return len(text.rstrip()), len(text)


def _string_end(text: str, at: int) -> int:
    quote = text[at]
    fence = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(fence)
    while at < len(text):
        if quote == '"' and text[at] == "\\":
            at += 2
        elif text.startswith(fence, at):
            at += len(fence)
            # a multi-line string may end in up to two quotes of its own
            while len(fence) == 3 and text.startswith(quote, at):
                at += 1
            return at
        else:
            at += 1
    return at
