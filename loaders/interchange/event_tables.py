"""The tables of events, orders and what connects people to them."""

from loaders.interchange.columns import (
    MAX_NAME,
    Column,
    Table,
    choice,
    choices,
    date,
    flag,
    happened_at,
    happened_on,
    label,
    number,
    open_list,
    own_ref,
    ref,
    ref_list,
    text,
)

FLAGS = (
    "domestic_abuse stalking strangulation threat_to_kill weapon sexual coercive_control hate drugs alcohol "
    "mental_health child_present separation order_breach vulnerable_adult near_miss"
)
MEANS = (
    "natural overdose poisoning hanging strangulation asphyxia drowning fall blunt_force sharp_force firearm fire "
    "vehicle neglect unknown other"
)
ROLES = (
    "suspect victim witness reporter finder last_seen_with named_in_note next_of_kin carer landlord "
    "attending_professional subject other"
)
ORDER_TYPES = (
    "dvpn dvpo dapn dapo stalking non_molestation occupation restraining sexual_harm_prevention sexual_risk "
    "criminal_behaviour serious_violence_reduction violent_offender forced_marriage fgm civil_injunction "
    "pre_charge_bail released_under_investigation other"
)
CONDITIONS = (
    "no_contact no_attend_address exclusion_zone no_harassment curfew programme notify_details "
    "electronic_monitoring no_weapon device_limits"
)

INCIDENTS = Table(
    "incidents",
    "Crimes, non-crimes, arrests, intelligence, attendances, safeguarding and missing reports.",
    (
        own_ref("incident_ref", "the event"),
        choice(
            "kind",
            "crime non_crime arrest intelligence ambulance ed_attendance safeguarding missing",
            "What kind of event.",
            required=True,
        ),
        label("offence_code", "Home Office offence code."),
        text("offence", "The offence in words."),
        label("offence_group", "Home Office subgroup, where the code is another scheme's."),
        happened_at("occurred_from", "Earliest time at which it happened."),
        happened_at("occurred_to", "Latest time at which it happened."),
        happened_at("reported_at", "When it was reported; of an attendance, the arrival."),
        ref("location_ref", "location", "Where; of an arrest, where it was made, which is not the scene."),
        text("summary", "What happened."),
        open_list("method", "How it was done."),
        choices("flags", FLAGS, "What it involved."),
        label("outcome_code", "Home Office outcome, or another scheme's named in `outcome_scheme`."),
        label("outcome_scheme", "The scheme of `outcome_code`, where it is not the Home Office's."),
        happened_on("outcome_on", "Day of the outcome."),
        label("force", "The agency's short name."),
        label("area", "Beat or ward."),
        choice("patient_sex", "F M X U", "For anonymous sources."),
        Column(
            "patient_age_band",
            "age_band",
            "As `25-34` or `85+`; for anonymous sources.",
            max_length=MAX_NAME,
        ),
        ref_list("linked_refs", "event", "Links that the force itself recorded."),
    ),
    ("incident_ref",),
    record="incident",
    in_order=(("occurred_from", "occurred_to"),),
)

DEATHS = Table(
    "deaths",
    "Deaths and near misses. Deaths that share an `incident_ref` are one event, and roles in it hold for each.",
    (
        own_ref("death_ref", "the death"),
        ref("person_ref", "person", "Who died; no involvement row is needed for it."),
        ref("incident_ref", "incident", "The incident in which they died."),
        choice(
            "category",
            "expected unexpected_not_suspicious unexpected_under_investigation homicide",
            "A police judgement: required where `agency_kind: police`, unless `near_miss`.",
        ),
        choice("manner", "natural accident suicide homicide police_contact undetermined unknown", "Manner of death."),
        happened_at("found_at", "When the body was found."),
        happened_at("reported_at", "When it was reported."),
        happened_at("last_seen_alive_at", "When the person was last seen alive."),
        happened_at("died_from", "Earliest time of death."),
        happened_at("died_to", "Latest time of death."),
        ref("location_ref", "location", "Where."),
        text("position", "How the body lay."),
        choice("suspected_means", MEANS, "What is thought to have caused it."),
        open_list("substances", "Found by toxicology, or certain."),
        open_list("substances_suspected", "Paraphernalia, what was said."),
        open_list("items_missing", "What was missing, as phone or keys."),
        flag("note_found", "Whether a note was found."),
        text("summary", "What happened."),
        choices("flags", FLAGS, "What it involved."),
        choice("toxicology", "not_requested requested returned", "How far toxicology is."),
        label("coroner_area", "Coroner's area; with `coroner_ref` an exact key across sources."),
        label("coroner_ref", "The coroner's own reference."),
        label("same_as", "`source:ref`, where a source knows the other's record. Never a condition for loading."),
        choice("coroner_status", "none opened adjourned concluded", "How far the inquest is."),
        text("conclusion", "The coroner's conclusion."),
        text("cause_of_death", "Cause of death as certified."),
        choices(
            "checks_done",
            "pnc pnd force_crime force_non_crime domestic_abuse_history phone location_history",
            "Which checks were made.",
        ),
        flag("supervisor_attended", "Whether a supervisor went to the scene."),
        flag("next_of_kin_informed", "Whether the family was told."),
        text("family_concern", "What the family is worried about."),
        label("primacy_requested_from", "Unit asked to lead."),
        label("primacy_declined_by", "Unit that declined to lead."),
        text("primacy_reason", "Why it declined."),
        flag("near_miss", "`true`: the person lived."),
        label("force", "The agency's short name."),
        label("area", "Beat or ward."),
        happened_on("closed_on", "Day on which the case was closed."),
        ref_list("linked_refs", "event", "Links that the force itself recorded."),
    ),
    ("death_ref",),
    record="death",
    in_order=(("died_from", "died_to"), ("last_seen_alive_at", "died_to")),
)

OFFENCES = Table(
    "offences",
    "The offences of an event that has several.",
    (
        ref("event_ref", "event", "The event.", required=True),
        text("offence", "The offence in words.", required=True),
        label("offence_code", "Its code."),
        choice("scheme", "home_office other", "Whose code it is."),
        label("offence_group", "Home Office subgroup."),
    ),
    ("event_ref", "offence"),
)

INVOLVEMENTS = Table(
    "involvements",
    "Who had which part in an event. An allegation is not a conviction: `status` says how far it went.",
    (
        ref("event_ref", "event", "The event.", required=True),
        ref("person_ref", "person", "The person.", required=True),
        choice("role", ROLES, "Part in it; `subject`: of a missing, safeguarding, intelligence report.", required=True),
        choice(
            "relationship_to_victim",
            "partner ex_partner partner_or_ex family acquaintance stranger professional unknown",
            "What the person is to the victim.",
        ),
        ref("victim_ref", "person", "Which victim, where there are several."),
        choice("injury", "none minor serious fatal", "Injury suffered."),
        choice(
            "status",
            "named wanted arrested bailed charged remanded convicted acquitted cautioned no_further_action deceased",
            "How far it went.",
        ),
        happened_on("status_on", "Day of the status."),
    ),
    ("event_ref", "person_ref", "role"),
    different=(("person_ref", "victim_ref"),),
)

ORDERS = Table(
    "orders",
    "Protective orders, bail and release under investigation. An order need not protect a named person (bail may not).",
    (
        own_ref("order_ref", "the order"),
        choice("order_type", ORDER_TYPES, "What kind of order.", required=True),
        ref("respondent_ref", "person", "Whom it binds.", required=True),
        label("issued_by", "Court or officer."),
        flag("interim", "Whether it is interim."),
        happened_on("made_on", "Day on which it was made."),
        choice("service", "served not_served unknown", "Whether it was served."),
        happened_on("served_on", "Day of service."),
        date("starts_on", "First day."),
        date("ends_on", "Last day; empty: until further order or unknown."),
        flag("until_further_order", "Whether it runs until further order."),
        choice("state", "applied_for refused in_force ended unknown", "What the source said; used where dates lack."),
        happened_on("state_on", "When the source said so."),
        choices("conditions", CONDITIONS, "What it forbids or asks."),
        date("notify_by", "Day by which details are to be notified."),
        happened_on("notified_on", "Day on which they were."),
        label("owner", "Role or unit that looks after it."),
        date("review_on", "Day of the next review."),
        happened_on("last_verified_on", "Day of the last check."),
        happened_on("discharged_on", "Day of discharge."),
    ),
    ("order_ref",),
    record="order",
    in_order=(("starts_on", "ends_on"), ("made_on", "ends_on"), ("made_on", "discharged_on")),
)

ORDER_PARTIES = Table(
    "order_parties",
    "Whom an order protects, and who applied.",
    (
        ref("order_ref", "order", "The order.", required=True),
        ref("person_ref", "person", "The person.", required=True),
        choice("part", "protected protected_child applicant", "Part in it.", required=True),
    ),
    ("order_ref", "person_ref", "part"),
)

ORDER_PLACES = Table(
    "order_places",
    "Where the respondent may not go.",
    (
        ref("order_ref", "order", "The order.", required=True),
        ref("location_ref", "location", "The place.", required=True),
        number("radius_m", "Metres around it.", 0),
    ),
    ("order_ref", "location_ref"),
)

ORDER_BREACHES = Table(
    "order_breaches",
    "Breaches. A breach of an order that no source has sent is still a breach.",
    (
        ref("event_ref", "event", "The event; this or the order or both."),
        ref("order_ref", "order", "The order; this or the event or both."),
        happened_on("occurred_on", "Day of the breach.", required=True),
        text("condition", "What was breached."),
        choice("result", "reported arrested charged convicted civil_contempt no_further_action", "What came of it."),
    ),
    ("event_ref", "order_ref", "occurred_on", "condition"),
    at_least_one=("event_ref", "order_ref"),
)

MENTIONS = Table(
    "mentions",
    "What a note, message, photograph, statement, call or search in an event names.",
    (
        ref("event_ref", "event", "The event.", required=True),
        choice("medium", "note message photograph witness_statement call search", "Where it is named.", required=True),
        ref("mentions_person_ref", "person", "The person named."),
        ref("mentions_event_ref", "event", "The event named."),
        ref("mentions_location_ref", "location", "The place named."),
        label("mentions_identifier", "A phone, plate or account."),
        text("mentions_text", "A name or alias, resolved like a name."),
    ),
    (
        "event_ref",
        "medium",
        "mentions_person_ref",
        "mentions_event_ref",
        "mentions_location_ref",
        "mentions_identifier",
        "mentions_text",
    ),
    exactly_one=(
        "mentions_person_ref",
        "mentions_event_ref",
        "mentions_location_ref",
        "mentions_identifier",
        "mentions_text",
    ),
    different=(("event_ref", "mentions_event_ref"),),
)
