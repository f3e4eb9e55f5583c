"""Whether Spotify can be used, for `mien doctor`."""

from __future__ import annotations

from datetime import UTC, datetime

from errors import AuthRequired, ProviderError
from recommender.providers import Health
from recommender.providers.place import Place
from recommender.providers.spotify.client import Block, SpotifyClient
from recommender.providers.spotify.tokens import LOGIN, Tokens

SOON_DAYS = 14
DAY_S = 86_400.0


def check(place: Place, *, online: bool = False) -> Health:
    """Say what the login is good for and until when; asks Spotify only when that is wanted.

    Args:
        place: Where the tokens are.
        online: Also ask whether Spotify takes them.

    Raises:
        ConfigError: What is kept of the login cannot be read.
    """
    tokens = Tokens(place)
    login = tokens.login()
    if login is None:
        return Health("not set up", "Spotify: you are not logged in.", f"docs/spotify.md tells how; then: {LOGIN}")
    now_s = place.clock()
    if (blocked_s := Block(place).remaining_s()) > 0:
        until = f"{datetime.fromtimestamp(now_s + blocked_s).astimezone():%H:%M on %d %B}"
        return Health("broken", f"Spotify takes no requests from you until {until}.", "Wait; nothing else helps.")
    if login.ends_at_s is not None and login.ends_at_s <= now_s:
        return Health("broken", "Spotify: your login has ended, as all do after six months.", f"Log in again: {LOGIN}")
    if online:
        try:
            with SpotifyClient(place, tokens) as client:
                client.request("GET", "me", retry=True)
        except AuthRequired as error:
            return Health("broken", f"Spotify does not take your login ({error}).", f"Log in again: {LOGIN}")
        except ProviderError as error:  # which says itself what to do
            return Health("broken", str(error), "")
    words = f"Spotify: logged in, to {', '.join(login.purposes) or 'nothing'}"
    if login.ends_at_s is None:
        return Health("ready", f"{words}.")
    ends = f"{datetime.fromtimestamp(login.ends_at_s, UTC):%d %B %Y}"
    remedy = f"It ends soon; log in again: {LOGIN}" if login.ends_at_s - now_s < SOON_DAYS * DAY_S else ""
    return Health("ready", f"{words}, until {ends}.", remedy)
