#!/usr/bin/env python3
"""Writes test/fixtures/flowers.parquet, as pandas would. Needs pyarrow; the file that is committed was made with 25."""
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table({
    'width': pa.array([1.5, 2.5, None, -3.0], pa.float64()),
    'colour': pa.array(['red', 'blue', 'red', None], pa.string()),
    'height': pa.array([10, 20, 2**40, 7], pa.int64()),
    'wild': pa.array([True, False, True, True], pa.bool_()),
    'kind': pa.array(['rose', 'iris', 'rose', 'iris'], pa.dictionary(pa.int32(), pa.string())),
})
fixture = pathlib.Path(__file__).parents[2] / 'test' / 'fixtures' / 'flowers.parquet'
pq.write_table(table, fixture, compression='snappy', row_group_size=3)
