"""A page as Chromium sees it: what it renders, what it complains about, and whom it asks for anything."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-extensions", "--disable-domain-reliability", "--no-pings", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
"""Little that Chromium would ask for on its own account; no name is resolved, so nothing leaves this machine."""


@dataclass(frozen=True)
class Visit:
    """What came of opening a page: its elements as text, console messages, and addresses beside local ones."""

    dom: str
    console: list[str]
    asked: list[str]


def visit(page: Path, scratch: Path) -> Visit:
    """Open a page.

    Args:
        page: An HTML file.
        scratch: A folder for Chromium's profile and its log of the network.
    """
    assert CHROMIUM is not None
    log = scratch / "net.json"
    done = subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={scratch / 'profile'}", "--enable-logging=stderr", "--v=0",
         f"--log-net-log={log}", "--net-log-capture-mode=Everything", "--virtual-time-budget=3000", "--dump-dom",
         page.resolve().as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    console = re.findall(r"CONSOLE[^\]]*\] (.*)", done.stderr)
    return Visit(done.stdout, console, _addresses(log))


def _addresses(log: Path) -> list[str]:
    """Return the addresses that the page requested over a network, each once."""
    text = log.read_text(encoding="utf-8")
    try:
        events = json.loads(text)["events"]
    except json.JSONDecodeError:  # Chromium ended before it closed the list
        events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
    # What Chromium asks for on its own account (its updates, the time) has no page behind it: "not an origin".
    asked = (event.get("params", {}) for event in events)
    urls = [str(p.get("url", "")) for p in asked if p.get("initiator", "not an origin") != "not an origin"]
    return list(dict.fromkeys(url for url in urls if urlsplit(url).scheme in ("http", "https", "ws", "wss")))
