"""What is known of all the people of a force at once: how common names and addresses are, and which phones many share.

Measured when a model is trained and kept with it, so that the weight of a pair depends on its two records and on
nothing that the next load brings. Values are kept as hashes: the counts outlive no record that is removed.
"""

import base64
import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Counts:
    """A count per value, the value kept as a hash. keys: sorted; counts: of the same length."""

    keys: Hashes = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    counts: npt.NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, dtype=np.uint32))

    @classmethod
    def of(cls, values: Mapping[str, int]) -> "Counts":
        """Return the counts of these values."""
        keys = hashes(values)
        order = np.argsort(keys)
        return cls(keys[order], np.array(list(values.values()), dtype=np.uint32)[order])

    def look_up(self, values: Sequence[str], *, otherwise: int) -> npt.NDArray[np.int64]:
        """Return the count of each value; `otherwise` for one that is not here."""
        wanted = hashes(values)
        if not len(self.keys) or not len(wanted):
            return np.full(len(wanted), otherwise, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, self.counts[at].astype(np.int64), otherwise)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Counts)
            and np.array_equal(self.keys, other.keys)
            and np.array_equal(self.counts, other.counts)
        )

    def __hash__(self) -> int:
        return hash(self.keys.tobytes())

    def document(self) -> str:
        """Return the counts as text."""
        packed = zlib.compress(self.keys.tobytes() + self.counts.tobytes(), 1)
        return base64.b64encode(packed).decode("ascii")

    @classmethod
    def read(cls, text: str) -> "Counts":
        """Return the counts that `document` wrote. Raises ValueError when it is something else."""
        try:
            raw = zlib.decompress(base64.b64decode(text, validate=True))
        except zlib.error as error:
            raise ValueError(f"counts of a population: {error}") from error
        rows, rest = divmod(len(raw), 12)
        if rest:
            raise ValueError(f"counts of a population: {len(raw)} bytes are no whole number of rows")
        return cls(np.frombuffer(raw[: 8 * rows], dtype=np.uint64), np.frombuffer(raw[8 * rows :], dtype=np.uint32))


@dataclass(frozen=True)
class Population:
    """What was counted when a model was trained.

    nominals: how many there were. people: per column of TF_COLUMNS, the values counted once for each person that has
    them, in all; shared: those of two and more people. names_in_use: given names too frequent to be a slip of the pen.
    users: by how many different names a phone or mailbox is used, where they are more than a few.
    """

    nominals: int
    people: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, Counts] = field(default_factory=dict)
    names_in_use: Counts = field(default_factory=Counts)
    users: Counts = field(default_factory=Counts)

    def document(self) -> dict[str, Any]:
        """Return the population as plain values."""
        return {
            "nominals": self.nominals,
            "people": dict(self.people),
            "shared": {column: counts.document() for column, counts in self.shared.items()},
            "names_in_use": self.names_in_use.document(),
            "users": self.users.document(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Population":
        """Return the population that `document` wrote. Raises KeyError, TypeError or ValueError when it is none."""
        return cls(
            int(document["nominals"]),
            {column: int(n) for column, n in document["people"].items()},
            {column: Counts.read(text) for column, text in document["shared"].items()},
            Counts.read(document["names_in_use"]),
            Counts.read(document["users"]),
        )


def hashes(values: Iterable[str]) -> Hashes:
    """Return 64 bits per value, the same on every machine."""
    found = [int.from_bytes(hashlib.blake2b(v.encode(), digest_size=8).digest(), "little") for v in values]
    return np.array(found, dtype=np.uint64)
