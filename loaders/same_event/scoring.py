"""Pairs of records -> a sum of named contributions (bits), the probability of being one event, and what forbids it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.same_event import weights as w
from loaders.same_event.candidates import ATTENDANCES, Pairs, count_around
from loaders.same_event.comparing import Outcome, offences, places, texts, times
from loaders.same_event.facts import Floats, Ints, Mask, Members, People, members, patients_of_pairs, people_of_pairs
from loaders.same_event.records import Records

# The order is that of the waterfall.
TITLES = {
    "repeated": "how often one event is in two records",
    "time": "time",
    "people": "people",
    "place": "place",
    "patient": "the patient",
    "offence": "what it was",
    "text": "text and references",
    "identity": "doubt who is whom",
}

# What forbids that two records are one event, in words; the first that holds is named.
FORBIDDEN = {
    "two_died": "two different people died",
    "one_lived": "in one the person died, in the other lived",
    "linked": "a link is recorded between them, which makes them two events",
    "coroner": "the coroner has two references",
    "offences": "one source filed them under different offences",
    "victims": "one source filed them for different victims, and each victim is an event of its own",
    "roles": "one source has the same person as suspect in one and as victim in the other",
    "hours_apart": "one source gives times that are hours apart",
}
CODES = {name: number for number, name in enumerate(FORBIDDEN, start=1)}
HOURS_APART = 360

Texts = Callable[[Sequence[str]], Mapping[str, str]]
# Below this (bits) no text could bring a pair to be possible, so that it is not read.
WORTH_READING = -12.0


@dataclass(frozen=True)
class Scored:
    """Scored pairs. bits: contribution -> log2 of a Bayes factor, a pair; words: contribution -> a text, a pair;
    forbidden: number in FORBIDDEN, 0 for none; capped: may be possible, never joined.
    """

    a: Ints
    b: Ints
    bits: dict[str, Floats]
    words: dict[str, npt.NDArray[np.object_]]
    forbidden: Ints
    capped: Mask

    @property
    def total(self) -> Floats:
        """Return the sum of all contributions: log2 of the odds."""
        return np.asarray(sum((self.bits[name] for name in TITLES), np.zeros(len(self.a))))

    @property
    def likely(self) -> Floats:
        """Return the probability of being one event by the evidence alone, whatever forbids it."""
        return np.asarray(1 / (1 + np.exp2(-np.clip(self.total, -200, 200))))

    @property
    def probability(self) -> Floats:
        """Return the probability of being one event: 0 where it is forbidden, short of joining where it is capped."""
        most = np.where(self.capped, w.JOINED_FROM - 1e-6, 1.0)
        return np.asarray(np.where(self.forbidden > 0, 0.0, np.minimum(self.likely, most)))


def score(records: Records, pairs: Pairs, linked: set[tuple[str, str]], read_texts: Texts) -> Scored:
    """Return the pairs scored.

    linked: pairs of ids (smaller first) between which somebody recorded a link. read_texts(ids) -> id -> text, asked
    only for pairs that a text can still decide.
    """
    held = members(records)
    people = people_of_pairs(records, held, pairs)
    one_source = _equal(records, "source", pairs)
    repeated = _repeated(records, pairs, people, one_source)
    outcomes = {
        "repeated": repeated,
        "time": times(records, pairs, one_source),
        "people": _people(people),
        "place": places(records, pairs, people.shared > 0),
        "patient": _patients(records, held, pairs),
        "offence": offences(records, pairs),
    }
    bits = {name: outcome.bits for name, outcome in outcomes.items()}
    words = {name: outcome.words for name, outcome in outcomes.items()}
    forbidden = _forbidden(records, pairs, people, one_source, linked)
    so_far = np.asarray(sum(bits.values(), np.zeros(len(pairs))))
    worth = (forbidden == 0) & (so_far > WORTH_READING)
    told = texts(records, pairs, worth, read_texts)
    bits["text"], words["text"] = told.bits, told.words
    bits["identity"] = _doubt(so_far + told.bits, people.identity)
    words["identity"] = np.where(people.identity < 1, "they may not be the same person", "").astype(object)
    return Scored(pairs.a, pairs.b, bits, words, forbidden, people.harmed_differ & _unnamed_or_death(records, pairs))


def _equal(records: Records, column: str, pairs: Pairs) -> Mask:
    values = pd.factorize(records.events[column])[0]
    return np.asarray((values[pairs.a] == values[pairs.b]) & (values[pairs.a] >= 0))


def _unnamed_or_death(records: Records, pairs: Pairs) -> Mask:
    """Deaths of two people, and one source's events of two victims, are at most possible: the two may be one person
    whom nobody has recognised.
    """
    death = (records.events["kind"] == "death").to_numpy()
    return np.asarray((death[pairs.a] & death[pairs.b]) | _equal(records, "source", pairs))


def _repeated(records: Records, pairs: Pairs, people: People, one_source: Mask) -> Outcome:
    """Return the odds, before anything is compared, that another record of these people or this place is this event."""
    events = records.events
    kind = events["kind"].to_numpy(dtype=object)
    death, attended = kind == "death", np.isin(kind.astype(str), ATTENDANCES)
    deaths = death[pairs.a] & death[pairs.b]
    visit = attended[pairs.a] ^ attended[pairs.b]
    mixed = death[pairs.a] | death[pairs.b]
    rate = np.select(
        [one_source & deaths, one_source, deaths, visit & mixed, visit],
        [
            w.REPEATED[name]
            for name in (
                "one source, deaths",
                "one source",
                "deaths of two sources",
                "an attendance and a death",
                "an attendance and a crime",
            )
        ],
        w.REPEATED["two sources"],
    )
    by_person = people.shared > 0
    hub = events["hub"].to_numpy(dtype=bool)[pairs.a] | events["hub"].to_numpy(dtype=bool)[pairs.b]
    around = np.where(by_person, people.around, np.where(pairs.spot, 1, w.NEIGHBOURHOOD_RECORDS))
    at_spot = np.flatnonzero(~by_person & pairs.spot & ~hub)
    if at_spot.size:
        spot = events["spot"].to_numpy()
        placed = np.flatnonzero(spot >= 0)
        a, b = pairs.a[at_spot], pairs.b[at_spot]
        counts = np.maximum(
            count_around(spot[placed], placed, records, spot[a], a, b),
            count_around(spot[placed], placed, records, spot[a], b, a),
        )
        around[at_spot] = np.maximum(counts, 1)
    around = np.where(~by_person & hub, w.HUB_RECORDS, around)
    what = np.where(by_person, "this person", np.where(pairs.spot, "this place", "this neighbourhood"))
    once = (1 / rate).round().astype(np.int64).astype(str).astype(object)
    said = "one record in " + once + " is there again, and "
    said = said + around.astype(str).astype(object) + " in 90 days could be it by " + what.astype(object)
    return Outcome(np.log2(rate / around), said)


def _people(people: People) -> Outcome:
    none = people.shared == 0
    further: Floats = np.clip(people.shared - 1, 0, w.MOST_FURTHER).astype(np.float64)
    bits: Floats = np.multiply(further, w.FURTHER_PERSON.bits)
    for name, level in w.ROLES.items():
        bits = bits + np.where(people.role == name, level.bits, 0.0)
    bits = bits + np.where(people.harmed_differ, w.OTHER_VICTIMS.bits, 0.0)
    bits = bits + np.where(people.suspects_differ, w.OTHER_SUSPECTS.bits, 0.0)
    role = np.array([w.ROLES[name].words if name else "" for name in people.role], dtype=object)
    count = np.where(
        people.shared == 1,
        "one person in common, ",
        people.shared.astype(str).astype(object) + " people in common, one ",
    )
    words = np.where(none, "nobody in common", count + role)
    words = words + np.where(people.harmed_differ, "; " + w.OTHER_VICTIMS.words, "")
    words = words + np.where(people.suspects_differ, "; " + w.OTHER_SUSPECTS.words, "")
    return Outcome(bits, words.astype(object))


def _patients(records: Records, held: Members, pairs: Pairs) -> Outcome:
    sex, age = patients_of_pairs(records, held, pairs)
    sexes, ages = (
        [w.PATIENT_SEX["same"], w.PATIENT_SEX["different"]],
        [w.PATIENT_AGE[n] for n in ("same", "next", "different")],
    )
    bits = (
        np.array([0.0, *(level.bits for level in sexes)])[sex] + np.array([0.0, *(level.bits for level in ages)])[age]
    )
    said = np.array(["", *(level.words for level in sexes)], dtype=object)[sex]
    aged = np.array(["", *(level.words for level in ages)], dtype=object)[age]
    glue = np.where((sex > 0) & (age > 0), ", ", "").astype(object)
    return Outcome(bits, said + glue + aged)


def _doubt(total: Floats, identity: Floats) -> Floats:
    """Return what doubt about who is whom takes away: a pair is one event only if those they share are the same."""
    odds = np.exp2(np.clip(total, -200, 200))
    likely = identity * odds / (1 + odds)
    return np.where(identity < 1, np.log2(likely / (1 - likely)) - np.clip(total, -200, 200), 0.0)


def _forbidden(records: Records, pairs: Pairs, people: People, one_source: Mask, linked: set[tuple[str, str]]) -> Ints:
    events = records.events
    a, b = pairs.a, pairs.b
    kind, ids = events["kind"].to_numpy(dtype=object), records.ids
    deaths = (kind[a] == "death") & (kind[b] == "death")
    lived = events["near_miss"].to_numpy(dtype=bool)
    told = [events[name].to_numpy(dtype=object) for name in ("coroner_area", "coroner_ref")]
    both_told = np.logical_and.reduce([pd.notna(side[x]) for side in told for x in (a, b)])
    offence = pd.factorize(events["offence"])[0]
    known = (offence[a] >= 0) & (offence[b] >= 0)
    low, high = events["low"].to_numpy(dtype=float), events["high"].to_numpy(dtype=float)
    gap = np.maximum(low[a], low[b]) - np.minimum(high[a], high[b])
    precise = events["precise"].to_numpy(dtype=bool)
    masks = {
        "two_died": deaths & people.harmed_certain,
        "one_lived": deaths & (lived[a] != lived[b]),
        "linked": np.array([(ids[x], ids[y]) in linked for x, y in zip(a, b, strict=True)], dtype=np.bool_)
        if linked
        else np.zeros(len(a), dtype=np.bool_),
        "coroner": both_told & (told[0][a] == told[0][b]) & (told[1][a] != told[1][b]),
        "offences": one_source & known & (offence[a] != offence[b]),
        "victims": one_source & people.harmed_certain,
        "roles": one_source & people.clash,
        "hours_apart": one_source & precise[a] & precise[b] & (gap > HOURS_APART),
    }
    return np.select([masks[name] for name in FORBIDDEN], [CODES[name] for name in FORBIDDEN], 0)
