"""Deaths read for counting: one row a death, however many sources recorded it, and nobody's name."""

from datetime import date
from pathlib import Path

import pytest

from graph import death_reader
from graph.connection import Connection
from loaders.pipeline import load
from tests.loaders.extracts import write_extract

LOCATIONS = """
    location_ref,name,uprn,place_type,latitude,longitude,area
    L1,Alder Lodge,900001,care_home,54.1000,-1.2000,A1
    L2,Mill Row,,street,54.2000,-1.3000,A1
"""
POLICE = {
    "locations": LOCATIONS,
    "people": """
        person_ref,given_name,family_name,date_of_birth,sex
        P1,Casimir,Ovenden,1940-05-05,M
        P2,Ludo,Pellingham,1950-02-02,F
        P3,Isolde,Farthingay,1990-03-07,F
    """,
    "incidents": """
        incident_ref,kind,occurred_from,location_ref,flags
        I1,crime,2026-02-01T20:00,L2,weapon
        I2,ambulance,2026-02-20T20:00,L2,near_miss
    """,
    "deaths": """
        death_ref,person_ref,incident_ref,category,died_from,found_at,location_ref,toxicology,checks_done,near_miss,recorded_at
        D1,P1,,unexpected_not_suspicious,2026-01-10,2026-01-10T06:30,L1,requested,pnc,,2026-01-11T08:00:00Z
        D2,P2,I1,homicide,2026-02-01T20:10,2026-02-01T20:30,L2,,,,2026-02-05T08:00:00Z
        D3,P3,I1,homicide,2026-02-01T20:10,2026-02-01T20:30,L2,,,,2026-02-05T08:00:00Z
        D4,P3,,,2026-03-01,,L2,,,true,2026-03-01T08:00:00Z
    """,
}
CORONER = {
    "locations": LOCATIONS.replace("L1,Alder Lodge", "K1,Alder Lodge care home").replace("L2,", "K2,"),
    "people": """
        person_ref,given_name,family_name,date_of_birth,sex
        C1,Casimir,Ovenden,1940-05-05,M
    """,
    "deaths": """
        death_ref,person_ref,died_from,location_ref,same_as,coroner_status,conclusion,toxicology,recorded_at
        Q1,C1,2026-01-10,K1,niche:D1,concluded,Natural causes,returned,2026-04-01T08:00:00Z
    """,
}


@pytest.fixture
def told(graph: Connection, tmp_path: Path) -> Connection:
    load(graph, write_extract(tmp_path / "police", POLICE, covers_from=date(2025, 1, 1), covers_to=date(2026, 5, 31)))
    load(graph, write_extract(tmp_path / "coroner", CORONER, source="coroner", agency_kind="coroner"))
    return graph


def test_two_records_of_one_death_are_one_row_and_two_who_died_in_one_event_are_two(told: Connection) -> None:
    deaths, records = death_reader.death_frames(told)
    one = deaths[deaths["records"] == 2].iloc[0]
    assert one["sources"] == ["coroner", "niche"]
    # The police's judgement, the coroner's conclusion, the furthest that toxicology has come.
    assert (one["category"], one["conclusion"], one["toxicology"]) == (
        "unexpected_not_suspicious", "Natural causes", "returned",
    )  # fmt: skip
    assert one["decided_before_toxicology"]
    assert (one["checks_done"], one["checks_recorded"]) == (["pnc"], True)
    assert one["age"] == pytest.approx(85.7, abs=0.1)
    assert (one["sex"], one["hour"], one["place_type"]) == ("M", 6, "care_home")
    assert one["lateness_days"] == pytest.approx(0.33, abs=0.01)
    same = deaths[deaths["category"] == "homicide"]
    assert len(same) == 2
    assert same["event_id"].nunique() == 1
    assert same["death_id"].nunique() == 2
    assert len(records) == 5
    assert set(records["death_id"]) == set(deaths["death_id"])

    # The two locations of one property reference number are one place.
    places = death_reader.places(told)
    assert list(places["locations"]) == [2]
    assert one["place_id"] == places.iloc[0]["place_id"]

    lived = death_reader.near_miss_frame(told, deaths)
    assert sorted(lived["event_id"]) == ["niche:D4", "niche:I2"]

    # Nothing that leaves names anybody.
    text = deaths.to_json() + records.to_json() + lived.to_json()
    for word in ("Casimir", "Ovenden", "Pellingham", "person:", "1940-05-05", "P1"):
        assert word not in text

    sources = death_reader.sources(told).set_index("source")
    assert sources.loc["niche", "covers_to"] == date(2026, 5, 31)
    assert sources["deaths"].to_dict() == {"coroner": 1, "niche": 4}


def test_an_empty_graph_has_empty_frames_with_their_columns(graph: Connection) -> None:
    deaths, records = death_reader.death_frames(graph)
    assert list(deaths.columns) == list(death_reader.DEATH_COLUMNS)
    assert list(records.columns) == list(death_reader.RECORD_COLUMNS)
    assert deaths.empty
    assert death_reader.near_miss_frame(graph, deaths).empty
    assert death_reader.places(graph).empty
