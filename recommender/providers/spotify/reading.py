"""Lists of Spotify's, page by page; a page that is not the one that was asked for is asked for again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from errors import Unavailable
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.translate import Page, page_of

PAGE = 50
"""The most there is on a page: developer.spotify.com/documentation/web-api/reference (read 2026-11-21)."""


def pages(
    client: SpotifyClient, path: str, what: str, *, params: Mapping[str, Any] | None = None, most: int | None = None
) -> Iterator[Page]:
    """Yield the pages of a list in order.

    Args:
        client: Speaks to Spotify.
        path: Of the list.
        what: It holds, for messages.
        params: Further ones of the query.
        most: Items after which no further page is asked for.

    Raises:
        ProviderError: Spotify does not answer, or with nonsense.
    """
    offset = 0
    while True:
        page = _page(client, path, what, {**(params or {}), "limit": PAGE, "offset": offset})
        yield page
        offset += len(page.items)
        if not page.items or offset >= page.total or (most is not None and offset >= most):
            return


def _page(client: SpotifyClient, path: str, what: str, params: Mapping[str, Any]) -> Page:
    try:
        return page_of(client.request("GET", path, params=params, retry=True), offset=params["offset"], what=what)
    except Unavailable:
        return page_of(client.request("GET", path, params=params, retry=True), offset=params["offset"], what=what)
