"""Run supysonic with werkzeug's server in a process of its own: `python run_supysonic.py CONFIG PORT MUSIC`."""

from __future__ import annotations

import os
import sys
from typing import Any


def main(config_path: str, port: str, music: str) -> None:
    from supysonic.config import IniConfig
    from supysonic.db import db, init_database, release_database
    from supysonic.managers.folder import FolderManager
    from supysonic.managers.user import UserManager
    from supysonic.scanner import Scanner
    from supysonic.web import create_application
    from werkzeug.serving import make_server

    config: Any = IniConfig([config_path])
    init_database(config.BASE["database_uri"])
    db.obj.pragma("synchronous", "OFF", permanent=True)  # nobody needs this database after the tests
    UserManager.add(os.environ["SUPYSONIC_USER"], os.environ["SUPYSONIC_PASSWORD"], admin=False)
    FolderManager.add("music", music)
    scanner = Scanner()
    scanner.queue_folder("music")
    scanner.run()
    release_database()
    make_server("127.0.0.1", int(port), create_application(config), threaded=True).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
