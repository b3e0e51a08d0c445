"""The closed lists of the interchange layout as numbers, so that a world is arrays of integers until it is written."""

from __future__ import annotations

from collections.abc import Sequence


def listed(words: str) -> list[str]:
    """Return the words of a text, one an item: a long list that still reads as one."""
    return words.split()


def phrases(text: str) -> list[str]:
    """Return the phrases of a text that are separated by a comma."""
    return [phrase.strip() for phrase in text.split(",")]


class Codes:
    """A closed list: `codes["finder"]` is its number, `codes.words[n]` the word. Bit masks use `1 << number`."""

    def __init__(self, words: str) -> None:
        self.words: tuple[str, ...] = tuple(words.split())
        self._number = {word: number for number, word in enumerate(self.words)}

    def __getitem__(self, word: str) -> int:
        return self._number[word]

    def __len__(self) -> int:
        return len(self.words)

    def bit(self, *words: str) -> int:
        """Return the mask with the bits of these words set."""
        mask = 0
        for word in words:
            mask |= 1 << self._number[word]
        return mask

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of several words, in order."""
        return [self._number[word] for word in words]


KIND = Codes("crime non_crime arrest intelligence ambulance ed_attendance safeguarding missing death")
ROLE = Codes(
    "suspect victim witness reporter finder last_seen_with named_in_note next_of_kin carer landlord "
    "attending_professional subject other"
)
TIE = Codes("partner ex_partner partner_or_ex family acquaintance stranger professional unknown")
INJURY = Codes("none minor serious fatal")
STATUS = Codes("named wanted arrested bailed charged remanded convicted acquitted cautioned no_further_action deceased")
FLAG = Codes(
    "domestic_abuse stalking strangulation threat_to_kill weapon sexual coercive_control hate drugs alcohol "
    "mental_health child_present separation order_breach vulnerable_adult near_miss"
)
PLACE_TYPE = Codes(
    "home flat_block street car_park park churchyard worship water railway transport vehicle licensed_premises "
    "restaurant shop hotel school workplace hospital health_centre care_home hostel refuge prison custody "
    "police_station other"
)
PRECISION = Codes("exact street displaced area")
CATEGORY = Codes("expected unexpected_not_suspicious unexpected_under_investigation homicide")
MANNER = Codes("natural accident suicide homicide police_contact undetermined unknown")
MEANS = Codes(
    "natural overdose poisoning hanging strangulation asphyxia drowning fall blunt_force sharp_force firearm fire "
    "vehicle neglect unknown other"
)
TOXICOLOGY = Codes("not_requested requested returned")
CORONER = Codes("none opened adjourned concluded")
CHECK = Codes("pnc pnd force_crime force_non_crime domestic_abuse_history phone location_history")
SUBSTANCE = Codes(
    "alcohol heroin cocaine diazepam methadone pregabalin ketamine ghb nitazene paracetamol codeine mephedrone "
    "zopiclone propranolol amitriptyline gabapentin insulin"
)
ORDER = Codes(
    "dvpn dvpo dapn dapo stalking non_molestation occupation restraining sexual_harm_prevention sexual_risk "
    "criminal_behaviour serious_violence_reduction violent_offender forced_marriage fgm civil_injunction "
    "pre_charge_bail released_under_investigation other"
)
SERVICE = Codes("served not_served unknown")
STATE = Codes("applied_for refused in_force ended unknown")
CONDITION = Codes(
    "no_contact no_attend_address exclusion_zone no_harassment curfew programme notify_details "
    "electronic_monitoring no_weapon device_limits"
)
PART = Codes("protected protected_child applicant")
BREACH_RESULT = Codes("reported arrested charged convicted civil_contempt no_further_action")
RELATION = Codes(
    "partner ex_partner partner_or_ex parent child sibling relative friend associate housemate carer landlord "
    "tenant client neighbour colleague"
)
STAY = Codes("home stayed work cared_for frequents")
OBJECT = Codes("vehicle phone weapon device account document other")
OBJECT_ROLE = Codes("used found owned called photographed mentioned")
ORGANISATION = Codes("care_provider employer landlord school health business agency other")
ORGANISATION_ROLE = Codes("complainant provider employer landlord referrer other")
MEDIUM = Codes("note message photograph witness_statement call search")
PROFESSION = Codes("none police paramedic doctor nurse carer undertaker coroner other")
MARKER = Codes("suicidal self_harm weapons mappa pdp missing")
SEX = Codes("F M X U")

# How exactly a time is known when it is written: to the minute, the day, the month or the year.
MINUTE, DAY, MONTH, YEAR = range(4)

# The extracts of a world: forces come first (0 .. n_forces - 1), so that a town's force is its police source.
AMBULANCE, HOSPITAL, CORONER_SOURCE = 100, 101, 102
