"""What a statement about a record means for what the graph already holds of it, whatever order the two came in.

A record's statements are ordered by when its source knew them. Equal ones that follow each other are one version, known
since the first and confirmed by the last. The newest version is the record; the others are its history. A withdrawal
ends all that came before it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from loaders.writing.stones import REMOVED


class Fate(Enum):
    """What is done with a row."""

    NEW = "written, nothing was there"
    REPLACE = "written, what was there becomes history"
    EARLIER = "what is there was known earlier than thought"
    BETWEEN = "a version between two equal statements"
    HISTORY = "an older version, into the history"
    CONFIRM = "says again what is there"
    UNCHANGED = "is there already"
    CONFLICT = "says otherwise than a row of the same moment"
    WITHDRAW = "ends the record"
    WITHDRAW_PAST = "ends what came before the record that is there"


@dataclass(frozen=True)
class Statement:
    """One row of an extract about a record. extracted_at: of the extract; load_id: of its load."""

    recorded_at: datetime
    row_hash: str
    withdrawn: bool
    load_id: str
    extracted_at: datetime | None = None


@dataclass(frozen=True)
class Version:
    """One version that the graph holds. confirmed_at: the last time that it was stated again."""

    recorded_at: datetime
    row_hash: str
    load_id: str
    confirmed_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """Return the last moment at which it was stated."""
        return self.confirmed_at or self.recorded_at


@dataclass
class Timeline:
    """All that the graph holds of a record. stone: its tombstone, whose row_hash says which kind it is."""

    current: Version | None = None
    history: list[Version] = field(default_factory=list)
    stone: Version | None = None
    first_recorded_at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """A row's fate. counts_as_written: false for what was there before this load. recorded_at, confirmed_at: what the
    record's own become, where the row is not simply written; drop_version: a version of the history that it replaces.
    first_recorded_at: what the record's becomes.
    """

    fate: Fate
    counts_as_written: bool = True
    recorded_at: datetime | None = None
    confirmed_at: datetime | None = None
    first_recorded_at: datetime | None = None
    drop_version: datetime | None = None
    drop_stone: bool = False


def decide(row: Statement, known: Timeline) -> Decision:
    """Return what a row means for a record of which so much is known."""
    stone = known.stone
    returns = (
        stone is not None
        and stone.row_hash == REMOVED
        and row.extracted_at is not None
        and row.extracted_at > stone.recorded_at
    )
    if stone is not None and row.recorded_at <= stone.recorded_at and not returns:
        # What this very load wrote or removed before it was interrupted counts as written, so that counts stay.
        return Decision(Fate.UNCHANGED, counts_as_written=stone.load_id == row.load_id)
    if row.withdrawn:
        return _withdrawal(row, known)
    current = known.current
    if current is None:
        return Decision(Fate.NEW, first_recorded_at=row.recorded_at, drop_stone=returns)
    if row.row_hash == current.row_hash and row.recorded_at >= current.recorded_at:
        return _restatement(row, known, current)
    if row.recorded_at > current.until:
        return Decision(Fate.REPLACE, first_recorded_at=known.first_recorded_at)
    if row.recorded_at in (current.recorded_at, current.until):
        return Decision(Fate.CONFLICT)
    if row.recorded_at > current.recorded_at:
        return Decision(Fate.BETWEEN, recorded_at=current.until)
    return _older(row, known, current)


def _withdrawal(row: Statement, known: Timeline) -> Decision:
    current = known.current
    if current is None or row.recorded_at >= current.until:
        return Decision(Fate.WITHDRAW)
    # The record was stated again after this withdrawal: what is left of it begins there.
    left = [version.recorded_at for version in known.history if version.recorded_at > row.recorded_at]
    begins = current.recorded_at if current.recorded_at > row.recorded_at else current.until
    return Decision(Fate.WITHDRAW_PAST, recorded_at=begins, first_recorded_at=min([begins, *left]))


def _restatement(row: Statement, known: Timeline, current: Version) -> Decision:
    """Return the fate of a row that says what the record says, at its moment or later."""
    if row.recorded_at > current.until:
        return Decision(Fate.CONFIRM, counts_as_written=False, confirmed_at=row.recorded_at)
    if row.recorded_at == current.recorded_at and row.load_id < current.load_id:
        # Of two extracts with the same row the earlier one brought it, whichever was loaded first.
        return Decision(
            Fate.EARLIER,
            counts_as_written=False,
            confirmed_at=current.confirmed_at,
            first_recorded_at=known.first_recorded_at,
        )
    # Only the row itself was written; one that says it again was never more than unchanged.
    itself = row.recorded_at == current.recorded_at and row.load_id == current.load_id
    return Decision(Fate.UNCHANGED, counts_as_written=itself)


def _older(row: Statement, known: Timeline, current: Version) -> Decision:
    """Return the fate of a row from before what the record says now."""
    before = [version for version in known.history if version.recorded_at <= row.recorded_at]
    after = [version for version in known.history if version.recorded_at > row.recorded_at]
    last = max(before, key=lambda version: version.recorded_at, default=None)
    following = min(after, key=lambda version: version.recorded_at, default=None)
    if last is not None and last.row_hash == row.row_hash:
        mine = last.recorded_at == row.recorded_at and last.load_id == row.load_id
        return Decision(Fate.UNCHANGED, counts_as_written=mine)
    if last is not None and last.recorded_at == row.recorded_at:
        return Decision(Fate.CONFLICT)
    first = min(known.first_recorded_at or row.recorded_at, row.recorded_at)
    if following is None and row.row_hash == current.row_hash:
        return Decision(Fate.EARLIER, confirmed_at=current.until, first_recorded_at=first)
    moved = following is not None and following.row_hash == row.row_hash
    return Decision(
        Fate.HISTORY,
        first_recorded_at=first,
        drop_version=following.recorded_at if following is not None and moved else None,
    )
