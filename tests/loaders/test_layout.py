"""The layout as data: complete, printed, and written as a template."""

from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from loaders.interchange.columns import Column
from loaders.layout import REASONS, TABLES, markdown, write_template
from tests.loaders.tiny import check

ROOT = Path(__file__).resolve().parents[2]

# The public contract, column by column: `*` required, in the order of the document. A change here changes what forces
# have to send.
CONTRACT = {
    "people": "person_ref* given_name middle_names family_name name_suffix full_name aliases date_of_birth age age_on "
    "sex phone email address postcode location_ref pnc_id profession deceased_on markers unidentified",
    "locations": "location_ref* name address town region country postcode uprn latitude longitude easting northing "
    "place_type precision area force timezone",
    "organisations": "organisation_ref* name kind location_ref",
    "organisation_links": "organisation_ref* event_ref person_ref role* from_on to_on",
    "incidents": "incident_ref* kind* offence_code offence offence_group occurred_from occurred_to reported_at "
    "location_ref summary method flags outcome_code outcome_scheme outcome_on force area patient_sex patient_age_band "
    "linked_refs",
    "offences": "event_ref* offence* offence_code scheme offence_group",
    "deaths": "death_ref* person_ref incident_ref category manner found_at reported_at last_seen_alive_at died_from "
    "died_to location_ref position suspected_means substances substances_suspected items_missing note_found summary "
    "flags toxicology coroner_area coroner_ref same_as coroner_status conclusion cause_of_death checks_done "
    "supervisor_attended next_of_kin_informed family_concern primacy_requested_from primacy_declined_by "
    "primacy_reason near_miss force area closed_on linked_refs",
    "involvements": "event_ref* person_ref* role* relationship_to_victim victim_ref injury status status_on",
    "orders": "order_ref* order_type* respondent_ref* issued_by interim made_on service served_on starts_on ends_on "
    "until_further_order state state_on conditions notify_by notified_on owner review_on last_verified_on "
    "discharged_on",
    "order_parties": "order_ref* person_ref* part*",
    "order_places": "order_ref* location_ref* radius_m",
    "order_breaches": "event_ref order_ref occurred_on* condition result",
    "relations": "person_ref* other_ref* relation* from_on to_on",
    "person_places": "person_ref* location_ref* relation* from_on to_on",
    "objects": "object_ref* kind* identifier description",
    "object_links": "object_ref* event_ref person_ref role from_on to_on",
    "mentions": "event_ref* medium* mentions_person_ref mentions_event_ref mentions_location_ref mentions_identifier "
    "mentions_text",
    "judgements": "about* first_ref* second_ref* verdict* by reason",
}

KEYS = {
    "organisation_links": "organisation_ref event_ref person_ref role from_on",
    "offences": "event_ref offence",
    "involvements": "event_ref person_ref role",
    "order_parties": "order_ref person_ref part",
    "order_places": "order_ref location_ref",
    "order_breaches": "event_ref order_ref occurred_on condition",
    "relations": "person_ref other_ref relation from_on",
    "person_places": "person_ref location_ref relation from_on",
    "object_links": "object_ref event_ref person_ref role from_on",
    "judgements": "about first_ref second_ref",
}


def test_every_table_has_the_columns_of_the_contract() -> None:
    declared = {
        name: " ".join(column.name + "*" * column.required for column in table.columns[:-3])
        for name, table in TABLES.items()
    }
    assert declared == CONTRACT


def test_every_table_may_carry_recorded_at_grade_and_withdrawn() -> None:
    for table in TABLES.values():
        assert table.names[-3:] == ("recorded_at", "grade", "withdrawn")


def test_records_are_keyed_by_their_own_ref_and_links_as_the_contract_says() -> None:
    for name, table in TABLES.items():
        if table.record is not None:
            assert table.key == (table.columns[0].name,)
        elif name != "mentions":
            assert " ".join(table.key) == KEYS[name]


def test_tables_come_after_what_they_point_to() -> None:
    place = {table.record: number for number, table in enumerate(TABLES.values()) if table.record is not None}
    for number, table in enumerate(TABLES.values()):
        for column in table.columns:
            # An incident may be linked to a death that comes later: references inside an extract have no order.
            if column.refers_to in place and not column.is_list:
                assert place[column.refers_to] < number, f"{table.name}.{column.name}"


def test_every_ref_column_says_what_it_points_to() -> None:
    for table in TABLES.values():
        for column in table.columns:
            own = table.record is not None and column.name == table.key[0]
            if column.name.endswith(("_ref", "_refs")) and not own and column.name != "coroner_ref":
                assert column.refers_to is not None, f"{table.name}.{column.name}"


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("involvements", "role", 13),
        ("orders", "order_type", 19),
        ("locations", "place_type", 26),
        ("incidents", "flags", 16),
        ("deaths", "flags", 16),
        ("deaths", "suspected_means", 16),
        ("relations", "relation", 16),
        ("orders", "conditions", 10),
        ("deaths", "checks_done", 7),
        ("involvements", "status", 11),
    ],
)
def test_lists_of_allowed_words_are_whole(table: str, column: str, words: int) -> None:
    assert len(set(TABLES[table].column(column).allowed)) == words


def test_docs_layout_is_what_the_declaration_prints() -> None:
    written = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")
    assert written == markdown(), "write docs/layout.md anew: python -c 'from loaders.layout import markdown; ...'"


def test_the_markdown_names_every_table_column_word_and_reason() -> None:
    text = markdown()
    for table in TABLES.values():
        assert f"### {table.name}\n" in text
        for column in table.columns:
            assert f"`{column.name}`" in text
            for word in column.allowed:
                assert f"`{word}`" in text
    for reason in REASONS:
        assert f"`{reason}`" in text


def test_a_template_is_a_sound_extract_without_rows(tmp_path: Path) -> None:
    written = write_template(tmp_path / "new")
    assert len(written) == len(TABLES) + 1
    found = check(tmp_path / "new")
    assert found.warnings == []
    assert {name: len(frame) for name, frame in found.frames.items()} == dict.fromkeys(TABLES, 0)


def test_a_template_never_overwrites_a_file(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_ref\nP1\n")
    with pytest.raises(ThroughlineError, match=r"people\.csv already there"):
        write_template(tmp_path)
    assert (tmp_path / "people.csv").read_text() == "person_ref\nP1\n"


def test_an_unknown_column_of_a_table_is_a_key_error() -> None:
    assert isinstance(TABLES["people"].column("sex"), Column)
    with pytest.raises(KeyError, match="people has no column gender"):
        TABLES["people"].column("gender")
