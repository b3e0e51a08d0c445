"""Time, place, offence and text of pairs of records, each as bits and words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.same_event import weights as w
from loaders.same_event.candidates import ATTENDANCES, Pairs
from loaders.same_event.facts import Floats, Mask
from loaders.same_event.records import WINDOW_DAYS, Records
from loaders.same_event.spots import NEAR_M

WINDOW_MINUTES = 2 * WINDOW_DAYS * 1440.0


@dataclass(frozen=True)
class Outcome:
    """What a comparison came to, a pair: bits, and words."""

    bits: Floats
    words: npt.NDArray[np.object_]


def times(records: Records, pairs: Pairs, one_source: Mask) -> Outcome:
    """Return how well the clocks agree: when it happened, or for an attendance also when it was reported."""
    events = records.events
    low, high = events["low"].to_numpy(dtype=float), events["high"].to_numpy(dtype=float)
    told_low, told_high = (events[name].to_numpy(dtype=float) for name in ("reported_low", "reported_high"))
    precise = events["precise"].to_numpy(dtype=bool)
    attended = events["kind"].isin(ATTENDANCES).to_numpy()
    a, b = pairs.a, pairs.b
    best = _clocks((low[a], high[a], precise[a]), (low[b], high[b], precise[b]), one_source)
    # An ambulance comes when somebody rings, so its clock is compared with the report as well.
    for x, y in ((a, b), (b, a)):
        other = _clocks((low[x], high[x], precise[x]), (told_low[y], told_high[y], ~np.isnan(told_low[y])), one_source)
        use = attended[x] & ~attended[y] & (other.bits - np.log2(w.SECOND_CLOCK) > best.bits)
        bits = np.where(use, other.bits - np.log2(w.SECOND_CLOCK), best.bits)
        best = Outcome(bits, np.where(use, other.words + ", by the report", best.words))
    return best


def _clocks(first: tuple[Floats, Floats, Mask], second: tuple[Floats, Floats, Mask], one_source: Mask) -> Outcome:
    low, high = np.maximum(first[0], second[0]), np.minimum(first[1], second[1])
    gap = np.maximum(low - high, 0.0)
    width = (first[1] - first[0]) + (second[1] - second[0])
    identical = first[2] & second[2] & (first[0] == second[0]) & (first[1] == second[1])
    gap, width = np.where(identical, 0.0, gap), np.where(identical, 0.0, width)
    edges = np.array([g.minutes for g in w.GAPS])
    level = np.minimum(np.searchsorted(edges, np.nan_to_num(gap), side="left"), len(edges) - 1)
    share = np.where(
        one_source, np.array([g.within for g in w.GAPS])[level], np.array([g.across for g in w.GAPS])[level]
    )
    inner = np.array([0.0, *edges[:-1]])[level]
    burst = np.array([g.burst for g in w.GAPS])[level]
    by_chance = np.minimum(burst * 2 * (edges[level] - inner) / WINDOW_MINUTES, 1.0)
    rounded = identical & (first[0] % 30 == 0)
    by_chance = np.where(rounded, np.minimum(by_chance * w.ROUND_TIME, 1.0), by_chance)
    # A wide interval overlaps with much: the share of the window that it covers is how often another event would.
    wide = (width > w.WIDE) & ~identical
    covered = np.minimum(burst * (width + 2 * edges[level]) / WINDOW_MINUTES, 1.0)
    share = np.where(wide, np.where(gap == 0, w.OVERLAP, np.minimum(share, 1 - w.OVERLAP)), share)
    by_chance = np.where(wide, covered, by_chance)
    unknown = np.isnan(first[0]) | np.isnan(second[0])
    bits = np.where(unknown, 0.0, np.log2(share / by_chance))
    words = np.array([g.words for g in w.GAPS], dtype=object)[level]
    words = np.where(wide & (gap == 0), "in intervals that overlap", words)
    words = np.where(rounded, words + ", a round time", words)
    return Outcome(bits, np.where(unknown, "no time in common", words).astype(object))


def places(records: Records, pairs: Pairs, by_person: Mask) -> Outcome:
    """Return what the place adds, or takes away where the place is what brought them together."""
    events = records.events
    a, b = pairs.a, pairs.b
    xyz = events[["x", "y", "z"]].to_numpy(dtype=float)
    spot, postcode = events["spot"].to_numpy(), events["postcode"].to_numpy(dtype=object)
    hub = events["hub"].to_numpy(dtype=bool)
    located = events["location"].notna().to_numpy() & ~events["vague"].to_numpy(dtype=bool)
    distance = np.linalg.norm(xyz[a] - xyz[b], axis=1)
    one_spot = (spot[a] == spot[b]) & (spot[a] >= 0)
    same_code = pd.notna(postcode[a]) & (postcode[a] == postcode[b])
    masks = {
        "hub": one_spot & hub[a],
        "spot": one_spot,
        "at_25_m": distance <= 25,
        "at_100_m": distance <= NEAR_M,
        "postcode": same_code,
        "at_500_m": distance <= 500,
        "at_2_km": distance <= 2000,
        "further": distance > 2000,
    }
    both = located[a] & located[b]
    level = np.select([mask & both for mask in masks.values()], np.arange(1, len(masks) + 1), 0)
    # Where the place brought them together, how rare it is has been weighed; what is left is how near "near" is.
    alone = [w.NEAR_PLACES.get(name, w.Level(w.PLACES[name].words)) for name in masks]
    levels = ([w.Level("no place to compare"), *column] for column in ([w.PLACES[name] for name in masks], alone))
    shared, unshared = (
        (np.array([x.bits for x in column])[level], np.array([x.words for x in column], dtype=object)[level])
        for column in levels
    )
    return Outcome(*(np.where(by_person, first, second) for first, second in zip(shared, unshared, strict=True)))


def offences(records: Records, pairs: Pairs) -> Outcome:
    """Return how well what is recorded goes together: offence with offence, an attendance with somebody hurt."""
    events = records.events
    a, b = pairs.a, pairs.b
    code, group = (pd.factorize(events[name])[0] for name in ("offence_code", "offence"))
    kind = events["kind"].to_numpy(dtype=object).astype(str)
    attended = np.isin(kind, ATTENDANCES)
    hurtful = events["offence"].astype(str).str.lower().str.contains("|".join(w.HURTFUL)).to_numpy()
    visit = (attended[a] ^ attended[b]) & ((group[a] >= 0) | (group[b] >= 0))
    both = (group[a] >= 0) & (group[b] >= 0)
    masks = {
        "injury": visit & (hurtful[a] | hurtful[b]),
        "no_injury": visit,
        "code": both & (group[a] == group[b]) & ((code[a] == code[b]) | (code[a] < 0) | (code[b] < 0)),
        "group": both & (group[a] == group[b]),
        "different": both,
        "kinds": ~attended[a] & ~attended[b] & (kind[a] != kind[b]),
    }
    level = np.select(list(masks.values()), np.arange(1, len(masks) + 1), 0)
    bits = np.array([0.0, *(w.OFFENCES[name].bits for name in masks)])[level]
    words = np.array(["nothing to compare", *(w.OFFENCES[name].words for name in masks)], dtype=object)[level]
    return Outcome(bits, words)


def texts(records: Records, pairs: Pairs, worth: Mask, read: Callable[[Sequence[str]], Mapping[str, str]]) -> Outcome:
    """Return what the summaries say; only those of pairs worth reading are read."""
    bits, words = np.zeros(len(pairs)), np.full(len(pairs), "", dtype=object)
    some = np.flatnonzero(worth)
    if not some.size:
        return Outcome(bits, words)
    ids, refs = records.ids, records.events["ref"].to_numpy(dtype=object)
    told = read(sorted({str(ids[row]) for row in np.concatenate([pairs.a[some], pairs.b[some]])}))
    bags = {record: words_of(text) for record, text in told.items()}
    for pair in some:
        a, b = pairs.a[pair], pairs.b[pair]
        found = compare_texts(bags.get(ids[a], ()), bags.get(ids[b], ()), str(refs[a]), str(refs[b]))
        bits[pair] = sum(level.bits for level in found)
        words[pair] = ", ".join(level.words for level in found)
    return Outcome(bits, words)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, in small letters."""
    return tuple(re.findall(r"[\w/-]*\w", text.lower()))


def compare_texts(first: Sequence[str], second: Sequence[str], first_ref: str, second_ref: str) -> list[w.Level]:
    """Return what two texts, as words, say about their being about one event."""
    found = []
    for own_ref, other in ((first_ref, second), (second_ref, first)):
        # A short ref is a word like any other.
        if len(own_ref) >= 6 and any(c.isdigit() for c in own_ref) and own_ref.lower() in other:
            found.append(w.REFERENCE)
            break
    if not first or not second:
        return found
    one, two = set(first), set(second)
    alike = len(one & two) / len(one | two)
    long = min(len(first), len(second)) >= w.LONG_TEXT
    if alike >= 0.9:
        found.append(w.TEXTS["long_same" if long else "short_same"])
    elif long and alike >= 0.5:
        found.append(w.TEXTS["long_alike"])
    elif long and alike < 0.15:
        found.append(w.TEXTS["long_different"])
    return found
