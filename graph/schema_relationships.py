"""The relationship types of the graph, as data (see `graph.schema`)."""

from graph.schema import Property, RelationshipType

# A raw edge hangs on what a source recorded and can be traced to one row; a derived edge hangs on the Person and can
# be traced to the nominals it came from. Both have the same type, so that a rule reads the same on either.
RAW = (
    Property("key", "string", "the row it came from"),
    Property("record", "string", "id of the record whose row it came from; the key itself for a link table's row"),
    Property("source", "string", "short name of the source"),
    Property("load_id", "string", "the load that wrote this version"),
    Property("recorded_at", "datetime", "when the source knew this version"),
    Property("confirmed_at", "datetime", "when the source last said the same again, where that was later"),
    Property("row_hash", "string", "fingerprint of the row's content"),
    Property("grade", "string", "3x5x2 grading"),
)
DERIVED = (
    Property("nominal_ids", "list<string>", "derived: the nominals it rests on"),
    Property("probability", "float", "derived: lowest identity probability it rests on", unit="probability"),
)
PERIOD = (
    Property("from_on", "date", "since (earliest)"),
    Property("from_on_latest", "date", "since (latest, where it differs)"),
    Property("to_on", "date", "until (earliest)"),
    Property("to_on_latest", "date", "until (latest, where it differs)"),
)
ROLE = (
    *RAW,
    *DERIVED,
    Property("relationship_to_victim", "string", "partner, ex_partner, family, acquaintance, stranger ..."),
    Property("victim", "string", "the victim this is about (nominal id; person id if derived)"),
    Property("injury", "string", "none, minor, serious, fatal"),
    Property("status", "string", "named, arrested, bailed, charged, convicted ...; an allegation is not a conviction"),
    Property("status_on", "date", "since when (earliest)"),
    Property("status_on_latest", "date", "since when (latest, where it differs)"),
    Property("through_incident", "string", "derived: the incident of this death in which the role was recorded"),
)
WHO = ("Nominal", "Person")
FOUND_IN = ("Person", "Incident", "Location", "ProtectiveOrder", "Object")


def _role(name: str, role: str, description: str) -> RelationshipType:
    return RelationshipType(name, WHO, ("Incident",), description, ROLE, role=role)


def _place(name: str, description: str) -> RelationshipType:
    return RelationshipType(name, WHO, ("Location",), description, (*RAW, *DERIVED, *PERIOD))


def _organisation(name: str, description: str) -> RelationshipType:
    return RelationshipType(name, ("Organisation",), (*WHO, "Incident"), description, (*RAW, *DERIVED, *PERIOD))


RELATIONSHIPS = (
    RelationshipType(
        "IDENTIFIES",
        ("Nominal",),
        ("Person",),
        "This record is, in our opinion, of this person.",
        (
            Property("probability", "float", "of the membership", unit="probability"),
            Property("basis", "string", "what the opinion rests on, in words"),
            Property("evidence", "string", "fingerprint of what the record was compared on"),
        ),
    ),
    RelationshipType(
        "POSSIBLY_SAME",
        ("Nominal",),
        ("Nominal",),
        "Perhaps one person; never used by a rule unless it says so.",
        (
            Property("probability", "float", "of being one person", unit="probability"),
            Property("basis", "string", "what the opinion rests on, in words"),
        ),
    ),
    _role("SUSPECT_IN", "suspect", "Named as suspect. An allegation, whatever the outcome says."),
    _role("VICTIM_IN", "victim", "Victim."),
    _role("WITNESS_IN", "witness", "Witness."),
    _role("REPORTED", "reporter", "Reported or called it in."),
    _role("FOUND", "finder", "Found the body, or came upon it."),
    _role("LAST_SEEN_WITH", "last_seen_with", "Last seen with the person who died."),
    _role("NAMED_IN", "named_in_note", "Named in a note."),
    _role("NEXT_OF_KIN_IN", "next_of_kin", "Next of kin."),
    _role("CARER_IN", "carer", "Carer at that event."),
    _role("LANDLORD_IN", "landlord", "Landlord at that event."),
    _role("ATTENDED_PROFESSIONALLY", "attending_professional", "Attended as a professional, at that event."),
    _role("SUBJECT_OF", "subject", "Subject of a missing, safeguarding or intelligence report."),
    _role("INVOLVED_IN", "other", "Involved in another way."),
    _role("DECEASED_IN", "deceased", "Who died, or nearly did."),
    RelationshipType(
        "DIED_IN",
        ("Death",),
        ("Incident",),
        "The incident in which they died; deaths that share it are one event.",
        RAW,
    ),
    RelationshipType(
        "RELATED_TO",
        WHO,
        WHO,
        "The first is the relation of the second: parent, partner, ex_partner, friend ...",
        (*RAW, *DERIVED, *PERIOD, Property("relation", "string", "what the first is to the second")),
    ),
    _place("LIVES_AT", "Home."),
    _place("STAYED_AT", "Stayed there."),
    _place("WORKS_AT", "Works there."),
    _place("CARED_FOR_AT", "Is cared for there."),
    _place("FREQUENTS", "Is often there."),
    RelationshipType("OCCURRED_AT", ("Incident",), ("Location",), "Where it happened, or the body was found.", RAW),
    RelationshipType("ARREST_MADE_AT", ("Incident",), ("Location",), "Where an arrest was made, not the scene.", RAW),
    RelationshipType("RESPONDENT_TO", WHO, ("ProtectiveOrder",), "Whom the order binds.", (*RAW, *DERIVED)),
    RelationshipType(
        "PROTECTS",
        ("ProtectiveOrder",),
        WHO,
        "Whom the order protects; need not be a victim.",
        (*RAW, *DERIVED, Property("part", "string", "protected or protected_child")),
    ),
    RelationshipType("APPLIED_FOR_BY", ("ProtectiveOrder",), WHO, "Who applied for it.", (*RAW, *DERIVED)),
    RelationshipType(
        "EXCLUDES_FROM",
        ("ProtectiveOrder",),
        ("Location",),
        "A place the respondent must keep away from.",
        (*RAW, Property("radius_m", "float", "how far", unit="m")),
    ),
    RelationshipType("BREACHES", ("Incident",), ("ProtectiveOrder",), "An event recorded as a breach.", RAW),
    RelationshipType("RECORDS", ("Incident",), ("Breach",), "The event in which the breach was recorded.", RAW),
    RelationshipType("OF_ORDER", ("Breach",), ("ProtectiveOrder",), "The order that was breached.", RAW),
    RelationshipType(
        "USED_IN",
        ("Object",),
        ("Incident",),
        "An object in an event.",
        (*RAW, *PERIOD, Property("role", "string", "used, found, owned, called, photographed, mentioned")),
    ),
    RelationshipType(
        "USES",
        WHO,
        ("Object",),
        "A person's phone, vehicle, account.",
        (*RAW, *DERIVED, *PERIOD, Property("role", "string", "used, found, owned, called, photographed, mentioned")),
    ),
    RelationshipType(
        "INVOLVES_SUBSTANCE",
        ("Death",),
        ("Substance",),
        "A substance in a death.",
        (*RAW, Property("basis", "string", "found or suspected")),
    ),
    RelationshipType(
        "RECORDED_AS",
        ("Incident",),
        ("Offence",),
        "One of the offences of an event.",
        (
            *RAW,
            Property("offence_code", "string", "code"),
            Property("scheme", "string", "home_office or other"),
            Property("offence_group", "string", "Home Office subgroup"),
        ),
    ),
    RelationshipType(
        "MENTIONS",
        ("Incident",),
        ("Nominal", "Person", "Incident", "Location", "Object", "Mention"),
        "A note, message, photograph, statement, call or search mentions it.",
        (*RAW, *DERIVED, Property("medium", "string", "note, message, photograph, witness_statement, call, search")),
    ),
    RelationshipType("LINKED_BY_FORCE", ("Incident",), ("Incident",), "A link that the force itself recorded.", RAW),
    RelationshipType(
        "SAME_EVENT",
        ("Incident",),
        ("Incident",),
        "Two records of one event. Derived, reversible.",
        (
            Property("probability", "float", "of being one event", unit="probability"),
            Property("basis", "string", "what the opinion rests on, in words"),
        ),
    ),
    RelationshipType(
        "POSSIBLY_SAME_EVENT",
        ("Incident",),
        ("Incident",),
        "Perhaps one event told twice; never used by a rule.",
        (
            Property("probability", "float", "of being one event", unit="probability"),
            Property("basis", "string", "what the opinion rests on, in words, and what keeps them apart"),
        ),
    ),
    _organisation("COMPLAINED_OF", "Complained about it."),
    _organisation("PROVIDES_FOR", "Provides care or a service."),
    _organisation("EMPLOYS", "Employs."),
    _organisation("LETS_TO", "Is the landlord of."),
    _organisation("REFERRED", "Referred."),
    _organisation("CONCERNED_WITH", "Is connected in another way."),
    RelationshipType("BASED_AT", ("Organisation",), ("Location",), "Where an organisation is.", RAW),
    RelationshipType("MEMBER_OF", ("Person",), ("Community",), "In this community since it was last looked for."),
    RelationshipType(
        "ABOUT",
        ("Finding",),
        FOUND_IN,
        "What a finding is about.",
        (Property("name", "string", "the rule's column"),),
    ),
    RelationshipType(
        "EVIDENCED_BY",
        ("Finding",),
        FOUND_IN,
        "What a finding rests on.",
        (Property("name", "string", "the rule's column"),),
    ),
)
