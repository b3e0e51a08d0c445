"""What two nominals are compared on: comparisons, their levels in order, and patterns that no single comparison can
see.

The first level whose condition holds is the one that counts; a comparison where either side is empty counts nothing.
Weights (m and u of each level) are the model's, in loaders/resolution_model.json; here is only what the levels mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Level:
    """One degree of agreement. sql: condition over <column>_l and <column>_r; tf: the column whose rarity adjusts the
    weight.

    tf_like: names the level of the same comparison whose u the rarity is measured against, and by half; None: the
    level's own u, in full.
    """

    name: str
    words: str
    sql: str
    tf: str | None = None
    tf_like: str | None = None

    @property
    def tf_weight(self) -> float:
        """How much of the rarity counts."""
        return 1.0 if self.tf_like is None else 0.5


@dataclass(frozen=True)
class Comparison:
    """One kind of evidence. empty: condition under which there is nothing to compare; shows: feature columns quoted to
    a reader.
    """

    name: str
    title: str
    empty: str
    levels: tuple[Level, ...]
    shows: tuple[str, ...]

    def codes(self, *names: str) -> tuple[int, ...]:
        """Return the codes of the levels of those names, as compared pairs carry them (0 is: nothing to compare).
        Raises ValueError on an unknown name.
        """
        known = [level.name for level in self.levels]
        return tuple(known.index(name) + 1 for name in names)

    @property
    def has_rarity(self) -> bool:
        """Whether the rarity of a shared value counts at some level."""
        return any(level.tf is not None for level in self.levels)


ELSE = "ELSE"

# Jack and Jake are alike, but both are names in use: that is two people, not a slip. Steven and Stephen sound alike:
# that may be one.
_TWO_NAMES = "(given_in_use_l AND given_in_use_r AND given_sound_l <> given_sound_r)"

_SLIPS = "damerau_levenshtein(given_l, given_r) = 1"
_SHORTER = "least(length(given_l), length(given_r))"
_SWAPPED = "jaro_winkler_similarity(given_l, family_r) >= 0.9 AND jaro_winkler_similarity(family_l, given_r) >= 0.9"
_CROSSED = "(jaro_winkler_similarity(given_l, family_r) >= 0.92 OR jaro_winkler_similarity(family_l, given_r) >= 0.92)"

GIVEN_NAME = Comparison(
    "given_name",
    "given name",
    "given_l IS NULL OR given_r IS NULL",
    (
        Level("same", "same given name", "given_l = given_r", tf="given"),
        Level("swapped", "given name and surname are swapped", _SWAPPED),
        Level("nickname", "forms of one given name", "list_has_any(given_forms_l, given_forms_r)"),
        Level(
            "close",
            "given names a slip apart",
            f"NOT {_TWO_NAMES} AND (jaro_winkler_similarity(given_l, given_r) >= 0.92"
            f" OR ({_SLIPS} AND {_SHORTER} >= 4))",
            tf="given",
            tf_like="same",
        ),
        Level(
            "alias",
            "one goes by an alias of the other",
            "list_contains(given_aliases_l, given_r) OR list_contains(given_aliases_r, given_l)"
            " OR list_has_any(given_aliases_l, given_aliases_r)",
        ),
        Level(
            "middle_name",
            "one goes by the other's middle name",
            "list_contains(given_middles_l, given_r) OR list_contains(given_middles_r, given_l)",
        ),
        Level(
            "shortened",
            "one given name is the start of the other",
            f"NOT {_TWO_NAMES} AND (starts_with(given_l, given_r) OR starts_with(given_r, given_l))",
        ),
        Level(
            "alike",
            "given names alike",
            f"NOT {_TWO_NAMES} AND (jaro_winkler_similarity(given_l, given_r) >= 0.8 OR ({_SLIPS} AND {_SHORTER} >= 3)"
            f" OR (damerau_levenshtein(given_l, given_r) = 2 AND {_SHORTER} >= 6)"
            " OR (given_sound_l = given_sound_r AND length(given_sound_l) >= 3))",
        ),
        Level(
            "misplaced",
            "the given name of one stands as surname of the other",
            f"jaro_winkler_similarity(family_l, family_r) < 0.9 AND {_CROSSED}",
        ),
        Level("initial_differs", "an initial that does not fit", "length(given_l) = 1 OR length(given_r) = 1"),
        Level("different", "different given names", ELSE),
    ),
    ("given", "given_aliases", "given_middles"),
)

FAMILY_NAME = Comparison(
    "family_name",
    "surname",
    "family_l IS NULL OR family_r IS NULL",
    (
        Level("same", "same surname", "family_l = family_r", tf="family"),
        Level("swapped", "given name and surname are swapped", _SWAPPED),
        Level(
            "close",
            "surnames a slip apart",
            "jaro_winkler_similarity(family_l, family_r) >= 0.92"
            " OR (damerau_levenshtein(family_l, family_r) = 1 AND least(length(family_l), length(family_r)) >= 4)",
            tf="family",
            tf_like="same",
        ),
        Level(
            "other_name",
            "surname of an alias",
            "list_contains(family_others_l, family_r) OR list_contains(family_others_r, family_l)"
            " OR list_has_any(family_others_l, family_others_r)",
        ),
        Level("part", "share a part of a double surname", "list_has_any(family_parts_l, family_parts_r)"),
        Level(
            "misplaced",
            "the surname of one stands as given name of the other",
            _CROSSED,
        ),
        Level(
            "alike",
            "surnames alike",
            "family_sound_l = family_sound_r OR jaro_winkler_similarity(family_l, family_r) >= 0.82",
        ),
        # A woman's changed surname is common enough to be weak evidence; a man's is not.
        Level("changed", "different surnames (a woman's may have changed)", "sex_l = 'F' AND sex_r = 'F'"),
        Level("different", "different surnames", ELSE),
    ),
    ("family", "family_others"),
)

MIDDLE_NAME = Comparison(
    "middle_name",
    "middle names",
    "middle_l IS NULL OR middle_r IS NULL",
    (
        Level(
            "same", "same middle names", "middle_l = middle_r OR jaro_winkler_similarity(middle_l, middle_r) >= 0.92"
        ),
        Level(
            "fits",
            "middle initial fits",
            "starts_with(middle_l, left(middle_r, 1)) AND (length(middle_l) = 1 OR length(middle_r) = 1"
            " OR starts_with(middle_l, middle_r) OR starts_with(middle_r, middle_l))",
        ),
        Level("different", "different middle names", ELSE),
    ),
    ("middle",),
)

SUFFIX = Comparison(
    "suffix",
    "name suffix",
    "suffix_l IS NULL OR suffix_r IS NULL",
    (
        Level("same", "same suffix", "suffix_l = suffix_r"),
        Level("different", "different suffix (junior, senior)", ELSE),
    ),
    ("suffix",),
)

_EXACT = "(dob_l IS NOT NULL AND dob_r IS NOT NULL)"
_MEET = "(born_from_l <= born_to_r AND born_from_r <= born_to_l)"
_WIDTH = "((born_to_l - born_from_l) + (born_to_r - born_from_r))"
_GAP = "greatest(born_from_l - born_to_r, born_from_r - born_to_l)"
FAR_APART_DAYS = 5113  # 14 years: below it a child of the same name is out of the question

DATE_OF_BIRTH = Comparison(
    "date_of_birth",
    "date of birth",
    "born_from_l IS NULL OR born_from_r IS NULL",
    (
        Level("same", "same date of birth", "dob_l = dob_r", tf="dob"),
        Level(
            "transposed",
            "day and month swapped",
            f"{_EXACT} AND left(dob_l, 4) = left(dob_r, 4)"
            " AND substr(dob_l, 5, 2) = substr(dob_r, 7, 2) AND substr(dob_l, 7, 2) = substr(dob_r, 5, 2)",
        ),
        Level("one_digit", "dates of birth one digit apart", f"{_EXACT} AND damerau_levenshtein(dob_l, dob_r) = 1"),
        Level(
            "two_parts",
            "two of day, month and year agree",
            f"{_EXACT} AND ((left(dob_l, 6) = left(dob_r, 6)) OR (substr(dob_l, 5, 4) = substr(dob_r, 5, 4))"
            " OR (left(dob_l, 4) = left(dob_r, 4) AND substr(dob_l, 7, 2) = substr(dob_r, 7, 2)))",
        ),
        Level("month_fits", "born in the same month, as far as known", f"NOT {_EXACT} AND {_MEET} AND {_WIDTH} <= 62"),
        Level("year_fits", "born in the same year, as far as known", f"NOT {_EXACT} AND {_MEET} AND {_WIDTH} <= 732"),
        Level("age_fits", "ages fit", f"NOT {_EXACT} AND {_MEET} AND {_WIDTH} <= 2200"),
        Level("age_may_fit", "ages may fit", f"NOT {_EXACT} AND {_MEET}"),
        Level("year_near", "born within a year of each other", f"{_GAP} <= 400"),
        Level("years_apart", "born some years apart", f"{_GAP} < {FAR_APART_DAYS}"),
        Level("far_apart", "dates of birth far apart", ELSE),
    ),
    ("born_from", "born_to"),
)

SEX = Comparison(
    "sex",
    "sex",
    "sex_l IS NULL OR sex_r IS NULL",
    (Level("same", "same sex", "sex_l = sex_r"), Level("different", "different sex", ELSE)),
    ("sex",),
)

# A number passed on years later is no evidence: of two dated uses the years must meet.
_DATED_PHONE = (
    "list_has_any(phones_l, phones_dated_r) OR list_has_any(phones_dated_l, phones_r)"
    " OR list_has_any(phones_by_year_l, phones_by_year_r)"
)

PHONE = Comparison(
    "phone",
    "phone",
    "len(phones_l) + len(phones_shared_l) + len(phones_dated_l) = 0"
    " OR len(phones_r) + len(phones_shared_r) + len(phones_dated_r) = 0",
    (
        Level("same", "same phone", f"list_has_any(phones_l, phones_r) OR {_DATED_PHONE}"),
        Level("shared", "a phone that several people use", "list_has_any(phones_shared_l, phones_shared_r)"),
        Level(
            "close",
            "phones one digit apart",
            "damerau_levenshtein("
            "coalesce(list_extract(phones_l, 1), ''), coalesce(list_extract(phones_r, 1), '---')) = 1",
        ),
        Level("different", "different phones", ELSE),
    ),
    ("phones", "phones_shared", "phones_dated"),
)

EMAIL = Comparison(
    "email",
    "email",
    "email_l IS NULL OR email_r IS NULL",
    (
        Level("same", "same email", "list_has_any(emails_l, emails_r)"),
        Level(
            "close",
            "emails a slip apart",
            "damerau_levenshtein(email_l, email_r) <= 2 OR (length(split_part(email_l, '@', 1)) >= 5 AND "
            "split_part(email_l, '@', 1) = split_part(email_r, '@', 1))",
        ),
        Level("alike", "emails alike", "jaro_winkler_similarity(email_l, email_r) >= 0.92"),
        Level("different", "different emails", ELSE),
    ),
    ("emails",),
)

_THREE_WORDS = "len(list_intersect(address_words_l, address_words_r)) >= 3"
_DISTRICTS_DIFFER = "coalesce(district_l <> district_r, FALSE)"

_HOME_ONCE_SHARED = (
    "list_has_any(homes_undated_l, homes_any_r) OR list_has_any(homes_any_l, homes_undated_r)"
    " OR list_has_any(homes_by_year_l, homes_by_year_r)"
)

HOME = Comparison(
    "home",
    "address",
    "(address_l IS NULL OR address_r IS NULL) AND (postcode_l IS NULL OR postcode_r IS NULL)"
    " AND (home_ref_l IS NULL OR home_ref_r IS NULL) AND (len(homes_any_l) = 0 OR len(homes_any_r) = 0)",
    (
        Level("same_place", "same home location", "home_ref_l = home_ref_r", tf="home_ref"),
        Level("same_address", "same address", f"address_l = address_r AND NOT {_DISTRICTS_DIFFER}", tf="address"),
        Level(
            "close_address",
            "addresses alike",
            "(address_numbers_l = address_numbers_r OR postcode_l = postcode_r)"
            f" AND (jaro_winkler_similarity(address_l, address_r) >= 0.92 OR {_THREE_WORDS})",
            tf="address",
        ),
        Level("once_shared", "an address that both had at about one time", _HOME_ONCE_SHARED),
        Level("same_postcode", "same postcode", "postcode_l = postcode_r", tf="postcode"),
        Level(
            "alike_address",
            "addresses somewhat alike",
            f"jaro_winkler_similarity(address_l, address_r) >= 0.85 OR {_THREE_WORDS}",
        ),
        Level("same_district", "same postcode district", "district_l = district_r"),
        Level("different", "different homes", ELSE),
    ),
    ("address", "postcode", "home_ref", "homes_any"),
)

PNC = Comparison(
    "pnc_id",
    "PNC id",
    "pnc_l IS NULL OR pnc_r IS NULL",
    (
        Level("same", "same PNC id", "pnc_l = pnc_r"),
        Level("close", "PNC ids one character apart", "damerau_levenshtein(pnc_l, pnc_r) = 1"),
        Level("different", "different PNC ids", ELSE),
    ),
    ("pnc",),
)

COMPARISONS = (GIVEN_NAME, FAMILY_NAME, MIDDLE_NAME, SUFFIX, DATE_OF_BIRTH, SEX, PHONE, EMAIL, HOME, PNC)
COMPARISON = {comparison.name: comparison for comparison in COMPARISONS}
TF_COLUMNS = ("given", "family", "dob", "address", "postcode", "home_ref")

# Not learnt from data: too rare to be learnt, or (PNC id) a rule and not a probability.
UNTRAINED = frozenset(("suffix", "pnc_id"))


def splink_comparisons(
    weights: Mapping[str, Mapping[str, tuple[float, float]]], tf_floor: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Return the comparisons as Splink settings, with (m, u) per comparison and level, and the smallest u a rare value
    may claim per column.
    """
    return [_splink_comparison(comparison, weights[comparison.name], tf_floor) for comparison in COMPARISONS]


def _splink_comparison(
    comparison: Comparison, weights: Mapping[str, tuple[float, float]], tf_floor: Mapping[str, float]
) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.empty, "label_for_charts": "empty", "is_null_level": True}
    ]
    for level in comparison.levels:
        m, u = weights[level.name]
        entry: dict[str, Any] = {
            "sql_condition": level.sql,
            "label_for_charts": level.name,
            "m_probability": m,
            "u_probability": u,
        }
        if level.tf is not None:
            entry |= {
                "tf_adjustment_column": level.tf,
                "tf_minimum_u_value": tf_floor[level.tf],
                "tf_adjustment_weight": level.tf_weight,
                "disable_tf_exact_match_detection": level.tf_like is None,
            }
        levels.append(entry)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
