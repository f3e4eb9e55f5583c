"""The user's own catalogue in a database: SQLite in the data directory, or PostgreSQL by an address.

`schema` says what is kept, `migrations` how an old store becomes a new one, `engine` opens it and turns what a database
complains about into words, `writing` merges tracks into it, `catalogue` looks for them by mood, `queries` answers the
rest, `export` writes them to a file. SQLAlchemy takes a while to load, so nothing imports this package until there is
a store.
"""
