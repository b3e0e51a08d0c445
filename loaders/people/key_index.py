"""Which nominals share a key with these: the keys of all nominals, packed, so that an increment is compared with the
few that it could be and nothing else is read.

The index is a list of parts. What is new is added as a part of its own; of a nominal in several, the last holds.
"""

import base64
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loaders.people.blocking import MAX_BLOCK, NEIGHBOURS

PART_NOMINALS = 20_000
# So many small parts are made into one.
MOST_PARTS = 24
_PLACE_BYTES = 17


@dataclass(frozen=True)
class Part:
    """Keys of some nominals. ids: of the nominals; counts: keys of each; keys: all of them, one nominal after the
    other; places: where each stands within a large block.
    """

    ids: tuple[str, ...]
    counts: npt.NDArray[np.uint16]
    keys: npt.NDArray[np.uint32]
    places: npt.NDArray[np.bytes_]

    def document(self) -> dict[str, str]:
        """Return the part as texts: ids and packed."""
        raw = self.counts.tobytes() + self.places.tobytes() + self.keys.tobytes()
        return {"ids": "\n".join(self.ids), "packed": base64.b64encode(zlib.compress(raw, 1)).decode("ascii")}

    @classmethod
    def read(cls, ids: str, packed: str) -> "Part":
        """Return the part that `document` wrote."""
        names = tuple(ids.split("\n")) if ids else ()
        raw = zlib.decompress(base64.b64decode(packed))
        counts, places = 2 * len(names), (2 + _PLACE_BYTES) * len(names)
        return cls(
            names,
            np.frombuffer(raw[:counts], dtype=np.uint16),
            np.frombuffer(raw[places:], dtype=np.uint32),
            np.frombuffer(raw[counts:places], dtype=f"S{_PLACE_BYTES}"),
        )

    def without(self, gone: set[str]) -> "Part":
        """Return the part without these nominals."""
        kept = np.array([nominal not in gone for nominal in self.ids], dtype=bool)
        return Part(
            tuple(nominal for nominal in self.ids if nominal not in gone),
            self.counts[kept],
            self.keys[np.repeat(kept, self.counts)],
            self.places[kept],
        )


def parts_of(ids: Sequence[str], keys: pa.Table) -> list[Part]:
    """Return the index of these nominals, those without any key included.

    ids: by uid; keys: as blocking.block_keys returns them.
    """
    lists = keys["keys"].combine_chunks()
    flat = lists.flatten().to_numpy(zero_copy_only=False).astype(np.uint32)
    uids = keys["uid"].to_numpy()
    counts = np.zeros(len(ids), dtype=np.uint16)
    counts[uids] = np.diff(lists.offsets.to_numpy())
    places = np.zeros(len(ids), dtype=f"S{_PLACE_BYTES}")
    places[uids] = _places(keys["place"].to_pylist())
    ends = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    return [
        Part(
            tuple(ids[start : start + PART_NOMINALS]),
            counts[start : start + PART_NOMINALS],
            flat[ends[start] : ends[min(start + PART_NOMINALS, len(ids))]],
            places[start : start + PART_NOMINALS],
        )
        for start in range(0, len(ids), PART_NOMINALS)
    ]


def join_parts(parts: Sequence[Part]) -> Part:
    """Return the same index in one part, of each nominal what the last part said."""
    whole: list[Part] = []
    seen: set[str] = set()
    for part in reversed(parts):
        whole.append(part.without(seen))
        seen |= set(part.ids)
    whole.reverse()
    return Part(
        tuple(nominal for part in whole for nominal in part.ids),
        np.concatenate([part.counts for part in whole]),
        np.concatenate([part.keys for part in whole]),
        np.concatenate([part.places for part in whole]),
    )


def sharing(parts: Iterable[Part], newer: Sequence[set[str]], keys: pa.Table) -> set[str]:
    """Return the ids of the nominals in the index that are worth comparing with those of `keys`.

    parts: of the index, in order, read one at a time; newer: for each, the nominals that a later part holds. keys: of
    the new nominals, as blocking.block_keys returns them. In a block of over MAX_BLOCK only near neighbours count, and
    none where the key is worth something only while it is rare.
    """
    flat = keys["keys"].combine_chunks()
    wanted_keys = flat.flatten().to_numpy(zero_copy_only=False).astype(np.uint32)
    rare = keys["rare"].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(bool)
    own_places = np.repeat(_places(keys["place"].to_pylist()), np.diff(flat.offsets.to_numpy()))
    wanted, at = np.unique(wanted_keys, return_inverse=True)
    if not len(wanted):
        return set()
    held: list[str] = []
    found_at, found_place, found_holder = [], [], []
    for part, later in zip(parts, newer, strict=True):
        place = np.minimum(np.searchsorted(wanted, part.keys), len(wanted) - 1)
        hit = np.flatnonzero(wanted[place] == part.keys)
        owners = np.repeat(np.arange(len(part.ids)), part.counts)[hit]
        if later:
            stale = np.array([part.ids[owner] in later for owner in owners.tolist()], dtype=bool)
            hit, owners = hit[~stale], owners[~stale]
        found_at.append(place[hit])
        found_place.append(part.places[owners])
        found_holder.append(owners + len(held))
        held.extend(part.ids)
    blocks, places, holders = np.concatenate(found_at), np.concatenate(found_place), np.concatenate(found_holder)
    order = np.lexsort((holders, places, blocks))
    blocks, places, holders = blocks[order], places[order], holders[order]
    starts = np.searchsorted(blocks, np.arange(len(wanted) + 1))
    sizes = np.diff(starts)
    chosen = [holders[sizes[blocks] <= MAX_BLOCK]]
    # The new ones stand in the block too; on either side twice as many as a window of a full resolution holds.
    for i in np.flatnonzero((sizes[at] > MAX_BLOCK) & ~rare).tolist():
        start, end = starts[at[i]], starts[at[i] + 1]
        middle = start + np.searchsorted(places[start:end], own_places[i])
        chosen.append(holders[max(start, middle - 2 * NEIGHBOURS) : min(end, middle + 2 * NEIGHBOURS)])
    return {held[i] for i in np.unique(np.concatenate(chosen)).tolist()}


def _places(texts: Sequence[str]) -> npt.NDArray[np.bytes_]:
    return np.array([text.encode("utf-8", "replace")[:_PLACE_BYTES] for text in texts], dtype=f"S{_PLACE_BYTES}")
