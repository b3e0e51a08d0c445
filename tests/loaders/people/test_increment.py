"""What a nightly increment does to people that are there: what a full resolution would, and nothing else."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from graph import ledger
from graph.connection import Connection
from graph.frames import to_rows
from loaders.people import stored
from loaders.people.account import account
from loaders.resolve import Resolution, resolve_people
from loaders.writing.derive import derive_people, identify
from tests.loaders.made_people import made_people

JO = {"given_name": "Joanna", "family_name": "Quillfeather", "date_of_birth": date(1987, 3, 9), "sex": "F"}
HOME = {"address": "14 Larch Road, Northby", "postcode": "ZB3 4BP", "phone": ["07700900123"]}


def put(graph: Connection, rows: pd.DataFrame | Iterable[dict[str, Any]]) -> None:
    """Write nominals as a load does: whole, and marked."""
    listed = to_rows(rows) if isinstance(rows, pd.DataFrame) else list(rows)
    for start in range(0, len(listed), 2_000):
        part = [{**row, "touched": True} for row in listed[start : start + 2_000]]
        graph.write("UNWIND $rows AS row MERGE (n:Nominal {id: row.id}) SET n = row", rows=part)


def settle(graph: Connection, rows: pd.DataFrame | Iterable[dict[str, Any]]) -> dict[str, int]:
    put(graph, rows)
    counts = identify(graph)
    derive_people(graph)
    return counts


def who(graph: Connection) -> dict[str, str]:
    found = stored.read_memberships(graph)["person_id"]
    return {str(nominal): str(person) for nominal, person in found.items()}


def possible(graph: Connection) -> dict[tuple[str, str], float]:
    rows = graph.read("MATCH (a)-[r:POSSIBLY_SAME]->(b) RETURN a.id AS a, b.id AS b, r.probability AS p")
    return {(row["a"], row["b"]): row["p"] for row in rows}


def told(graph: Connection) -> pd.DataFrame:
    said = [(j.first_id, j.second_id, j.verdict) for j in ledger.judgements(graph, "person")]
    return pd.DataFrame(said, columns=["first_ref", "second_ref", "verdict"])


def full(graph: Connection) -> Resolution:
    """Everybody resolved at once with the model that the graph has."""
    saved = stored.saved_model(graph)
    assert saved is not None
    nominals = stored.read_nominals(graph)
    return resolve_people(nominals, told(graph), model=saved.model, population=saved.population)


def assert_as_in_full(graph: Connection) -> None:
    expected = full(graph)
    assert who(graph) == dict(zip(expected.clusters["nominal_id"], expected.clusters["person_id"], strict=True))
    pairs = expected.possible
    assert possible(graph) == dict(
        zip(zip(pairs["nominal_a"], pairs["nominal_b"], strict=True), pairs["probability"], strict=True)
    )


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return made_people(370, seed=5)[0].sort_values("id", ignore_index=True)


@pytest.mark.parametrize(
    "seed", [1, 2, pytest.param(3, marks=pytest.mark.slow), pytest.param(4, marks=pytest.mark.slow)]
)
def test_increments_give_what_a_full_resolution_gives(graph: Connection, made: pd.DataFrame, seed: int) -> None:
    """New records, changed records, a record gone and verdicts, in a random split."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(made))
    first, *later = np.split(order, [520, 520 + int(rng.integers(5, len(order) - 530))])
    settle(graph, made.iloc[first])
    for part in later:
        again = made.iloc[rng.choice(first, size=8, replace=False)]
        renewed = again.assign(given_name=again["given_name"].sample(frac=1.0, random_state=seed).to_numpy())
        put(graph, renewed)
        gone = str(made["id"].iloc[int(rng.choice(first))])
        graph.write(
            "MATCH (n:Nominal {id: $id}) OPTIONAL MATCH (n)-[:IDENTIFIES]->(:Person)<-[:IDENTIFIES]-(o:Nominal) "
            "WITH n, collect(o) AS others FOREACH (o IN others | SET o.touched = true) DETACH DELETE n",
            id=gone,
        )
        held = sorted(who(graph))
        for verdict in ("same", "different"):
            one, other = rng.choice(held, 2, replace=False).tolist()
            ledger.record_judgement(graph, "person", one, other, verdict, by="A. Analyst")
        settle(graph, made.iloc[part])
        assert_as_in_full(graph)


@pytest.fixture
def settled(graph: Connection, made: pd.DataFrame) -> Connection:
    settle(graph, made)
    return graph


def test_the_model_is_trained_once_and_kept(settled: Connection) -> None:
    query = "MATCH (m:ResolutionModel) RETURN properties(m) AS m"
    (before,) = settled.read(query)
    assert before["m"]["trained_on"] == before["m"]["nominals"] == len(who(settled))
    settle(settled, [{"id": "new:1", **JO}])
    assert settled.read(query) == [before]


def test_a_model_of_under_half_of_the_records_is_trained_again(settled: Connection, made: pd.DataFrame) -> None:
    twice = pd.concat([made.assign(id=made["id"] + suffix) for suffix in ("x", "y")])
    settle(settled, twice)
    saved = stored.saved_model(settled)
    assert saved is not None
    assert saved.population.nominals == 3 * len(made)


def test_the_same_records_in_any_order_of_loads_are_the_same_people(graph: Connection, made: pd.DataFrame) -> None:
    settle(graph, made.iloc[:550])
    settle(graph, made.iloc[550:])
    identify(graph, everybody=True)
    before = who(graph), possible(graph), graph.read("MATCH (m:ResolutionModel) RETURN m.model AS m, m.population AS p")
    graph.write("MATCH (n) DETACH DELETE n")
    settle(graph, made.iloc[::-1])
    after = who(graph), possible(graph), graph.read("MATCH (m:ResolutionModel) RETURN m.model AS m, m.population AS p")
    assert before == after


def test_an_increment_leaves_other_people_as_they_are(settled: Connection) -> None:
    before = settled.read(
        "MATCH (n:Nominal)-[i:IDENTIFIES]->(p) RETURN n.id AS n, properties(i) AS i, p.id AS p ORDER BY n"
    )
    counts = settle(settled, [{"id": "new:1", **JO, **HOME}, {"id": "new:2", **JO, **HOME}])
    assert counts["changed"] == 2
    people = who(settled)
    assert people["new:1"] == people["new:2"]
    after = settled.read(
        "MATCH (n:Nominal)-[i:IDENTIFIES]->(p) WHERE NOT n.id STARTS WITH 'new:' "
        "RETURN n.id AS n, properties(i) AS i, p.id AS p ORDER BY n"
    )
    assert after == before


def test_a_person_keeps_its_id_while_its_founder_stays(settled: Connection) -> None:
    at = [datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2021)]
    settle(settled, [{"id": "new:2", **JO, **HOME, "first_recorded_at": at[0]}])
    before = who(settled)["new:2"]
    settle(settled, [{"id": "new:1", **JO, **HOME, "first_recorded_at": at[1]}])
    assert who(settled)["new:1"] == who(settled)["new:2"] == before


def test_a_record_touched_by_an_event_alone_is_not_resolved_anew(
    settled: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    settled.write("MATCH (n:Nominal) WITH n ORDER BY n.id LIMIT 50 SET n.touched = true")
    with caplog.at_level("INFO"):
        assert identify(settled)["changed"] == 0
    assert "resolve:" not in caplog.text


def test_a_record_that_changes_leaves_its_person_and_joins_another(settled: Connection) -> None:
    other: dict[str, Any] = {
        "given_name": "Zebedee",
        "family_name": "Thistlewick",
        "date_of_birth": date(1955, 1, 30),
        "sex": "M",
    }
    settle(settled, [{"id": f"new:{i}", **record, **HOME} for i, record in enumerate((JO, JO, other))])
    assert who(settled)["new:0"] == who(settled)["new:1"] != who(settled)["new:2"]
    settle(settled, [{"id": "new:1", **other, **HOME}])
    assert who(settled)["new:0"] != who(settled)["new:1"] == who(settled)["new:2"]


def test_a_verdict_holds_again_when_a_withdrawn_record_returns(settled: Connection) -> None:
    pair = [{"id": "new:1", **JO, **HOME}, {"id": "new:2", **JO, **HOME}]
    settle(settled, pair)
    ledger.record_judgement(settled, "person", "new:1", "new:2", "different", by="A. Analyst")
    settle(settled, [])
    assert who(settled)["new:1"] != who(settled)["new:2"]
    settled.write("MATCH (n:Nominal {id: 'new:2'}) DETACH DELETE n")
    settle(settled, [])
    settle(settled, pair[1:])
    assert who(settled)["new:1"] != who(settled)["new:2"]


def test_same_joins_two_people_and_contradicting_verdicts_are_counted(settled: Connection) -> None:
    others: list[dict[str, Any]] = [
        {"given_name": n, "family_name": f"{n}quill", "date_of_birth": date(1950, 1, 9)} for n in ("Ines", "Otto")
    ]
    settle(settled, [{"id": f"new:{i}", **record} for i, record in enumerate((JO, *others))])
    for first, second in ((0, 1), (1, 2)):
        ledger.record_judgement(settled, "person", f"new:{first}", f"new:{second}", "same", by="A. Analyst")
    settle(settled, [])
    assert len({who(settled)[f"new:{i}"] for i in range(3)}) == 1
    ledger.record_judgement(settled, "person", "new:0", "new:2", "different", by="B. Analyst")
    assert settle(settled, [])["contradicting verdicts"] == 1
    assert len({who(settled)[f"new:{i}"] for i in range(3)}) == 3
    assert account(settled, "new:0", "new:1").contradictions[0].same == ("new:0", "new:1", "new:2")


def test_an_increment_that_is_cut_off_is_finished_by_the_next(
    settled: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Exception):
        pass

    write = Connection.write

    def cut_off(self: Connection, query: str, *args: Any, **more: Any) -> Any:
        if "IDENTIFIES" in query:
            raise Cut
        return write(self, query, *args, **more)

    put(settled, [{"id": "new:1", **JO, **HOME}, {"id": "new:2", **JO, **HOME}])
    with monkeypatch.context() as patched:
        patched.setattr(Connection, "write", cut_off)
        with pytest.raises(Cut):
            identify(settled)
    settle(settled, [])
    assert_as_in_full(settled)


def test_the_index_holds_no_name_and_loses_records_that_are_gone(settled: Connection) -> None:
    settle(settled, [{"id": "new:1", **JO, **HOME}])
    settled.write("MATCH (n:Nominal {id: 'new:1'}) DETACH DELETE n")
    settle(settled, [{"id": "new:2", **JO}])
    kept = settled.read("MATCH (i) WHERE i:ResolutionIndex OR i:ResolutionModel RETURN properties(i) AS i")
    text = json.dumps(kept).casefold()
    assert "new:1" not in text
    assert "quillfeather" not in text
    assert "new:2" in text


def test_homes_and_phones_of_other_tables_are_evidence(settled: Connection) -> None:
    maiden = {"id": "new:1", **JO, "date_of_birth": None, "address": "9 Oak Court, Eastmere"}
    married = {**maiden, "id": "new:2", "family_name": "Aldbyquill", "address": "2 Fir Lane, Westwick"}
    settle(settled, [maiden, married])
    assert who(settled)["new:1"] != who(settled)["new:2"]
    settled.write(
        "MATCH (a:Nominal {id: 'new:1'}), (b:Nominal {id: 'new:2'}) "
        "MERGE (o:Object {id: 'new:O1', kind: 'phone', identifier: '07700 900123'}) "
        "CREATE (a)-[:USES {key: 'k1', record: 'k1', role: 'used', from_on: date('2015-01-01')}]->(o) "
        "CREATE (b)-[:USES {key: 'k2', record: 'k2', role: 'owned', from_on: date('2015-06-01')}]->(o) "
        "MERGE (l:Location {id: 'new:L1', address: '14 Larch Road, Northby', place_type: 'home'}) "
        "CREATE (a)-[:LIVES_AT {key: 'k3', record: 'k3', from_on: date('2009-01-01'), to_on: date('2013-01-01')}]->(l) "
        "CREATE (b)-[:LIVES_AT {key: 'k4', record: 'k4', from_on: date('2012-01-01'), to_on: date('2014-01-01')}]->(l) "
        "SET a.touched = true, b.touched = true"
    )
    settle(settled, [])
    assert who(settled)["new:1"] == who(settled)["new:2"]
    said = {c.name: c.words for c in account(settled, "new:1", "new:2").pair.contributions}
    assert said["address"] == "an address that both had at about one time"
    assert said["phone"] == "same phone"
