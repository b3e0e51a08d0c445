"""The tables of events: incidents, deaths, involvements and further offences, with the versions that came later."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seed import rates
from seed.clock import day_texts, local_texts, utc_texts
from seed.codes import (
    CATEGORY,
    CHECK,
    CORONER,
    CORONER_SOURCE,
    FLAG,
    INJURY,
    KIND,
    MANNER,
    MEANS,
    ROLE,
    SEX,
    STATUS,
    SUBSTANCE,
    TIE,
    TOXICOLOGY,
    listed,
)
from seed.csvfile import from_flags, from_list, from_masks, from_texts
from seed.extract_state import CHUNK, Extract, distinct, versions
from seed.ledger import NONE, IntArray
from seed.partners import AGE_BANDS

INCIDENTS = listed(
    "incident_ref kind offence_code offence offence_group occurred_from occurred_to reported_at location_ref "
    "summary flags outcome_code outcome_on force area patient_sex patient_age_band linked_refs grade recorded_at"
)
# What only the police write, and what only sources without names do.
POLICE_ONLY = listed("offence_code offence offence_group outcome_code outcome_on force area linked_refs grade")
ANONYMOUS_ONLY = ("patient_sex", "patient_age_band")
DEATHS = listed(
    "death_ref person_ref incident_ref category manner found_at reported_at last_seen_alive_at died_from died_to "
    "location_ref position suspected_means substances substances_suspected items_missing note_found summary flags "
    "toxicology coroner_area coroner_ref same_as coroner_status conclusion cause_of_death checks_done "
    "supervisor_attended next_of_kin_informed family_concern primacy_requested_from primacy_declined_by "
    "primacy_reason near_miss force area closed_on recorded_at"
)
POLICE_DEATHS = listed(
    "incident_ref category position substances_suspected items_missing note_found flags checks_done "
    "supervisor_attended next_of_kin_informed family_concern primacy_requested_from primacy_declined_by "
    "primacy_reason near_miss force area"
)
INVOLVEMENTS = listed("event_ref person_ref role relationship_to_victim victim_ref injury status status_on recorded_at")
OFFENCES = ["event_ref", "offence", "offence_code", "scheme", "offence_group", "recorded_at"]
_CODES = [offence.code for offence in rates.OFFENCES]
_TITLES = [offence.title for offence in rates.OFFENCES]
_GROUPS = [offence.group for offence in rates.OFFENCES]
_GRADES = ["2B P", "2C P", "1B P", "2D C", "3C P", "2A P", "3D C"]
_CONCLUSIONS = ["Natural causes", "Accident", "Suicide", "Unlawful killing", "Narrative", "Open", "Open"]
_CAUSES = {
    "natural": "Ischaemic heart disease",
    "overdose": "Mixed drug toxicity",
    "hanging": "Hanging",
    "fall": "Head injury",
    "drowning": "Drowning",
    "vehicle": "Multiple injuries",
    "fire": "Inhalation of smoke",
}
_CAUSE_WORDS = [_CAUSES.get(word, "") for word in MEANS.words]


def write_incidents(extract: Extract) -> None:
    """Write incidents in the order of their refs, each later version as a further row."""
    events = extract.world.book.events.columns()
    rows = np.flatnonzero((events["source"] == extract.source.number) & (events["kind"] != KIND["death"]))
    rows, newest = versions(rows, events["updated"])
    order = np.lexsort((newest, extract.numbering.events[rows]))
    rows, newest = rows[order], newest[order]
    police = extract.source.agency_kind == "police"
    header = [name for name in INCIDENTS if police or name not in POLICE_ONLY]
    header = [name for name in header if not police or name not in ANONYMOUS_ONLY]
    table = extract.table("incidents", header)
    for start in range(0, rows.size, CHUNK):
        own, last = rows[start : start + CHUNK], newest[start : start + CHUNK] == 1
        rng = extract.rng(f"incidents {start}")
        offence, place = events["offence"][own], events["place"][own]
        second = last & (events["updated"][own] != NONE)
        told = last & (events["outcome"][own] != NONE)
        age_known = (events["age_band"][own] != NONE) & (rng.random(own.size) < 0.93)
        intelligence = events["kind"][own] == KIND["intelligence"]
        columns = {
            "incident_ref": extract.events(own),
            "kind": from_list(KIND.words, events["kind"][own]),
            "offence_code": from_list(_CODES, offence),
            "offence": from_list(_TITLES, offence),
            "offence_group": from_list(_GROUPS, offence),
            "occurred_from": _times(events["start"][own], events["precision"][own]),
            "occurred_to": _times(events["end"][own], events["precision"][own]),
            "reported_at": _times(events["reported"][own]),
            "location_ref": extract.locations(place),
            "summary": extract.texts(events["text"][own]),
            "flags": from_masks(FLAG.words, events["flags"][own]),
            "outcome_code": from_texts(events["outcome"][own].astype("U2"), told),
            "outcome_on": from_texts(day_texts(np.maximum(events["outcome_day"][own], 0)), told),
            "force": _constant(extract.source.name, own.size, police),
            "area": areas(extract, place, police),
            "patient_sex": from_list(
                SEX.words,
                np.where(events["sex"][own] == 1, SEX["M"], np.where(events["sex"][own] == 0, SEX["F"], NONE)),
            ),
            "patient_age_band": from_list(AGE_BANDS, np.where(age_known, events["age_band"][own], NONE)),
            "linked_refs": extract.events(events["linked"][own]),
            "grade": from_list(
                _GRADES, np.where(intelligence, (events["reported"][own] * 7919 + own) % len(_GRADES), NONE)
            ),
            "recorded_at": _stamps(np.where(second, events["updated"][own], events["recorded"][own])),
        }
        table.write({name: columns[name] for name in header})
    extract.done("incidents", table)


def write_deaths(extract: Extract) -> None:
    """Write deaths in the order of their refs; toxicology that came back later is a further row."""
    world = extract.world
    events, deaths = world.book.events.columns(), world.book.deaths.columns()
    rows = np.flatnonzero(events["source"][deaths["event"]] == extract.source.number)
    rows, newest = versions(rows, deaths["updated"])
    order = np.lexsort((newest, extract.numbering.events[deaths["event"][rows]]))
    rows, newest = rows[order], newest[order]
    police = extract.source.agency_kind == "police"
    header = [name for name in DEATHS if police or name not in POLICE_DEATHS]
    table = extract.table("deaths", header)
    for start in range(0, rows.size, CHUNK):
        own, last = rows[start : start + CHUNK], newest[start : start + CHUNK] == 1
        d = {name: values[own] for name, values in deaths.items()}
        e = {name: values[d["event"]] for name, values in events.items()}
        second = last & (d["updated"] != NONE)
        back = (d["toxicology"] == TOXICOLOGY["returned"]) & (last | (d["updated"] == NONE))
        asked = np.where(
            d["toxicology"] == TOXICOLOGY["returned"],
            np.where(back, TOXICOLOGY["returned"], TOXICOLOGY["requested"]),
            d["toxicology"],
        )
        lived = d["near_miss"] == 1
        # Between seen alive and found: a third of records say so in the columns of their own.
        between = (d["seen_alive"] != NONE) & ((d["seen_alive"] + d["event"]) % 3 == 0)
        concluded = (d["coroner"] == CORONER["concluded"]) & (last | (d["updated"] == NONE))
        holds = extract.source.number == CORONER_SOURCE
        refused = d["primacy"] == 1
        closed = last & (d["closed_day"] != NONE)
        columns = {
            "death_ref": extract.events(d["event"]),
            "person_ref": extract.people(extract.nominals.of["deaths", "person"][own]),
            "incident_ref": extract.events(d["incident"]),
            "category": from_list(CATEGORY.words, np.where(lived | (not police), NONE, d["category"])),
            "manner": from_list(MANNER.words, d["manner"]),
            "found_at": _times(e["end"], e["precision"]),
            "reported_at": _times(e["reported"]),
            "last_seen_alive_at": _times(d["seen_alive"]),
            "died_from": _times(np.where(between, d["seen_alive"], NONE)),
            "died_to": _times(np.where(between, e["end"], NONE), e["precision"]),
            "location_ref": extract.locations(e["place"]),
            "position": extract.texts(d["position"]),
            "suspected_means": from_list(MEANS.words, d["means"]),
            "substances": from_masks(SUBSTANCE.words, np.where(back, d["found_substances"], 0)),
            "substances_suspected": from_masks(SUBSTANCE.words, d["suspected_substances"]),
            "items_missing": from_masks(["phone"], d["items"]),
            "note_found": from_flags(d["note"]),
            "summary": extract.texts(e["text"]),
            "flags": from_masks(FLAG.words, e["flags"]),
            "toxicology": from_list(TOXICOLOGY.words, asked),
            "coroner_area": _constant("Seaward", own.size, (d["coroner_no"] != NONE) & (d["gives_coroner_no"] == 1)),
            "coroner_ref": _coroner_refs(d["coroner_no"], events["end"][e["same"]], d["gives_coroner_no"] == 1),
            "same_as": _other_records(extract, d["same_as"]),
            "coroner_status": from_list(
                CORONER.words,
                np.where(
                    lived,
                    NONE,
                    np.where(concluded | (d["coroner"] < CORONER["concluded"]), d["coroner"], CORONER["opened"]),
                ),
            ),
            "conclusion": from_list(_CONCLUSIONS, np.where(concluded & holds, np.maximum(d["manner"], 0), NONE)),
            "cause_of_death": _causes(np.where(concluded & holds, d["means"], NONE)),
            "checks_done": from_masks(CHECK.words, np.where(lived, 0, d["checks"])),
            "supervisor_attended": from_flags(d["supervisor"]),
            "next_of_kin_informed": from_flags(d["kin_informed"]),
            "family_concern": extract.texts(d["concern"]),
            "primacy_requested_from": _constant("Major crime team", own.size, refused),
            "primacy_declined_by": _constant("Major crime team", own.size, refused),
            "primacy_reason": _constant("No indication of third party involvement.", own.size, refused),
            "near_miss": from_flags(np.where(lived, 1, NONE)),
            "force": _constant(extract.source.name, own.size, police),
            "area": areas(extract, e["place"], police),
            "closed_on": from_texts(day_texts(np.maximum(d["closed_day"], 0)), closed),
            "recorded_at": _stamps(np.where(second, d["updated"], e["recorded"])),
        }
        table.write({name: columns[name] for name in header})
    extract.done("deaths", table)


def write_involvements(extract: Extract) -> None:
    """Write who had which part, by event; a status that changed later is a further row."""
    world = extract.world
    events, involved = world.book.events.columns(), world.book.involvements.columns()
    record = extract.nominals.of["involvements", "person"]
    rows = np.flatnonzero(events["source"][involved["event"]] == extract.source.number)
    rows = distinct(involved | {"record": record}, rows, "event", "record", "role")
    rows, newest = versions(rows, involved["updated"])
    order = np.lexsort(
        (newest, extract.numbering.nominals[record[rows]], extract.numbering.events[involved["event"][rows]])
    )
    rows, newest = rows[order], newest[order]
    table = extract.table("involvements", INVOLVEMENTS)
    for start in range(0, rows.size, CHUNK):
        own, last = rows[start : start + CHUNK], newest[start : start + CHUNK] == 1
        i = {name: values[own] for name, values in involved.items()}
        status = np.where(last, i["status"], i["was_status"])
        dated = last & (i["status_day"] != NONE) & (status != NONE)
        table.write(
            {
                "event_ref": extract.events(i["event"]),
                "person_ref": extract.people(record[own]),
                "role": from_list(ROLE.words, i["role"]),
                "relationship_to_victim": from_list(TIE.words, i["tie"]),
                "victim_ref": extract.people(
                    np.where(i["victim"] == NONE, NONE, extract.nominals.of["involvements", "victim"][own])
                ),
                "injury": from_list(INJURY.words, i["injury"]),
                "status": from_list(STATUS.words, status),
                "status_on": from_texts(day_texts(np.maximum(i["status_day"], 0)), dated),
                "recorded_at": _stamps(np.where(last & (i["updated"] != NONE), i["updated"], i["recorded"])),
            }
        )
    extract.done("involvements", table)


def write_offences(extract: Extract) -> None:
    """Write the offences of events that have several."""
    events, offences = extract.world.book.events.columns(), extract.world.book.offences.columns()
    rows = np.flatnonzero(events["source"][offences["event"]] == extract.source.number)
    rows = rows[np.lexsort((offences["offence"][rows], extract.numbering.events[offences["event"][rows]]))]
    table = extract.table("offences", OFFENCES)
    own = offences["offence"][rows]
    table.write(
        {
            "event_ref": extract.events(offences["event"][rows]),
            "offence": from_list(_TITLES, own),
            "offence_code": from_list(_CODES, own),
            "scheme": _constant("home_office", rows.size, True),
            "offence_group": from_list(_GROUPS, own),
            "recorded_at": _stamps(events["recorded"][offences["event"][rows]]),
        }
    )
    extract.done("offences", table)


def _times(minutes: IntArray, precision: IntArray | None = None) -> pa.Array:
    return from_texts(local_texts(np.maximum(minutes, 0), precision), minutes != NONE)


def _stamps(minutes: IntArray) -> pa.Array:
    return from_texts(utc_texts(minutes))


def _constant(text: str, count: int, present: object) -> pa.Array:
    return from_list([text], np.where(np.broadcast_to(np.asarray(present), (count,)), 0, NONE).astype(np.int64))


def areas(extract: Extract, place: IntArray, police: bool) -> pa.Array:
    """Return the beat of each place, as police forces write it."""
    if not police:
        return pa.nulls(place.size, pa.string())
    places = extract.world.people.places
    town = pa.array([name[:4].upper().strip() for name in places.towns], pa.string())
    mask = place == NONE
    return pc.binary_join_element_wise(
        town.take(pa.array(places.town[place], mask=mask)),
        pa.array(places.beat[place] + 1, mask=mask).cast(pa.string()),
        "",
    )


def _coroner_refs(numbers: IntArray, found: IntArray, given: object) -> pa.Array:
    years = np.datetime_as_string(np.maximum(found, 0).astype("datetime64[m]"), unit="Y")
    padded = pc.utf8_lpad(pa.array(np.maximum(numbers, 0)).cast(pa.string()), 5, "0")
    refs = pc.binary_join_element_wise(pa.array(years, pa.string()), padded, "-")
    return pc.if_else(pa.array((numbers != NONE) & np.asarray(given)), refs, pa.scalar(None, pa.string()))


def _other_records(extract: Extract, events: IntArray) -> pa.Array:
    return pa.array(
        [None if event == NONE else extract.numbering.event_ref(extract.world, event) for event in events.tolist()],
        pa.string(),
    )


def _causes(means: IntArray) -> pa.Array:
    known = np.array([bool(word) for word in _CAUSE_WORDS])
    return from_list(_CAUSE_WORDS, np.where((means != NONE) & known[means], means, NONE))
