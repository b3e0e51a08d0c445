"""What each table of the report on deaths holds: what it says, its columns, and what each column means."""

from __future__ import annotations

from dataclasses import dataclass, field

COUNTS = {
    "deaths": "deaths of the period, each once however many sources recorded it; empty where hidden",
    "share": "of all deaths of the period (0 to 1); empty where hidden",
    "per_year": "deaths a year at this pace; there is no count of residents, so no rate per head; empty where hidden",
    "hidden": "true where the number is small, or would give away a small one",
}


@dataclass(frozen=True)
class Table:
    """One table. by: the columns that a row is about; additive: its rows add up to all deaths of the period."""

    says: str
    by: dict[str, str]
    figures: dict[str, str] = field(default_factory=lambda: dict(COUNTS))
    additive: bool = True

    @property
    def columns(self) -> dict[str, str]:
        """Column -> what it means."""
        return {**self.by, **self.figures}


CATEGORY = "the police's judgement: expected, unexpected_not_suspicious, unexpected_under_investigation, homicide"
PLACE_TYPE = "type of the place where the body was found"
SETTING = "home, institution, lodging, public, water_or_rail, custody or other; made from the place type"

TABLES: dict[str, Table] = {
    "overview": Table("The period and its counts.", {"figure": "what is counted"},
                      {"value": "count; empty where hidden", "hidden": COUNTS["hidden"]}, additive=False),
    "by_category": Table("Deaths by category.", {"category": CATEGORY}),
    "by_month": Table("Deaths by month of occurrence.", {"month": "as 2025-03"}),
    "by_month_category": Table("Deaths by month and category.", {"month": "as 2025-03", "category": CATEGORY}),
    "by_weekday": Table("Deaths by weekday; a death known to more than a day has none.",
                        {"weekday": "Monday ... Sunday, or unknown"}),
    "by_hour": Table("Deaths by local hour of death, else of finding.", {"hour": "00 to 23, or unknown"}),
    "by_setting": Table("Deaths by setting and place type.", {"setting": SETTING, "place_type": PLACE_TYPE}),
    "by_place": Table(
        "Deaths at institutions and lodgings, by place; other places together, by type. Sorted by name, never by rank.",
        {"setting": SETTING, "place_type": PLACE_TYPE, "place_id": "the place; empty for all others of the type",
         "place": "its name"}),
    "by_area": Table("Deaths by force and area.",
                     {"force": "the agency's short name", "area": "beat, ward or district"}),
    "by_category_setting": Table("Deaths by category and setting.", {"category": CATEGORY, "setting": SETTING}),
    "by_means": Table("Deaths by suspected means.", {"means": "suspected means"}),
    "by_category_means": Table("Deaths by category and means.", {"category": CATEGORY, "means": "suspected means"}),
    "by_age_sex": Table("Deaths by age band and sex.", {"age_band": "years, or unknown", "sex": "F, M, X, U"}),
    "by_coroner": Table("Deaths by what the coroner has done.",
                        {"coroner_status": "none, opened, adjourned, concluded or unknown",
                         "conclusion": "the coroner's conclusion, or none yet"}),
    "by_toxicology": Table(
        "Deaths by state of toxicology, and whether a category was decided before it was back.",
        {"toxicology": "not_requested, requested, returned or unknown",
         "decided_before": "yes: called expected or not suspicious while toxicology was asked for and not back"}),
    "by_recorded_by": Table("Deaths by the kinds of agencies that recorded them: the gap in coverage.",
                            {"recorded_by": "kinds of agencies, joined by +"}),
    "by_lateness": Table("Deaths by how long after the day the first record came.",
                         {"lateness": "same day, within a week, a month, three months, later, or unknown"}),
    "checks": Table("Checks recorded as done, by check.",
                    {"check": "pnc, pnd, force_crime ...", "answer": "done, missing (checks were recorded, not this "
                     "one) or not_recorded (no source says which were done)"}),
    "procedure": Table("How a death was dealt with.", {"question": "what is asked", "answer": "yes, no or unknown"}),
    "by_substance": Table(
        "Deaths by substance; a death with several counts at each, so rows do not add up to all deaths.",
        {"substance": "usual name", "basis": "found (toxicology or certain) or suspected"}, additive=False),
    "series": Table(
        "Series considered, with what was decided and why.", {"series": "id of the series"},
        {"title": "in words", "deaths": "deaths in it", "decision": "what was decided; empty: nothing yet",
         "reason": "why", "decided_on": "day of the decision"}, additive=False),
    "coverage": Table(
        "What each source brought of the period, and how late.", {"source": "short name"},
        {"agency": "who owns it", "agency_kind": "police, ambulance, coroner ...",
         "covers_from": "first day it says it covers", "covers_to": "last such day",
         "covers_period": "whole, part, none or unknown: whether it covers the period",
         "records": "its records of deaths of the period; empty where hidden",
         "months_without_record": "months of the period without any record",
         "median_lateness_days": "days from death to record", "late_90_days": "nine in ten came within so many days",
         "category_missing": "share without a category", "age_missing": "share without an age",
         "place_missing": "share without a place", "hidden": COUNTS["hidden"]}, additive=False),
}  # fmt: skip

SETTINGS = {
    "home": ("home", "flat_block"),
    "institution": ("care_home", "hospital", "health_centre", "school"),
    "lodging": ("hostel", "refuge", "hotel"),
    "custody": ("prison", "custody", "police_station"),
    "public": ("street", "car_park", "park", "churchyard", "worship", "transport", "vehicle", "licensed_premises",
               "restaurant", "shop", "workplace"),
    "water_or_rail": ("water", "railway"),
}  # fmt: skip
CHECKS = ("pnc", "pnd", "force_crime", "force_non_crime", "domestic_abuse_history", "phone", "location_history")
QUESTIONS = {
    "supervisor_attended": "a supervisor attended",
    "next_of_kin_informed": "next of kin informed",
    "primacy_declined": "primacy was asked for and declined",
    "family_concern": "the family has a concern",
    "item_missing": "something is missing, such as a phone",
}
AGE_BANDS = ((0, "0-17"), (18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"), (65, "65-74"),
             (75, "75-84"), (85, "85+"))  # fmt: skip
LATENESS = ((0.0, "same day"), (7.0, "within a week"), (30.0, "within a month"), (90.0, "within three months"))
