"""The saved queries of the product: what each shows of a small graph, and what it must leave out."""

from collections.abc import Callable
from datetime import date
from typing import Any

from graph.connection import Connection
from queries.saved import load_library, run_saved

Draw = Callable[[str], None]


def show(graph: Connection, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of a saved query."""
    return run_saved(graph, load_library()[name], parameters)


def only(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """Return these columns of the rows, in order."""
    return [tuple(row[column] for column in columns) for row in rows]


def test_every_query_says_what_it_asks_and_limits_its_rows() -> None:
    for query in load_library().values():
        assert query.question.endswith("?"), query.id
        assert "most" in query.parameters, query.id
        assert "LIMIT $most" in query.query, query.id
        assert query.category, query.id


def test_an_address_is_one_place_under_all_its_records(graph: Connection, draw: Draw) -> None:
    draw(
        """(a:Incident {kind: 'crime', offence: 'Theft', occurred_day: 366})
            -[:OCCURRED_AT]->(l:Location {address: '1 Mill Lane', postcode: 'AB1 2CD', latitude: 51.5,
            longitude: 0.1})
        (p:Person {name: 'Ada Sample'})-[:REPORTED]->(a)
        (b:Death {category: 'expected', occurred_day: 400})-[:OCCURRED_AT]->(m:Location {address: '1 MILL LANE',
            postcode: 'AB1 2CD'})
        (c:Incident {kind: 'arrest', occurred_day: 380})-[:ARREST_MADE_AT]->(l)
        (d:Incident {kind: 'crime', occurred_day: 381})-[:OCCURRED_AT]->(n:Location {address: '1 Mill Lane',
            postcode: 'AB9 9ZZ'})
        (e:Incident {kind: 'crime', occurred_day: 382})-[:OCCURRED_AT]->(near:Location {latitude: 51.5002,
            longitude: 0.1})
        (f:Incident {kind: 'crime', occurred_day: 383})-[:OCCURRED_AT]->(moved:Location {latitude: 51.5002,
            longitude: 0.1, precision: 'displaced'})"""
    )
    rows = show(graph, "place_timeline", place="l")
    assert only(rows, "record", "day", "how", "people") == [
        ("b", date(1971, 2, 5), "happened here", []),
        ("c", date(1971, 1, 16), "arrest made here", []),
        ("a", date(1971, 1, 2), "happened here", ["Ada Sample (reported)"]),
    ]
    near = show(graph, "place_timeline", place="l", radius_m=30.0)
    assert only(near, "record", "distance_m") == [("b", None), ("e", 22), ("c", 0), ("a", 0)]
    assert [row["record"] for row in show(graph, "place_timeline", place="l", most=1)] == ["b"]


def test_an_event_whose_day_nobody_knows_is_shown_without_one(graph: Connection, draw: Draw) -> None:
    draw(
        """(p:Person)-[:REPORTED]->(i:Incident {kind: 'crime'})-[:OCCURRED_AT]->(l:Location)
        (n:Nominal)-[:IDENTIFIES]->(p)
        (o:Object {kind: 'phone', identifier_key: '07700900123'})-[:USED_IN]->(i)"""
    )
    shown = (
        show(graph, "place_timeline", place="l"),
        show(graph, "person_timeline", record="n"),
        show(graph, "object_trail", number="07700900123"),
    )
    assert [only(rows, "record", "day") for rows in shown] == [[("i", None)]] * 3


def test_two_people_are_connected_by_the_shortest_way_that_goes_through_no_hub(graph: Connection, draw: Draw) -> None:
    draw(
        """(a:Person {name: 'A'})-[:SUSPECT_IN]->(i:Incident {kind: 'crime', offence: 'Theft'})
            <-[:WITNESS_IN]-(c:Person {name: 'C'})
        (c)-[:LIVES_AT]->(l:Location {name: 'Mill Lane'})<-[:LIVES_AT]-(b:Person {name: 'B'})
        (a)-[:FREQUENTS]->(h:Location {is_hub: true})<-[:FREQUENTS]-(b)
        (a)-[:STAYED_AT]->(v:Location {precision: 'area'})<-[:STAYED_AT]-(b)
        (a)-[:ATTENDED_PROFESSIONALLY]->(w:Incident {kind: 'crime'})<-[:VICTIM_IN]-(b)
        (a)-[:INVOLVED_IN {grade: '3C P'}]->(x:Incident {kind: 'intelligence'})<-[:SUBJECT_OF]-(b)
        (na:Nominal)-[:IDENTIFIES]->(a)
        (nb:Nominal)-[:IDENTIFIES]->(b)
        (na)-[:RELATED_TO {relation: 'friend'}]->(nb)"""
    )
    rows = show(graph, "paths_between", one="na", other="nb")
    assert only(rows, "steps", "records", "ties") == [
        (4, ["a", "i", "c", "l", "b"], ["suspect in", "witness in", "lives at", "lives at"])
    ]
    assert rows[0]["names"] == ["A", "Theft", "C", "Mill Lane", "B"]
    draw("(c:Person)-[:VICTIM_IN]->(j:Incident {kind: 'crime'})")
    assert show(graph, "paths_between", one="na", other="nb", max_degree=2) == []


def test_who_was_at_several_events_of_a_set(graph: Connection, draw: Draw) -> None:
    draw(
        """(p:Person {name: 'Pat', nominal_ids: ['x:1', 'x:2']})-[:FOUND]->(a:Death {occurred_day: 100})
        (p)-[:REPORTED]->(a)
        (p)-[:WITNESS_IN]->(b:Incident {kind: 'crime', occurred_day: 110})
        (medic:Person {name: 'Kim'})-[:ATTENDED_PROFESSIONALLY]->(a)
        (medic)-[:ATTENDED_PROFESSIONALLY]->(b)
        (once:Person)-[:SUSPECT_IN]->(b)
        (twice:Person)-[:VICTIM_IN]->(b)
        (twice)-[:VICTIM_IN]->(again:Incident {kind: 'ambulance', occurred_day: 110})
        (again)-[:SAME_EVENT]->(b)
        (once)-[:SUSPECT_IN]->(elsewhere:Incident {kind: 'crime', occurred_day: 120})"""
    )
    rows = show(graph, "present_at_several", events=["a", "b", "again"])
    assert only(rows, "person", "records", "event_count", "only_at_work") == [
        ("Pat", ["x:1", "x:2"], 2, False),
        ("Kim", None, 2, True),
    ]
    assert rows[0]["parts"] == ["a: found, reported", "again: witness in"]
    assert show(graph, "present_at_several", events=["a"]) == []


def test_a_number_is_found_in_any_spelling_and_a_switchboard_shows_only_that(graph: Connection, draw: Draw) -> None:
    draw(
        """(o:Object {kind: 'phone', identifier: '07700 900123', identifier_key: '07700900123'})
            -[:USED_IN {role: 'called'}]->(a:Incident {kind: 'crime', offence: 'Theft', occurred_day: 366})
        (p:Person {name: 'Pat'})-[:USES]->(o)
        (b:Death {category: 'expected', occurred_day: 400})
            -[:MENTIONS {medium: 'note'}]->(m:Mention {identifier: '+44 7700 900123', identifier_key: '07700900123'})
        (other:Object {kind: 'phone', identifier_key: '07700900124'})-[:USED_IN]->(a)"""
    )
    for written in ("07700 900123", "+44 7700-900123", "0044 7700 900123"):
        rows = show(graph, "object_trail", number=written)
        assert only(rows, "record", "how", "object", "users") == [
            ("b", "mentioned in a note", "m", []),
            ("a", "called", "o", ["Pat"]),
        ]
    draw(
        """(o:Object {kind: 'phone', identifier_key: '07700900123'})-[:USED_IN]->(c:Incident {kind: 'crime'})
        (c:Incident {occurred_day: 401})"""
    )
    busy = show(graph, "object_trail", number="07700900123", max_events=1)
    assert ("o", "in too many events to be a trace") in only(busy, "object", "how")
    assert {"a", "c"}.isdisjoint(row["record"] for row in busy)


def test_an_order_s_state_on_a_day_is_told_in_words(graph: Connection, draw: Draw) -> None:
    draw(
        """(n:Nominal)-[:IDENTIFIES]->(p:Person {name: 'Ben'})
        (p)-[:RESPONDENT_TO]->(o1:ProtectiveOrder {order_type: 'dvpo', made_on: date('1971-01-01'),
            served_on: date('1971-01-02'), in_force_from_day: 366, in_force_to_day: 380, in_force_basis: 'served'})
            -[:PROTECTS]->(q:Person {name: 'Ada'})
        (p)-[:RESPONDENT_TO]->(o2:ProtectiveOrder {order_type: 'restraining', made_on: date('1971-02-01'),
            service: 'not_served', in_force_basis: 'not served: binds nobody'})
        (p)-[:RESPONDENT_TO]->(o3:ProtectiveOrder {made_on: date('1970-12-01'), in_force_from_day: 334,
            in_force_basis: 'service not recorded'})
        (other:ProtectiveOrder {made_on: date('1970-11-01')})-[:PROTECTS]->(p)
        (elsewhere:Person)-[:RESPONDENT_TO]->(o4:ProtectiveOrder {made_on: date('1970-12-01')})"""
    )
    days = {
        "1971-01-01": "did not bind yet",
        "1971-01-02": "bound",
        "1971-01-16": "bound",
        "1971-01-17": "had ended",
    }
    for day, state in days.items():
        rows = show(graph, "orders_of_person", record="n", on_day=day)
        assert only(rows, "order", "on_that_day") == [
            ("o2", "did not bind (not served: binds nobody)"),
            ("o1", state),
            ("o3", "bound if it was served, of which there is no record"),
            ("other", "did not bind (not known to)"),
        ]
    assert only(rows, "order_type", "parts", "respondents", "protected", "binds_from", "binds_to")[1] == (
        "dvpo",
        ["respondent"],
        ["Ben"],
        ["Ada"],
        date(1971, 1, 2),
        date(1971, 1, 16),
    )


def test_events_near_a_point_are_those_within_circle_and_days(graph: Connection, draw: Draw) -> None:
    draw(
        """(a:Incident {kind: 'crime', offence: 'Theft', occurred_day: 366})
            -[:OCCURRED_AT]->(l:Location {name: 'Mill Lane', latitude: 51.5, longitude: 0.1})
        (b:Death {category: 'expected', occurred_day: 370, occurred_span_days: 6})
            -[:OCCURRED_AT]->(m:Location {latitude: 51.501, longitude: 0.1, is_hub: true})
        (c:Incident {kind: 'crime', occurred_day: 371})-[:OCCURRED_AT]->(l)
        (d:Incident {kind: 'crime', occurred_day: 366})-[:OCCURRED_AT]->(far:Location {latitude: 51.6,
            longitude: 0.1})
        (e:Incident {kind: 'crime', occurred_day: 366})-[:OCCURRED_AT]->(moved:Location {latitude: 51.5,
            longitude: 0.1, precision: 'displaced'})
        (f:Incident {kind: 'crime'})-[:OCCURRED_AT]->(l)"""
    )
    where = {"latitude": 51.5, "longitude": 0.1, "radius_m": 200.0}
    rows = show(graph, "events_near", **where, from_day="1971-01-02", to_day="1971-01-06")
    assert only(rows, "record", "distance_m", "known_to_days", "hub") == [("a", 0, 0, False), ("b", 111, 6, True)]
    assert [row["record"] for row in show(graph, "events_near", **where, kinds=["death"])] == ["b"]


def test_deaths_lack_only_the_checks_that_none_of_their_records_names(graph: Connection, draw: Draw) -> None:
    draw(
        """(a:Death {occurred_day: 400, category: 'unexpected_not_suspicious', checks_done: ['pnc'],
            supervisor_attended: true})
        (b:Death {occurred_day: 400, checks_done: ['force_crime', 'force_non_crime']})-[:SAME_EVENT]->(a)
        (p:Person {name: 'Ada'})-[:DECEASED_IN]->(a)
        (c:Death {occurred_day: 399})
        (done:Death {occurred_day: 398,
            checks_done: ['pnc', 'force_crime', 'force_non_crime', 'domestic_abuse_history']})
        (lived:Death {occurred_day: 397, near_miss: true})
        (ill:Death {occurred_day: 396, category: 'expected'})
        (old:Death {occurred_day: 372})
        (now:Incident {kind: 'crime', occurred_day: 400})"""
    )
    rows = show(graph, "deaths_lacking_checks")
    assert only(rows, "event", "record_ids", "lacking", "deceased") == [
        ("c", ["c"], ["pnc", "force_crime", "force_non_crime", "domestic_abuse_history"], None),
        ("a", ["a", "b"], ["domestic_abuse_history"], "Ada"),
    ]
    assert rows[1]["supervisor_attended"] is True
    assert len(show(graph, "deaths_lacking_checks", window_days=29)) == 3
    assert show(graph, "deaths_lacking_checks", expected=["domestic_abuse_history"], window_days=2) != []
    assert [r["event"] for r in show(graph, "deaths_lacking_checks", expected=["pnc"])] == ["c"]


def test_a_record_s_history_is_what_stands_and_what_stood_before(graph: Connection, draw: Draw) -> None:
    draw(
        """(i:Incident {kind: 'crime', offence: 'Robbery', recorded_at: datetime('2026-03-01T00:00:00Z'),
            load_id: 'three'})
        (v1:RecordVersion {record_id: 'i', table: 'incidents', row: 'first',
            recorded_at: datetime('2026-01-01T00:00:00Z'), load_id: 'one'})
        (v2:RecordVersion {record_id: 'i', table: 'incidents', row: 'second',
            recorded_at: datetime('2026-02-01T00:00:00Z'), load_id: 'two'})
        (v3:RecordVersion {record_id: 'j', table: 'incidents', row: 'of another',
            recorded_at: datetime('2026-02-01T00:00:00Z'), load_id: 'two'})"""
    )
    rows = show(graph, "record_history", record="i")
    assert only(rows, "load_id", "stands", "row") == [
        ("three", True, None),
        ("two", False, "second"),
        ("one", False, "first"),
    ]
    assert rows[0]["now"]["offence"] == "Robbery"


def test_people_named_together_are_counted_by_event_and_not_by_record(graph: Connection, draw: Draw) -> None:
    draw(
        """(p:Person {name: 'P'})-[:SUSPECT_IN]->(a:Incident {kind: 'crime', occurred_day: 400})
            <-[:SUSPECT_IN]-(q:Person {name: 'Q'})
        (p)-[:SUSPECT_IN]->(b:Incident {kind: 'crime', occurred_day: 390})<-[:SUSPECT_IN]-(q)
        (p)-[:SUSPECT_IN]->(c:Incident {kind: 'crime', occurred_day: 380})<-[:WITNESS_IN]-(q)
        (r:Person)-[:VICTIM_IN]->(a)
        (r)-[:VICTIM_IN]->(a2:Incident {kind: 'ambulance', occurred_day: 400})<-[:SUSPECT_IN]-(p)
        (a2)-[:SAME_EVENT]->(a)
        (r)-[:VICTIM_IN]->(b)
        (officer:Person)-[:ATTENDED_PROFESSIONALLY]->(a)
        (officer)-[:ATTENDED_PROFESSIONALLY]->(b)
        (officer)-[:ATTENDED_PROFESSIONALLY]->(c)
        (said:Person)-[:INVOLVED_IN {grade: '3C P'}]->(a)
        (said)-[:INVOLVED_IN {grade: '3C P'}]->(b)
        (said)-[:INVOLVED_IN {grade: '3C P'}]->(c)"""
    )
    rows = show(graph, "named_together")
    assert only(rows, "one", "other", "events_together", "parts", "events", "last_day") == [
        (
            "P",
            "Q",
            3,
            ["suspect in and suspect in: 2", "suspect in and witness in: 1"],
            ["a", "b", "c"],
            date(1971, 2, 5),
        )
    ]
    assert show(graph, "named_together", max_people=2) == []
    assert show(graph, "named_together", max_events=2) == []
    assert show(graph, "named_together", window_days=10) == []


def test_a_possible_match_waits_until_somebody_judges_it(graph: Connection, draw: Draw) -> None:
    draw(
        """(n1:Nominal {given_name: 'Ann', family_name: 'Sample', source: 'one'})-[:IDENTIFIES]->(p:Person)
        (n2:Nominal {full_name: 'Anne Sample', source: 'two'})-[:IDENTIFIES]->(q:Person)
        (n3:Nominal {source: 'two'})-[:IDENTIFIES]->(q)
        (n4:Nominal {source: 'two'})-[:IDENTIFIES]->(r:Person)
        (n1)-[:POSSIBLY_SAME {probability: 0.9, basis: 'name'}]->(n2)
        (n2)-[:POSSIBLY_SAME {probability: 0.95}]->(n3)
        (n1)-[:POSSIBLY_SAME {probability: 0.8}]->(n4)
        (n2)-[:POSSIBLY_SAME {probability: 0.4}]->(n4)
        (n3)-[:POSSIBLY_SAME {probability: 0.6}]->(n4)
        (j:Judgement {about: 'person', first_id: 'n4', second_id: 'n1', verdict: 'different'})
        (q)-[:VICTIM_IN]->(i:Incident {kind: 'crime'})"""
    )
    rows = show(graph, "possible_matches")
    assert only(rows, "one", "other", "probability", "events") == [("n1", "n2", 0.9, 1), ("n3", "n4", 0.6, 1)]
    assert only(rows, "one_name", "other_name", "basis")[0] == ("Ann Sample", "Anne Sample", "name")
    assert [row["one"] for row in show(graph, "possible_matches", source="one")] == ["n1"]


def test_substances_are_compared_with_the_year_before_among_known_deaths(graph: Connection, draw: Draw) -> None:
    draw(
        """(now:Incident {kind: 'crime', occurred_day: 1000})
        (a:Death {occurred_day: 1000, toxicology: 'returned'})
            -[:INVOLVES_SUBSTANCE {basis: 'found'}]->(s:Substance {name: 'nitazene'})
        (b:Death {occurred_day: 950})-[:INVOLVES_SUBSTANCE {basis: 'suspected'}]->(s)
        (b)-[:SAME_EVENT]->(b2:Death {occurred_day: 950})
        (b2)-[:INVOLVES_SUBSTANCE {basis: 'found'}]->(s)
        (c:Death {occurred_day: 911})-[:INVOLVES_SUBSTANCE {basis: 'suspected'}]->(s)
        (d:Death {occurred_day: 910})-[:INVOLVES_SUBSTANCE {basis: 'found'}]->(s)
        (e:Death {occurred_day: 700})-[:INVOLVES_SUBSTANCE {basis: 'found'}]->(t:Substance {name: 'alcohol'})
        (f:Death {occurred_day: 546, toxicology: 'returned'})
        (old:Death {occurred_day: 545})-[:INVOLVES_SUBSTANCE {basis: 'found'}]->(t)
        (lived:Death {occurred_day: 960, near_miss: true})-[:INVOLVES_SUBSTANCE {basis: 'found'}]->(s)
        (unknown:Death {occurred_day: 960, toxicology: 'requested'})"""
    )
    columns = ("substance", "now", "year_before", "expected_now", "known_now", "known_before")
    # The day after the newest event is "now" where no load says: day 1001.
    assert only(show(graph, "substances_this_year", window_days=91), *columns) == [
        ("nitazene", 3, 1, 0.2, 3, 3),
        ("alcohol", 0, 1, 0.2, 3, 3),
    ]
    found = show(graph, "substances_this_year", window_days=91, suspected_too=False)
    assert only(found, *columns) == [("nitazene", 2, 1, 0.2, 2, 3), ("alcohol", 0, 1, 0.2, 2, 3)]
    assert (found[0]["share_now"], found[0]["share_before"]) == (1.0, 0.333)
