"""The other tables of an extract: locations, orders, relations, objects, mentions, organisations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seed import words
from seed.clock import DAY_MINUTES, day_texts
from seed.codes import (
    BREACH_RESULT,
    CONDITION,
    MEDIUM,
    OBJECT,
    OBJECT_ROLE,
    ORDER,
    ORGANISATION,
    ORGANISATION_ROLE,
    PART,
    PLACE_TYPE,
    PRECISION,
    RELATION,
    SERVICE,
    STATE,
    STAY,
    listed,
)
from seed.csvfile import from_flags, from_list, from_masks, from_numbers, from_texts
from seed.event_tables import areas
from seed.extract_state import CHUNK, Extract, distinct
from seed.ledger import NONE, Columns, IntArray
from seed.places import british_grid, postcode_texts
from seed.records import OBJECT_PHONES, address_texts, drama_phone, pool_size

LOCATIONS = listed(
    "location_ref name address town region country postcode uprn latitude longitude easting northing place_type "
    "precision area force recorded_at"
)
ORDERS = listed(
    "order_ref order_type respondent_ref issued_by interim made_on service served_on starts_on ends_on "
    "until_further_order state state_on conditions notify_by notified_on owner review_on last_verified_on "
    "discharged_on recorded_at"
)


def write_locations(extract: Extract, first_use: IntArray) -> None:
    """Write the places that the extract refers to. first_use: minute at which each place is first spoken of."""
    places = extract.world.people.places
    rows = np.flatnonzero(extract.places != NONE)
    rows = rows[np.argsort(extract.places[rows])]
    table = extract.table("locations", LOCATIONS)
    police = extract.source.agency_kind == "police"
    for start in range(0, rows.size, CHUNK):
        own = rows[start : start + CHUNK]
        rng = extract.rng(f"locations {start}")
        easting, northing = british_grid(places.latitude[own], places.longitude[own])
        exact = places.precision[own] == PRECISION["exact"]
        home = places.type[own] == PLACE_TYPE["home"]
        on_grid = (rng.random(own.size) < 0.3) & police
        everywhere = np.ones(own.size, dtype=np.bool_)
        uprn = exact & (rng.random(own.size) < np.where(home, 0.8, 0.6))
        coded = exact & (rng.random(own.size) < 0.92)
        table.write(
            {
                "location_ref": extract.locations(own),
                "name": from_list(places.names, places.name[own]),
                "address": from_texts(address_texts(extract.world, own, everywhere)),
                "town": from_list(places.towns, places.town[own]),
                "region": _constant("Seaward", own.size),
                "country": _constant("England", own.size),
                "postcode": from_texts(np.array(postcode_texts(places.postcode[own]), dtype=object), coded),
                # Invented, in a range that no authority uses; the same for every agency.
                "uprn": from_texts((999_000_000_000 + own).astype("U12"), uprn),
                "latitude": from_texts(places.latitude[own].astype("U12")),
                "longitude": from_texts(places.longitude[own].astype("U12")),
                "easting": from_numbers(np.where(on_grid, easting, NONE)),
                "northing": from_numbers(np.where(on_grid, northing, NONE)),
                "place_type": from_list(
                    PLACE_TYPE.words, np.where(rng.random(own.size) < 0.97, places.type[own], NONE)
                ),
                "precision": from_list(PRECISION.words, places.precision[own]),
                "area": areas(extract, own, police),
                "force": from_list([extract.source.name], np.where(np.full(own.size, police), 0, NONE)),
                "recorded_at": extract.stamps(first_use[own]),
            }
        )
    extract.done("locations", table)


def write_orders(extract: Extract) -> None:
    """Write protective orders with their parties, places and breaches."""
    book = extract.world.book
    orders = book.orders.columns()
    rows = np.flatnonzero(orders["source"] == extract.source.number)
    rows = rows[np.argsort(extract.numbering.orders[rows])]
    o = {name: values[rows] for name, values in orders.items()}
    table = extract.table("orders", ORDERS)
    table.write(
        {
            "order_ref": extract.orders(rows),
            "order_type": from_list(ORDER.words, o["type"]),
            "respondent_ref": extract.people(extract.nominals.of["orders", "person"][rows]),
            "issued_by": from_list(words.ISSUERS, o["issuer"]),
            "interim": from_flags(o["interim"]),
            "made_on": _days(o["made"]),
            "service": from_list(SERVICE.words, o["service"]),
            "served_on": _days(o["served"]),
            "starts_on": _days(o["starts"]),
            "ends_on": _days(o["ends"]),
            "until_further_order": from_flags(np.where(o["ends"] == NONE, 1, o["until"])),
            "state": from_list(STATE.words, o["state"]),
            "state_on": _days(o["state_day"]),
            "conditions": from_masks(CONDITION.words, o["conditions"]),
            "notify_by": _days(o["notify_by"]),
            "notified_on": _days(o["notified"]),
            "owner": from_list(words.OWNERS, o["owner"]),
            "review_on": _days(o["review"]),
            "last_verified_on": _days(o["verified"]),
            "discharged_on": _days(o["discharged"]),
            "recorded_at": extract.stamps(o["recorded"]),
        }
    )
    extract.done("orders", table)

    mine, part = _of_orders(extract, book.order_parties.columns())
    record = extract.nominals.of["order_parties", "person"][mine]
    table = extract.table("order_parties", ["order_ref", "person_ref", "part", "recorded_at"])
    table.write(
        {
            "order_ref": extract.orders(part["order"]),
            "person_ref": extract.people(record),
            "part": from_list(PART.words, part["part"]),
            "recorded_at": extract.stamps(part["recorded"]),
        }
    )
    extract.done("order_parties", table)

    _, place = _of_orders(extract, book.order_places.columns())
    table = extract.table("order_places", ["order_ref", "location_ref", "radius_m", "recorded_at"])
    table.write(
        {
            "order_ref": extract.orders(place["order"]),
            "location_ref": extract.locations(place["place"]),
            "radius_m": from_numbers(place["radius"]),
            "recorded_at": extract.stamps(place["recorded"]),
        }
    )
    extract.done("order_places", table)

    _, breach = _of_orders(extract, book.order_breaches.columns())
    known = np.maximum(breach["recorded"], orders["recorded"][breach["order"]])
    table = extract.table(
        "order_breaches", ["event_ref", "order_ref", "occurred_on", "condition", "result", "recorded_at"]
    )
    table.write(
        {
            "event_ref": extract.events(breach["event"]),
            "order_ref": extract.orders(breach["order"]),
            "occurred_on": _days(breach["day"]),
            "condition": from_list(CONDITION.words, breach["condition"]),
            "result": from_list(BREACH_RESULT.words, breach["result"]),
            "recorded_at": extract.stamps(known, breach["event"]),
        }
    )
    extract.done("order_breaches", table)


def _of_orders(extract: Extract, columns: Columns) -> tuple[IntArray, Columns]:
    source = extract.world.book.orders.columns()["source"]
    rows = np.flatnonzero(source[columns["order"]] == extract.source.number)
    rows = rows[np.argsort(extract.numbering.orders[columns["order"][rows]], kind="stable")]
    return rows, {name: values[rows] for name, values in columns.items()}


def write_ties(extract: Extract) -> None:
    """Write relations between people, and the places they live, stay and work at."""
    book, of = extract.world.book, extract.nominals.of
    relations = dict(book.relations.columns())
    relations["person"], relations["other"] = of["relations", "person"], of["relations", "other"]
    rows = np.flatnonzero(relations["source"] == extract.source.number)
    rows = distinct(relations, rows, "person", "other", "relation")
    rows = rows[
        np.lexsort(
            (
                extract.numbering.nominals[relations["other"][rows]],
                extract.numbering.nominals[relations["person"][rows]],
            )
        )
    ]
    r = {name: values[rows] for name, values in relations.items()}
    table = extract.table("relations", ["person_ref", "other_ref", "relation", "from_on", "to_on", "recorded_at"])
    table.write(
        {
            "person_ref": extract.people(r["person"]),
            "other_ref": extract.people(r["other"]),
            "relation": from_list(RELATION.words, r["relation"]),
            "from_on": _days(r["from_day"]),
            "to_on": _days(r["to_day"]),
            "recorded_at": extract.stamps(r["recorded"]),
        }
    )
    extract.done("relations", table)

    stays = dict(book.person_places.columns())
    stays["person"] = of["person_places", "person"]
    rows = np.flatnonzero(stays["source"] == extract.source.number)
    rows = distinct(stays, rows, "person", "place", "relation")
    rows = rows[np.lexsort((stays["relation"][rows], extract.numbering.nominals[stays["person"][rows]]))]
    s = {name: values[rows] for name, values in stays.items()}
    table = extract.table(
        "person_places", ["person_ref", "location_ref", "relation", "from_on", "to_on", "recorded_at"]
    )
    table.write(
        {
            "person_ref": extract.people(s["person"]),
            "location_ref": extract.locations(s["place"]),
            "relation": from_list(STAY.words, s["relation"]),
            "from_on": _days(s["from_day"]),
            "to_on": _days(s["to_day"]),
            "recorded_at": extract.stamps(s["recorded"]),
        }
    )
    extract.done("person_places", table)


def write_objects(extract: Extract) -> None:
    """Write objects, their links, and what notes, messages and statements mention."""
    book, of = extract.world.book, extract.nominals.of
    objects = book.objects.columns()
    rows = np.flatnonzero(objects["source"] == extract.source.number)
    rows = rows[np.argsort(extract.numbering.objects[rows])]
    table = extract.table("objects", ["object_ref", "kind", "identifier", "description", "recorded_at"])
    table.write(
        {
            "object_ref": extract.objects(rows),
            "kind": from_list(OBJECT.words, objects["kind"][rows]),
            "identifier": _identifiers(objects, rows),
            "description": extract.texts(objects["text"][rows]),
            "recorded_at": extract.stamps(objects["recorded"][rows]),
        }
    )
    extract.done("objects", table)

    links = book.object_links.columns()
    rows = np.flatnonzero(objects["source"][links["object"]] == extract.source.number)
    rows = rows[np.lexsort((links["role"][rows], extract.numbering.objects[links["object"][rows]]))]
    own = {name: values[rows] for name, values in links.items()}
    table = extract.table("object_links", ["object_ref", "event_ref", "person_ref", "role", "from_on", "recorded_at"])
    table.write(
        {
            "object_ref": extract.objects(own["object"]),
            "event_ref": extract.events(own["event"]),
            "person_ref": extract.people(of["object_links", "person"][rows]),
            "role": from_list(OBJECT_ROLE.words, own["role"]),
            "from_on": _days(own["from_day"]),
            "recorded_at": extract.stamps(own["recorded"], own["event"]),
        }
    )
    extract.done("object_links", table)

    mentions = dict(book.mentions.columns())
    mentions["person"] = of["mentions", "person"]
    rows = np.flatnonzero(extract.world.book.events.columns()["source"][mentions["event"]] == extract.source.number)
    rows = distinct(mentions, rows, "event", "medium", "person", "mentioned_event", "place", "object", "text")
    rows = rows[np.argsort(extract.numbering.events[mentions["event"][rows]], kind="stable")]
    m = {name: values[rows] for name, values in mentions.items()}
    table = extract.table(
        "mentions",
        listed(
            "event_ref medium mentions_person_ref mentions_event_ref mentions_location_ref mentions_identifier "
            "mentions_text recorded_at"
        ),
    )
    table.write(
        {
            "event_ref": extract.events(m["event"]),
            "medium": from_list(MEDIUM.words, m["medium"]),
            "mentions_person_ref": extract.people(m["person"]),
            "mentions_event_ref": extract.events(m["mentioned_event"]),
            "mentions_location_ref": extract.locations(m["place"]),
            "mentions_identifier": _identifiers(objects, m["object"]),
            "mentions_text": extract.texts(m["text"]),
            "recorded_at": extract.stamps(m["recorded"], m["event"], m["mentioned_event"]),
        }
    )
    extract.done("mentions", table)


def write_organisations(extract: Extract) -> None:
    """Write organisations and their part in events."""
    book = extract.world.book
    firms, links = book.organisations.columns(), book.organisation_links.columns()
    rows = np.flatnonzero(firms["source"] == extract.source.number)
    rows = rows[np.argsort(extract.numbering.organisations[rows])]
    table = extract.table("organisations", ["organisation_ref", "name", "kind", "location_ref", "recorded_at"])
    table.write(
        {
            "organisation_ref": extract.organisations(rows),
            "name": extract.texts(firms["text"][rows]),
            "kind": from_list(ORGANISATION.words, firms["kind"][rows]),
            "location_ref": extract.locations(firms["place"][rows]),
            # A register that was there before the years covered.
            "recorded_at": extract.stamps(np.full(rows.size, extract.world.clock.first * DAY_MINUTES)),
        }
    )
    extract.done("organisations", table)
    rows = np.flatnonzero(firms["source"][links["organisation"]] == extract.source.number)
    rows = distinct(links, rows, "organisation", "event", "person", "role")
    rows = rows[np.argsort(extract.numbering.events[links["event"][rows]], kind="stable")]
    own = {name: values[rows] for name, values in links.items()}
    table = extract.table("organisation_links", ["organisation_ref", "event_ref", "role", "recorded_at"])
    recorded = extract.world.book.events.columns()["recorded"][own["event"]]
    table.write(
        {
            "organisation_ref": extract.organisations(own["organisation"]),
            "event_ref": extract.events(own["event"]),
            "role": from_list(ORGANISATION_ROLE.words, own["role"]),
            "recorded_at": extract.stamps(recorded),
        }
    )
    extract.done("organisation_links", table)


def _identifiers(objects: Columns, rows: IntArray) -> pa.Array:
    """Return plates of a year that was never issued (00), reserved phone numbers, account names."""
    letters = "ABCDEFGHJKLMNPRSTUVWXY"
    found: list[str | None] = []
    for row in rows.tolist():
        kind, n = (int(objects["kind"][row]), int(objects["number"][row])) if row != NONE else (NONE, NONE)
        if kind == OBJECT["vehicle"]:
            found.append(
                f"W{letters[n // 10648 % 22]}00 {letters[n // 484 % 22]}{letters[n // 22 % 22]}{letters[n % 22]}"
            )
        elif kind == OBJECT["phone"]:
            # The number is that of the row which held the handset first: one handset may be in the books of two forces.
            first = row if n == NONE else n
            found.append(drama_phone(pool_size() - 1 - first % OBJECT_PHONES))
        elif kind == OBJECT["account"]:
            found.append(f"tidewalker_{n % 9973}")
        else:
            found.append(None)
    return pa.array(found, pa.string())


def _days(days: IntArray) -> pa.Array:
    return from_texts(day_texts(np.maximum(days, 0)), days != NONE)


def _constant(text: str, count: int) -> pa.Array:
    return from_list([text], np.zeros(count, dtype=np.int64))
