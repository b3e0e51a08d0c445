"""Decisions about sameness that a records bureau has made already: most duplicates still wait for one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seed.clock import DAY_MINUTES
from seed.csvfile import from_list
from seed.extract_state import Extract
from seed.ledger import IntArray
from seed.sizes import EXTRACTED_MINUTE

COLUMNS = ["about", "first_ref", "second_ref", "verdict", "by", "reason", "recorded_at"]
JUDGED_SAME, JUDGED_DIFFERENT = 0.05, 0.3
_REASONS = ["Fingerprints.", "Same phone and address.", "Born years apart.", "Twins; both spoken to."]


def write_judgements(extract: Extract) -> None:
    """Write that some records are one person, and that some kin of one name are not."""
    rng, nominals, people = extract.rng("judgements"), extract.nominals, extract.world.people
    mine = np.flatnonzero(nominals.source == extract.source.number)
    # Records of a person are neighbours, in the order in which they were made.
    later = mine[1:][nominals.turn[mine[1:]] > 0]
    same = later[(rng.random(later.size) < JUDGED_SAME) & ~nominals.kept[later]]
    first = mine[nominals.turn[mine] == 0]
    household = people.household[nominals.person[first]]
    order = first[np.argsort(household, kind="stable")]
    a, b = nominals.person[order[:-1]], nominals.person[order[1:]]
    namesake = (people.given[a] == people.given[b]) & (people.family[a] == people.family[b])
    alike = (people.household[a] == people.household[b]) & (namesake | (people.born[a] == people.born[b]))
    told = alike & (rng.random(alike.size) < JUDGED_DIFFERENT)
    twins = people.born[a][told] == people.born[b][told]
    one = np.concatenate([same - 1, order[:-1][told]])
    other = np.concatenate([same, order[1:][told]])
    verdict = np.concatenate([np.zeros(same.size), np.ones(int(told.sum()))]).astype(np.int64)
    reason = np.concatenate([rng.integers(0, 2, same.size), np.where(twins, 3, 2)]).astype(np.int64)
    known = np.maximum(nominals.first[one], nominals.first[other])
    recorded = np.minimum(known + rng.integers(2, 120, one.size) * DAY_MINUTES, EXTRACTED_MINUTE - 1)
    rows = np.argsort(extract.numbering.nominals[one])
    table = extract.table("judgements", COLUMNS)
    table.write(_columns(extract, one[rows], other[rows], verdict[rows], reason[rows], recorded[rows]))
    extract.done("judgements", table)


def _columns(
    extract: Extract, one: IntArray, other: IntArray, verdict: IntArray, reason: IntArray, recorded: IntArray
) -> dict[str, pa.Array]:
    always = np.zeros(one.size, dtype=np.int64)
    return {
        "about": from_list(["person"], always),
        "first_ref": extract.people(one),
        "second_ref": extract.people(other),
        "verdict": from_list(["same", "different"], verdict),
        "by": from_list(["Records bureau"], always),
        "reason": from_list(_REASONS, reason),
        "recorded_at": extract.stamps(recorded),
    }
