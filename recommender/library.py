"""Where the user's own catalogue is, and how it is opened: a file of the data directory, or a PostgreSQL database.

The database's code loads only once there is something to open, since it takes a while.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from errors import CatalogueError, ConfigError
from recommender.catalogue import BuiltIn, Catalogue

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Library:
    """Where the user's catalogue is.

    Args:
        path: Of the SQLite file, which need not exist.
        database: Address of a PostgreSQL database that is used instead.
    """

    path: Path
    database: str | None = field(default=None, repr=False)  # it may hold a password

    @property
    def exists(self) -> bool:
        """Say whether there is something to open."""
        return self.database is not None or self.path.exists()

    def music(self) -> tuple[Catalogue, list[str]]:
        """Return what there is to choose from, and notes about it, which may grow while it is used.

        Raises:
            CatalogueError: The store cannot be read; a damaged one is set aside instead.
            ConfigError: The database's address is none.
        """
        if not self.exists:
            return BuiltIn(), []
        from recommender.store.catalogue import StoreCatalogue
        from recommender.store.engine import StoreDamaged
        from recommender.together import Together

        try:
            both = Together(StoreCatalogue(self._engine()), BuiltIn(), self._set_aside)
        except StoreDamaged:
            return BuiltIn(), [self._set_aside()]
        return both, both.notes

    def open(self, *, make: bool = False) -> tuple[Engine, str | None]:
        """Return the store, brought up to date, for what looks into it or changes it.

        Args:
            make: Make one when there is none.

        Returns:
            Its engine, and a sentence when a damaged one was set aside for it.

        Raises:
            CatalogueError: There is none, or it is damaged, or cannot be used.
            ConfigError: The database's address is none, or the folder cannot be made.
        """
        if not self.exists:
            if not make:
                how = "mien catalogue import FILE, or mien catalogue scan FOLDER"
                raise CatalogueError(self.path, f"you have no catalogue yet. Make one: {how}.")
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                reason = f"{self.path.parent} cannot be made: {error.strerror}. Set MIEN_DATA_DIR."
                raise ConfigError(reason) from error
        from recommender.store.engine import StoreDamaged
        from recommender.store.migrations import migrate

        engine, said = self._engine(), None
        try:
            migrate(engine)
        except StoreDamaged as error:
            engine.dispose()
            said = self._set_aside()
            if not make:
                raise CatalogueError(self.path, said) from error
            engine = self._engine()
            migrate(engine)
        return engine, said

    def _engine(self) -> Engine:
        from recommender.store.engine import engine_at, engine_of

        return engine_at(self.path) if self.database is None else engine_of(self.database)

    def _set_aside(self) -> str:
        from recommender.store.engine import is_damaged, set_aside

        if not is_damaged(self.path):  # another mien was faster
            return f"Your catalogue {self.path} could not be read, so the built-in table was used. Try again."
        goal = set_aside(self.path)
        return f"Your catalogue was damaged. It is now {goal}, without it the built-in table is used; import again."
