"""The rows of one table while they are being checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.checking.cells import Values
from loaders.checking.rejects import Problems
from loaders.checking.times import Intervals
from loaders.interchange.columns import Table

Mask = npt.NDArray[np.bool_]
# Which of these global ids the graph holds as that kind: person, location, organisation, incident, death, order or
# object. An incident is not a death, though the graph keeps deaths under the label of incidents too.
Known = Callable[[str, Sequence[str]], set[str]]


@dataclass
class Rows:
    """One table's rows: text as read, values by column, and what is wrong with them.

    text: every column of the layout (str, missing where empty), `_file`, `_line`; index 0, 1, ...
    recorded_at: datetime64[us], UTC. values: column -> what `checking.cells.read_column` returns, with references
    replaced by global ids once they are resolved.
    """

    table: Table
    text: pd.DataFrame
    problems: Problems
    withdrawn: Mask
    recorded_at: npt.NDArray[np.datetime64]
    values: dict[str, Values] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.text)

    def filled(self, column: str) -> Mask:
        """Return, one bool a row, whether the cell holds anything."""
        return self.text[column].notna().to_numpy(dtype=np.bool_)

    def interval(self, column: str) -> Intervals:
        """Return the values of a date or time column."""
        found: Intervals = self.values[column]
        return found

    def floats(self, column: str) -> npt.NDArray[np.float64]:
        """Return the values of a number column."""
        return np.asarray(self.values[column], dtype=np.float64)

    def equals(self, column: str, word: Any) -> Mask:
        """Return, one bool a row, whether the cell is that word."""
        return np.asarray((self.text[column] == word).fillna(False), dtype=np.bool_)
