"""Read a Parquet file in chunks, with pyarrow where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from errors import CatalogueError
from recommender.importing.chunks import CHUNK, Chunk, Source


def parquet_file(path: Path) -> Source:
    if not path.is_file():
        raise CatalogueError(path, "cannot be read: there is no such file. Check the name.")
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise CatalogueError(path, "Parquet needs pyarrow: pip install 'mien[parquet]', or give CSV.") from error
    try:
        file = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as error:
        raise CatalogueError(path, f"is no Parquet file ({error}). Fetch it again.") from error
    total, read = file.metadata.num_rows or 1, 0

    def chunks() -> Iterator[Chunk]:
        nonlocal read
        try:
            for batch in file.iter_batches(CHUNK):
                columns = [column.to_pylist() for column in batch.columns]
                yield Chunk(columns, range(read + 1, read + 1 + batch.num_rows))
                read += batch.num_rows
        except (arrow.ArrowException, OSError) as error:
            raise CatalogueError(path, f"is damaged ({error}). Fetch it again; nothing was imported.") from error
        finally:
            file.close()

    return Source(tuple(file.schema_arrow.names), chunks(), lambda: read / total)
