"""The different rows of a table, against numpy's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.distinct_rows import distinct_rows


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([-(2**40), -1, 0, 1, 7, 2**40]), min_size=width, max_size=width),
            min_size=1,
        )
    )
)
def test_as_numpy_has_them(listed: list[list[int]]) -> None:
    """The same rows in the same order, and each row is one of them."""
    rows = np.array(listed, dtype=np.int64)
    found, which = distinct_rows(rows)
    expected, inverse = np.unique(rows, axis=0, return_inverse=True)
    assert found.tolist() == expected.tolist()
    assert which.tolist() == inverse.reshape(-1).tolist()


def test_no_rows() -> None:
    """A table without rows has no different ones."""
    found, which = distinct_rows(np.empty((0, 3), dtype=np.int64))
    assert found.shape == (0, 3)
    assert which.shape == (0,)
