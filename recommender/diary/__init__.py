"""The diary: with the user's consent, what each reading said and when; never the picture.

`consent` says whether anything may be kept, `record` keeps a reading, `book` reads and erases them, `period` is a span
of local days, `summary` counts, `drawing` makes an SVG of it, `export` a CSV, `watch` looks at intervals. While the
diary is off nothing but `consent` and `record` is loaded, and no database.
"""
