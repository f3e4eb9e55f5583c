"""What people see of playlists that a service has: every one with its owner and the link that opens it there."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from recommender.providers import Found


def playlists(console: Console, found: Sequence[Found]) -> None:
    """Show playlists, the best first."""
    for number, each in enumerate(found, start=1):
        many = "" if each.tracks is None else f", {each.tracks} tracks"
        head = Text.assemble((f" {number:>2}  ", "dim"), (each.title, "bold"), f"  by {each.owner}{many}")
        console.print(head, soft_wrap=True)
        console.print(Text(f"     {each.link}", style=f"link {each.link}"), soft_wrap=True)
        console.print(Text(f"     {each.why} · {each.uri}", style="dim"), soft_wrap=True)
