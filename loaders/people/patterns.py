"""What the whole of a pair says that no single comparison can: families, and names without anything else.

Fellegi and Sunter's sum assumes that two different people agree on surname, address, phone and date of birth
independently. Families do not: twins share all four, father and son share name and address. A pattern takes back what
the sum credits too much. The first that fits is the one that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loaders.people.comparisons import COMPARISON
from loaders.people.model import Model

Codes = Mapping[str, npt.NDArray[np.uint8]]
Mask = npt.NDArray[np.bool_]

SAME_NAME = ("same", "nickname", "close", "swapped")
SAME_FAMILY = ("same", "close", "swapped")
SAME_HOME = ("same_place", "same_address", "close_address", "once_shared", "same_postcode")


@dataclass(frozen=True)
class Pattern:
    """A correction in bits (negative: speaks against one person) with its reason in words."""

    name: str
    words: str
    bits: float


# -60 outweighs agreement on everything else; -40 outweighs a shared home and phone; the milder ones leave a pair
# possible.
PATTERNS = (
    Pattern("pnc_contradicted", "the same PNC id, but both the names and the dates of birth contradict it", -60.0),
    Pattern("pnc_id", "", 0.0),
    Pattern("suffix", "one is junior, the other senior", -25.0),
    Pattern("twins", "same surname and date of birth but different given names: as twins", -60.0),
    Pattern("household", "what they share a household shares, and the given names differ", -40.0),
    Pattern("namesakes", "the same name, but dates of birth far apart: as parent and child", -40.0),
    Pattern("relatives", "given names only alike, and no date of birth in common: as in a family", -15.0),
    Pattern("other_names", "all the names differ", -20.0),
    Pattern("names_only", "nothing but a name to go by", -4.0),
    Pattern("none", "", 0.0),
)
PATTERN_BITS = np.array([pattern.bits for pattern in PATTERNS])


def is_level(codes: Codes, comparison: str, *levels: str) -> Mask:
    """Return which pairs stand at one of the named levels of a comparison."""
    return np.isin(codes[comparison], COMPARISON[comparison].codes(*levels))


def find_patterns(codes: Codes, model: Model) -> npt.NDArray[np.intp]:
    """Return for each pair the index in PATTERNS of the first that fits. codes: per comparison, as in Compared."""
    masks = _masks(codes, model)
    first = np.full(len(codes["pnc_id"]), len(PATTERNS) - 1, dtype=np.intp)
    for i in reversed(range(len(PATTERNS) - 1)):
        first[masks[PATTERNS[i].name]] = i
    return first


def _masks(codes: Codes, model: Model) -> dict[str, Mask]:
    different = is_level(codes, "given_name", "different")
    same_family = is_level(codes, "family_name", *SAME_FAMILY)
    names_differ = different & is_level(codes, "family_name", "different", "changed")
    same_name = is_level(codes, "given_name", *SAME_NAME) & same_family
    one_family = same_family | is_level(codes, "family_name", "part", "alike", "other_name")
    # James Thomas and Thomas Smith under one roof.
    crossed = is_level(codes, "given_name", "misplaced") & is_level(codes, "family_name", "misplaced")
    same_birth = is_level(codes, "date_of_birth", "same", "transposed", "one_digit")
    far_apart = is_level(codes, "date_of_birth", "far_apart")
    apart = far_apart | is_level(codes, "date_of_birth", "years_apart")
    same_pnc = is_level(codes, "pnc_id", "same")
    # A sister's name is alike, a son's second name is his father's.
    loosely = is_level(codes, "given_name", "alike", "shortened", "middle_name")
    unsupported = apart | (codes["date_of_birth"] == 0)
    nothing_else = np.logical_and.reduce([codes[c] == 0 for c in ("date_of_birth", "phone", "email", "home", "pnc_id")])
    names, births = model.given_names_reliable, model.births_reliable
    return {
        "pnc_contradicted": same_pnc & names_differ & apart,
        "pnc_id": same_pnc,
        "suffix": is_level(codes, "suffix", "different"),
        "twins": different & one_family & same_birth & names,
        "household": ((different & one_family) | crossed) & ~same_birth & names,
        "namesakes": same_name & far_apart & births,
        "relatives": same_family & loosely & unsupported & (names and births),
        "other_names": names_differ & names,
        "names_only": nothing_else,
    }


# A column is unreliable when its contradictions among pairs that otherwise agree outnumber by TOO_MANY what families
# explain, and are no few. Expected per agreeing pair: twins who are both on record (3 % of people are twins), parents
# and children of one name in one house. Judgement, not data.
TWINS_EXPECTED = 0.004
NAMESAKES_EXPECTED = 0.003
TOO_MANY = 10.0
ENOUGH = 30


def learn_reliability(codes: Codes) -> tuple[bool, bool]:
    """Return whether given names, and dates of birth, can be trusted to tell members of a family apart in these
    records.

    codes: of candidate pairs. Where all else agrees and one column often does not, and the pairs do not differ in
    other ways (sex, phone, email, middle name, PNC id) as two people would, the column is full of errors, and a
    contradiction in it is no sign of a relative.
    """
    home, same_family = is_level(codes, "home", *SAME_HOME), is_level(codes, "family_name", *SAME_FAMILY)
    same_birth, same_given = is_level(codes, "date_of_birth", "same"), is_level(codes, "given_name", *SAME_NAME)
    same = home & same_family & same_birth & same_given
    twins = home & same_family & same_birth & is_level(codes, "given_name", "different")
    namesakes = home & same_family & same_given & is_level(codes, "date_of_birth", "far_apart")
    return not _full_of_errors(twins, same, TWINS_EXPECTED, codes), not _full_of_errors(
        namesakes, same, NAMESAKES_EXPECTED, codes
    )


def _full_of_errors(contradict: Mask, agree: Mask, expected: float, codes: Codes) -> bool:
    count = int(contradict.sum())
    if count < ENOUGH or count <= TOO_MANY * expected * int(agree.sum()):
        return False
    return _differ_otherwise(contradict, codes) <= max(0.1, 2 * _differ_otherwise(agree, codes))


def _differ_otherwise(pairs: Mask, codes: Codes) -> float:
    """The share of pairs that differ in sex, phone, email, middle name or PNC id, among those where at least one can
    be compared.
    """
    others = ("sex", "phone", "email", "middle_name", "pnc_id")
    chosen = {name: codes[name][pairs] for name in others}
    comparable = np.logical_or.reduce([chosen[name] > 0 for name in others])
    differ = np.logical_or.reduce([is_level(chosen, name, "different") for name in others])
    return float(differ.sum() / comparable.sum()) if comparable.any() else 0.0
