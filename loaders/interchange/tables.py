"""The tables of people, places, organisations and things. Events and orders are in `event_tables`."""

from loaders.interchange.columns import (
    MAX_NAME,
    Column,
    Table,
    choice,
    date,
    flag,
    happened_at,
    happened_on,
    integer,
    items,
    label,
    number,
    open_list,
    own_ref,
    ref,
    text,
)

# Every table may carry these, after its own columns.
COMMON = (
    happened_at("recorded_at", "When the source knew; absent: the manifest's `extracted_at`."),
    Column("grade", "grade", "3x5x2 intelligence grade, as `2C P`.", max_length=MAX_NAME),
    flag("withdrawn", "`true` removes the record and what was derived from it; only the key is needed in the row."),
)

ORGANISATION_ROLES = "complainant provider employer landlord referrer other"
RELATIONS = (
    "partner ex_partner partner_or_ex parent child sibling relative friend associate housemate carer landlord tenant "
    "client neighbour colleague"
)
PLACE_TYPES = (
    "home flat_block street car_park park churchyard worship water railway transport vehicle licensed_premises "
    "restaurant shop hotel school workplace hospital health_centre care_home hostel refuge prison custody "
    "police_station other"
)
PERIOD = (date("from_on", "From when."), date("to_on", "Until when."))
IN_PERIOD = (("from_on", "to_on"),)

LOCATIONS = Table(
    "locations",
    "Places: addresses, map points, buildings.",
    (
        own_ref("location_ref", "the place"),
        label("name", "What the place is called."),
        text("address", "House and street."),
        label("town", "Town or village."),
        label("region", "County or region."),
        label("country", "Country."),
        label("postcode", "Postcode, as the source writes it."),
        label("uprn", "Unique property reference number."),
        number("latitude", "WGS84 degrees north.", -90, 90),
        number("longitude", "WGS84 degrees east.", -180, 180),
        number("easting", "British National Grid, metres.", 0, 700_000),
        number("northing", "British National Grid, metres.", 0, 1_300_000),
        choice("place_type", PLACE_TYPES, "What kind of place."),
        choice(
            "precision",
            "exact street displaced area",
            "How exact the point is; the last two never make a link by themselves.",
        ),
        label("area", "Beat or ward."),
        label("force", "The agency's short name."),
        Column("timezone", "timezone", "IANA name, as `Europe/London`; for times here without an offset."),
    ),
    ("location_ref",),
    record="location",
)

ORGANISATIONS = Table(
    "organisations",
    "Providers, employers, landlords, schools, businesses, agencies.",
    (
        own_ref("organisation_ref", "the organisation"),
        label("name", "What it is called."),
        choice("kind", "care_provider employer landlord school health business agency other", "What it does."),
        ref("location_ref", "location", "Where it is."),
    ),
    ("organisation_ref",),
    record="organisation",
)

PEOPLE = Table(
    "people",
    "A source's record of a person; one person may have many. People without any name are allowed and never matched "
    "on its absence.",
    (
        own_ref("person_ref", "the person"),
        label("given_name", "First name."),
        label("middle_names", "Middle names."),
        label("family_name", "Surname."),
        label("name_suffix", "As `Jr`, `III`."),
        label("full_name", "Used only where the parts are empty."),
        items("aliases", "Other names used."),
        happened_on("date_of_birth", "Whole or partial: `1987-04-02`, `1987-04`, `1987`."),
        integer("age", "Years, on `age_on`; a birth year from an age is uncertain by one.", 0, 130),
        happened_on("age_on", "The day on which the age held."),
        choice("sex", "F M X U", "Female, male, other, unknown."),
        items("phone", "Phone numbers."),
        items("email", "Mail addresses."),
        text("address", "Home address as written."),
        label("postcode", "Home postcode, as the source writes it."),
        ref("location_ref", "location", "Home."),
        label("pnc_id", "Police National Computer id."),
        choice("profession", "police paramedic doctor nurse carer undertaker coroner other", "What the person does."),
        happened_on("deceased_on", "Day of death."),
        open_list("markers", "Warning markers.", named="suicidal self_harm weapons mappa pdp missing"),
        flag("unidentified", "`true`: nobody knows who it is; never matched by name."),
    ),
    ("person_ref",),
    record="person",
    in_order=(("date_of_birth", "deceased_on"),),
)

OBJECTS = Table(
    "objects",
    "Vehicles, phones, weapons, devices, accounts, documents.",
    (
        own_ref("object_ref", "the thing"),
        choice("kind", "vehicle phone weapon device account document other", "What it is.", required=True),
        label("identifier", "Plate, number, serial number, account name."),
        text("description", "What it looks like."),
    ),
    ("object_ref",),
    record="object",
)

ORGANISATION_LINKS = Table(
    "organisation_links",
    "An organisation's part in an event or in a person's life.",
    (
        ref("organisation_ref", "organisation", "The organisation.", required=True),
        ref("event_ref", "event", "The event; this or the person."),
        ref("person_ref", "person", "The person; this or the event."),
        choice("role", ORGANISATION_ROLES, "What the organisation is to it.", required=True),
        *PERIOD,
    ),
    ("organisation_ref", "event_ref", "person_ref", "role", "from_on"),
    exactly_one=("event_ref", "person_ref"),
    in_order=IN_PERIOD,
)

RELATIONS_TABLE = Table(
    "relations",
    "*person is the ... of other*.",
    (
        ref("person_ref", "person", "The one who is it.", required=True),
        ref("other_ref", "person", "The one to whom.", required=True),
        choice("relation", RELATIONS, "What person is to other.", required=True),
        *PERIOD,
    ),
    ("person_ref", "other_ref", "relation", "from_on"),
    in_order=IN_PERIOD,
    different=(("person_ref", "other_ref"),),
)

PERSON_PLACES = Table(
    "person_places",
    "Where a person lives, stays, works or is often seen.",
    (
        ref("person_ref", "person", "The person.", required=True),
        ref("location_ref", "location", "The place.", required=True),
        choice("relation", "home stayed work cared_for frequents", "What the place is to the person.", required=True),
        *PERIOD,
    ),
    ("person_ref", "location_ref", "relation", "from_on"),
    in_order=IN_PERIOD,
)

OBJECT_LINKS = Table(
    "object_links",
    "A thing's part in an event, or who has it.",
    (
        ref("object_ref", "object", "The thing.", required=True),
        ref("event_ref", "event", "The event; this or the person."),
        ref("person_ref", "person", "The person; this or the event."),
        choice("role", "used found owned called photographed mentioned", "What the thing was in it."),
        *PERIOD,
    ),
    ("object_ref", "event_ref", "person_ref", "role", "from_on"),
    exactly_one=("event_ref", "person_ref"),
    in_order=IN_PERIOD,
)

JUDGEMENTS = Table(
    "judgements",
    "Decisions about sameness and links that a force brings along.",
    (
        choice("about", "person event", "What the two refs are.", required=True),
        ref("first_ref", "about", "The one.", required=True),
        ref("second_ref", "about", "The other.", required=True),
        choice(
            "verdict",
            "same different linked not_linked",
            "Person or event: same, different; event only: linked, not_linked.",
            required=True,
        ),
        label("by", "Who decided."),
        text("reason", "Why."),
    ),
    ("about", "first_ref", "second_ref"),
    different=(("first_ref", "second_ref"),),
    symmetric=("first_ref", "second_ref"),
)
