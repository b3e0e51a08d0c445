"""What makes a tie between two events, and what does not."""

import pandas as pd
import pytest

from algorithms.linkage_frames import LinkageFrames
from algorithms.shared_ties import shared_ties
from tests.algorithms.linkage_worlds import ties


def found(*rows: tuple[str, ...], max_degree: int = 8) -> list[tuple[str, str, str, int]]:
    events = sorted({row[0] for row in rows})
    frame = pd.DataFrame({"event": events, "low_day": 1.0, "high_day": 1.0})
    shared = shared_ties(LinkageFrames(frame, ties=ties(*rows)), max_degree=max_degree)  # type: ignore[arg-type]
    return [(events[r.a], events[r.b], r.tie, r.degree) for r in shared.itertuples()]


def test_one_person_in_two_parts_ties_two_events() -> None:
    assert found(("a", "p", "person", "finder"), ("b", "p", "person", "reporter")) == [("a", "b", "person", 2)]


def test_a_hub_ties_nothing() -> None:
    rows = [(event, "p", "person", "finder") for event in "abcd"]
    assert found(*rows, max_degree=3) == []
    assert len(found(*rows, max_degree=4)) == 6


def test_what_is_reached_through_a_shared_person_counts_as_that_person_alone() -> None:
    rows = [("a", "p", "person", "finder"), ("b", "p", "person", "finder")]
    rows += [("a", "flat", "place", "home", "p"), ("b", "flat", "place", "home", "p")]
    assert found(*rows) == [("a", "b", "person", 2)]


def test_a_home_of_one_that_is_the_scene_of_the_other_ties_them() -> None:
    rows = [("a", "flat", "place", "home", "p"), ("b", "flat", "place", "scene")]
    assert found(*rows) == [("a", "b", "address", 2)]


def test_two_scenes_at_one_place_are_a_matter_of_distance() -> None:
    assert found(("a", "yard", "place", "scene"), ("b", "yard", "place", "scene")) == []


def test_a_note_that_names_the_other_event_is_a_mention() -> None:
    assert found(("a", "b", "event", "mention"), ("b", "b", "event", "is")) == [("a", "b", "mention", 2)]


def test_family_and_care_are_classes_of_their_own() -> None:
    assert found(("a", "p", "person", "next_of_kin"), ("b", "p", "person", "finder"))[0][2] == "family"
    assert found(("a", "p", "person", "carer"), ("b", "p", "person", "finder"))[0][2] == "care"


def test_a_relation_needs_one_of_its_people_at_each_end() -> None:
    rows = [("a", "p|q", "relation", "low", "p"), ("b", "p|q", "relation", "low", "p")]
    assert found(*rows) == []
    assert found(rows[0], ("b", "p|q", "relation", "high", "q")) == [("a", "b", "relation", 2)]


def test_the_rarest_thing_of_a_class_is_named() -> None:
    rows = [(event, "p", "person", "finder") for event in "abc"]
    rows += [("a", "q", "person", "witness"), ("b", "q", "person", "witness")]
    assert ("a", "b", "person", 2) in found(*rows)


def test_a_degree_below_two_is_refused() -> None:
    with pytest.raises(ValueError, match="max_degree"):
        found(("a", "p", "person", "finder"), max_degree=1)
