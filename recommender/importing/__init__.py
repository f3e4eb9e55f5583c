"""Bring the user's tables of music into the store: CSV, TSV, both as .gz, Parquet and JSON lines.

`sources` reads files in `chunks` (`json_lines` and `parquet` those that are no separated text), `columns` finds out
which column is what, `cells` turns texts into values, `imports` puts them together and writes, `bad_rows` keeps apart
what cannot be used.
"""
