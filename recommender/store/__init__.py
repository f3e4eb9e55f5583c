"""The user's own catalogue in a database: SQLite in the data directory, or PostgreSQL by an address.

`schema` says what is kept, `migrations` how an old store becomes a new one, `engine` opens it and turns what a database
complains about into words, `dialect` says the same to both databases. `writing` puts tracks into it, `merging` makes
one row of two, `catalogue` looks for them by mood, `nearest` finds those around a point, `queries` answers the rest,
`export` writes them to a file. SQLAlchemy takes a while to load, so nothing imports this package until there is a
store.
"""
