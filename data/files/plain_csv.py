"""Large CSV files without quotes, by Arrow, which reads and writes them column by column.

Of bookings and participants of a week of 100,000 bookings (33 MB) the standard library's reader took 1.1
seconds and its writer 0.8, this 0.3 and 0.2. Whatever is not plain is left to the standard library, which
can say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from data.files.raw_table import Cells

MANY_CHARACTERS, MANY_CELLS = 300_000, 100_000
"""What is to be read, or written, from which on the time to load Arrow is made up for."""

TOO_LARGE = 1_000_000_000
"""Characters that Arrow could not take as one block."""


def read_plain(records: str, delimiter: str, width: int) -> list[Cells] | None:
    """The columns of records without their header; None where they are not large and plain.

    Plain are records of that many cells, none with a quote, and none with an empty first cell.
    """
    if not MANY_CHARACTERS <= len(records) < TOO_LARGE or '"' in records:
        return None
    if records.count("\r") != records.count("\r\n"):
        return None
    # Arrow takes a while to load.
    import pyarrow as pa
    from pyarrow import csv

    names = [str(place) for place in range(width)]
    content = records.encode("utf-8")
    try:
        table = csv.read_csv(
            pa.py_buffer(content),
            read_options=csv.ReadOptions(column_names=names, block_size=len(content) + 1),
            parse_options=csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in names},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = [_cells_of(column.combine_chunks()) for column in table.columns]
    return columns if all(columns[0].texts) else None


def _cells_of(column: Any) -> Cells:
    indices = column.indices
    codes = np.frombuffer(indices.buffers()[1], dtype=np.int32, count=len(indices), offset=4 * indices.offset)
    return Cells(codes.astype(np.int64), tuple(map(str.strip, column.dictionary.to_pylist())))


def plain_bytes(columns: Sequence[Cells]) -> bytes | None:
    """Records of these columns, each ended by CRLF; None where they are not large, or need quotes."""
    # An empty cell alone in its record needs quotes.
    if len(columns) < 2 or len(columns) * len(columns[0].codes) < MANY_CELLS:
        return None
    import pyarrow as pa
    from pyarrow import csv

    arrays = [_texts_of(column) for column in columns]
    table = pa.Table.from_arrays(arrays, names=[str(place) for place in range(len(arrays))])
    written = pa.BufferOutputStream()
    try:
        csv.write_csv(table, written, csv.WriteOptions(include_header=False, quoting_style="none"))
    except pa.ArrowInvalid:  # some text has a comma, a quote or an end of line
        return None
    content: bytes = written.getvalue().to_pybytes()
    return content.replace(b"\n", b"\r\n")


def _texts_of(column: Cells) -> Any:
    """The column as an array of Arrow; made from its buffers, as `pyarrow.array` would load pandas."""
    import pyarrow as pa

    texts = [text.encode("utf-8") for text in column.texts]
    ends = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    buffers = (None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))
    distinct = pa.Array.from_buffers(pa.string(), len(texts), buffers)
    codes = column.codes.astype(np.int32)
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [None, pa.py_buffer(codes)])
    return pa.DictionaryArray.from_arrays(indices, distinct).cast(pa.string())
