"""Secrets that show themselves as `***`: in texts, in reprs and in what libraries log."""

from __future__ import annotations

import logging
import re

MASK = "***"

_NAMED = re.compile(
    r"""(?ix)
    (?P<before>
        \b(?:bearer|basic)\s+
      | ["']?\b(?:access_token|refresh_token|id_token|client_secret|code_verifier|code_challenge|authorization
            |password|api_?key|apikey|secret)\b["']?\s*[:=]\s*["']?
      | [?&](?:code|state|p|t|s)=
    )
    (?P<value>(?:(?:bearer|basic)\s+)?[^\s"'&,;)}\]<>]+)
    """
)


class Secret:
    """A text that shows itself as `***` everywhere except where `reveal` is called."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself: only for what is sent to its service."""
        return self._text

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")

    def __deepcopy__(self, _memo: object) -> Secret:
        return self


def masked(text: str, *secrets: Secret | None) -> str:
    """Return a foreign text without these secrets, and without what names itself a token, key or password."""
    for secret in secrets:
        if secret:
            text = text.replace(secret.reveal(), MASK)
    return _NAMED.sub(lambda found: found["before"] + MASK, text)


class MaskedLog(logging.Filter):
    """Mask what a library logs: spotipy's debug lines hold the bearer token, HTTP libraries log whole addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):  # words and values that do not fit: no reason to break off a request
            text = str(record.msg)
        record.msg, record.args = masked(text), None
        return True


def mask_logs(*names: str) -> None:
    """Mask the secrets that the loggers of these names would write; more than once does no harm."""
    for name in names:
        logger = logging.getLogger(name)
        if not any(isinstance(each, MaskedLog) for each in logger.filters):
            logger.addFilter(MaskedLog())
