"""What the graph holds for resolution: the records with their homes and phones over time, who was whom, the trained
model, and the index of keys by which an increment finds its candidates.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from graph.connection import Connection, Row
from graph.frames import native
from graph.ledger import Judgement
from graph.reader import cypher
from graph.writer import write_nodes
from loaders.people.key_index import MOST_PARTS, Part, join_parts, parts_of, sharing
from loaders.people.model import Model
from loaders.people.population import Population
from loaders.people.scoring import workspace
from loaders.writing.elements import HUB_PLACES

log = logging.getLogger(__name__)

# What a record is compared on; the rest of it is not read.
COMPARED = (
    "id", "source", "given_name", "middle_names", "family_name", "name_suffix", "full_name", "aliases", "sex",
    "date_of_birth", "date_of_birth_latest", "age", "age_on", "phone", "email", "address", "postcode", "pnc_id",
    "unidentified", "first_recorded_at", "recorded_at",
)  # fmt: skip
READ_AT_A_TIME = 20_000
# A place known no better than this is nobody's home.
VAGUE = ("displaced", "area")
MODEL = "people"


@dataclass(frozen=True)
class SavedModel:
    """A trained model with what was counted when it was trained."""

    model: Model
    population: Population


def read_nominals(connection: Connection, ids: Collection[str] | None = None) -> pd.DataFrame:
    """Return the nominals as resolve_people takes them, with homes, phones and mailboxes over time; sorted by id.

    ids: those to read, None for all; an id that is not in the graph is left out.
    """
    rows: list[Row] = []
    homes: dict[str, list[Row]] = {}
    used: dict[str, list[Row]] = {}
    for part in _parts(ids):
        wanted: dict[str, Any] = {"ids": part}
        found = connection.read(
            _per_nominal(part, f"n {{{', '.join(f'.{name}' for name in COMPARED)}}} AS n"), **wanted
        )
        rows += [row["n"] for row in found]
        for row in connection.read(_per_nominal(part, *_HOMES), **wanted, hubs=HUB_PLACES, vague=VAGUE):
            homes.setdefault(row.pop("id"), []).append(row)
        for row in connection.read(_per_nominal(part, *_USED), **wanted):
            used.setdefault(row.pop("id"), []).append(row)
    rows.sort(key=lambda row: str(row["id"]))
    return pd.DataFrame(
        [_with_reach(row, homes.get(row["id"], []), used.get(row["id"], [])) for row in rows],
        columns=[*COMPARED, "location_ref", "homes", "phones"],
        dtype=object,
    )


_RECORD = f"n {{{', '.join(f'.{name}' for name in COMPARED)}}} AS n"
_HOMES = (
    "n.id AS id, l.id AS place, l.address AS address, l.postcode AS postcode, r.record = n.id AS own, "
    "coalesce(r.from_on, r.from_on_latest) AS from_on, coalesce(r.to_on_latest, r.to_on) AS to_on ORDER BY id, r.key",
    "MATCH (n)-[r:LIVES_AT]->(l:Location) "
    "WHERE NOT coalesce(l.place_type IN $hubs, false) AND NOT coalesce(l.precision IN $vague, false)",
)
_USED = (
    "n.id AS id, o.kind AS kind, o.identifier AS identifier, "
    "coalesce(r.from_on, r.from_on_latest) AS from_on, coalesce(r.to_on_latest, r.to_on) AS to_on ORDER BY id, r.key",
    "MATCH (n)-[r:USES]->(o:Object) WHERE o.kind IN ['phone', 'account'] AND o.identifier IS NOT NULL "
    "AND coalesce(r.role, 'used') IN ['used', 'owned']",
)


def _per_nominal(part: Sequence[str] | None, returned: str, matched: str = "") -> str:
    start = "MATCH (n:Nominal)" if part is None else "UNWIND $ids AS wanted MATCH (n:Nominal {id: wanted})"
    return f"{start} {matched} RETURN {returned}"


def _parts(ids: Collection[str] | None) -> Sequence[list[str] | None]:
    if ids is None:
        return [None]
    ordered = sorted(ids)
    return [ordered[start : start + READ_AT_A_TIME] for start in range(0, len(ordered), READ_AT_A_TIME)]


def _with_reach(row: Row, homes: list[Row], used: list[Row]) -> dict[str, Any]:
    out = {name: native(value) for name, value in row.items()}
    more = [{name: native(value) for name, value in home.items()} for home in homes]
    for home in more:
        if home.pop("own"):
            out["location_ref"] = home["place"]
            out["address"] = out["address"] or home["address"]
            out["postcode"] = out["postcode"] or home["postcode"]
    out["homes"] = [home for home in more if home["place"] != out.get("location_ref") or home["from_on"]]
    mails = [item["identifier"] for item in used if item["kind"] == "account" and "@" in item["identifier"]]
    if mails:
        out["email"] = [*(out["email"] or []), *mails]
    out["phones"] = [
        {"number": item["identifier"], "from_on": native(item["from_on"]), "to_on": native(item["to_on"])}
        for item in used
        if item["kind"] == "phone"
    ]
    return out


def fingerprints(nominals: pd.DataFrame) -> dict[str, str]:
    """Return id -> fingerprint of everything that a record is compared on, and that decides who founds its person."""
    columns = sorted(set(nominals.columns) - {"recorded_at"})
    told = [None if at is None or pd.isna(at) else at.year for at in nominals["recorded_at"]]
    rows = zip(*(nominals[name].tolist() for name in columns), told, strict=True)
    return {
        nominal: hashlib.sha256(repr([None if _missing(v) else v for v in row]).encode()).hexdigest()[:16]
        for nominal, row in zip(nominals["id"], rows, strict=True)
    }


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def read_memberships(connection: Connection, ids: Collection[str] | None = None) -> pd.DataFrame:
    """Return who is whom: person_id, probability, basis and evidence (the fingerprint it was decided on) by nominal_id.

    ids: those to read, None for all.
    """
    rows: list[Row] = []
    for part in _parts(ids):
        rows += connection.read(
            _per_nominal(
                part,
                "n.id AS nominal_id, p.id AS person_id, i.probability AS probability, i.basis AS basis, "
                "i.evidence AS evidence",
                "MATCH (n)-[i:IDENTIFIES]->(p:Person)",
            ),
            ids=part,
        )
    columns = ["nominal_id", "person_id", "probability", "basis", "evidence"]
    return pd.DataFrame(rows, columns=columns).set_index("nominal_id")


def touched(connection: Connection) -> list[Row]:
    """Return the marked nominals: id, evidence as of the last decision, lost (a record of their person is gone)."""
    return connection.read(cypher("touched_nominals"))


def reach(connection: Connection, ids: Collection[str], judgements: Sequence[Judgement]) -> set[str]:
    """Return these and all nominals that are of one person with them, or were linked to them, however far that goes.

    A link that was strong enough to join, and was cut, is a possible one of the highest probability. A human verdict on
    two records joins them for this, whatever it says.
    """
    said: dict[str, set[str]] = {}
    for judgement in judgements:
        said.setdefault(judgement.first_id, set()).add(judgement.second_id)
        said.setdefault(judgement.second_id, set()).add(judgement.first_id)
    found: set[str] = set()
    new = set(ids)
    while new:
        found |= new
        near = {other for nominal in new for other in said.get(nominal, ())}
        for part in _parts(new):
            near |= {row["id"] for row in connection.read(cypher("linked_nominals"), ids=part)}
        new = near - found
    return found & _here(connection, found)


def _here(connection: Connection, ids: set[str]) -> set[str]:
    here: set[str] = set()
    for part in _parts(ids):
        here |= {row["id"] for row in connection.read(_per_nominal(part, "n.id AS id"), ids=part)}
    return here


# --- the trained model -----------------------------------------------------------------------------------------------


def saved_model(connection: Connection) -> SavedModel | None:
    """Return the model trained on this graph, None where there is none, or one that this version cannot read."""
    rows = connection.read("MATCH (m:ResolutionModel {id: $id}) RETURN properties(m) AS m", id=MODEL)
    if not rows or rows[0]["m"].get("keyed_by") != _keyed_by():
        return None
    try:
        return SavedModel(
            Model.read(json.loads(rows[0]["m"]["model"])), Population.read(json.loads(rows[0]["m"]["population"]))
        )
    except (KeyError, TypeError, ValueError) as error:
        log.warning("the saved resolution model cannot be read (%s): it is trained again", type(error).__name__)
        return None


def forget_model(connection: Connection) -> None:
    """Remove the trained model and the index."""
    connection.write("MATCH (m:ResolutionModel) DELETE m")
    connection.write("MATCH (i:ResolutionIndex) DELETE i")


def save_model(connection: Connection, saved: SavedModel, index: Sequence[Part]) -> None:
    """Put a model, what was counted with it and the index in the place of those that there were."""
    row = {
        "id": MODEL,
        "nominals": saved.population.nominals,
        "trained_on": saved.model.trained_on,
        "model": json.dumps(saved.model.document()),
        "population": json.dumps(saved.population.document()),
        "keyed_by": _keyed_by(),
    }
    forget_model(connection)
    for number, part in enumerate(index):
        _write_part(connection, number, part, later=False)
    # Last: without a model the index counts for nothing.
    connection.write_in_one(lambda transaction: write_nodes(transaction, "ResolutionModel", [row]))


def _keyed_by() -> str:
    # The keys are DuckDB's hashes, which another version may compute otherwise.
    return f"duckdb {duckdb.__version__}"


# --- the index of keys -----------------------------------------------------------------------------------------------


def add_to_index(connection: Connection, parts: Sequence[Part]) -> None:
    """Add what is new to the index, and take out what has left the graph; many small parts become one."""
    known = _part_rows(connection)
    number = max((row["number"] for row in known), default=-1) + 1
    for part in parts:
        _write_part(connection, number, part, later=True)
        known.append({"number": number, "later": True, "nominals": len(part.ids), "ids": part.ids})
        number += 1
    held = {nominal for row in known for nominal in row["ids"]}
    if len(held) != connection.read("RETURN COUNT { (:Nominal) } AS n")[0]["n"]:
        gone = held - _here(connection, held)
        for row in known:
            if not gone.isdisjoint(row["ids"]):
                kept = _read_part(connection, row["number"]).without(gone)
                _write_part(connection, row["number"], kept, later=row["later"])
    small = [row for row in known if row["later"]]
    if len(small) > MOST_PARTS:
        joined = join_parts([_read_part(connection, row["number"]) for row in small])
        # Whatever a run that is killed leaves of the old ones says the same as the whole.
        _write_part(connection, number, joined, later=True)
        connection.write(
            "UNWIND $numbers AS number MATCH (i:ResolutionIndex {number: number}) DELETE i",
            numbers=[row["number"] for row in small],
        )


def candidates(connection: Connection, nominals: pd.DataFrame, population: Population) -> tuple[set[str], list[Part]]:
    """Return the ids of the nominals worth comparing with these, and the index of these. nominals: as read_nominals."""
    ids = nominals["id"].tolist()
    with workspace(nominals, population) as space:
        keys = space.keys()
    newer: list[set[str]] = []
    later: set[str] = set()
    known = _part_rows(connection)
    for row in reversed(known):
        newer.append(later)
        later = later | set(row["ids"]) if row["later"] else later
    newer.reverse()
    parts = (_read_part(connection, row["number"]) for row in known)
    return sharing(parts, newer, keys) - set(ids), parts_of(ids, keys)


def _part_rows(connection: Connection) -> list[Row]:
    rows = connection.read(
        "MATCH (i:ResolutionIndex) RETURN i.number AS number, i.later AS later, i.nominals AS nominals, i.ids AS ids "
        "ORDER BY number"
    )
    return [{**row, "ids": tuple(row["ids"].split("\n")) if row["ids"] else ()} for row in rows]


def _read_part(connection: Connection, number: int) -> Part:
    query = "MATCH (i:ResolutionIndex {number: $number}) RETURN i.ids AS ids, i.packed AS packed"
    row = connection.read(query, number=number)[0]
    return Part.read(row["ids"], row["packed"])


def _write_part(connection: Connection, number: int, part: Part, *, later: bool) -> None:
    row = {
        "id": f"{MODEL}:{number:06d}",
        "number": number,
        "later": later,
        "nominals": len(part.ids),
        **part.document(),
    }
    connection.write_in_one(lambda transaction: write_nodes(transaction, "ResolutionIndex", [row]))
