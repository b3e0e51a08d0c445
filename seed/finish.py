"""The last touches to all events alike: reports, delays, outcomes, what clerks leave out, later versions."""

from __future__ import annotations

import numpy as np

from seed import rates, words
from seed.clock import DAY_MINUTES
from seed.codes import AMBULANCE, DAY, FLAG, KIND, MONTH, ROLE, STATUS, TOXICOLOGY
from seed.ledger import NONE
from seed.orders import LAST_DAY
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import Draws, World, recorded_after

_LATE_REPORTS = ("19C", "20A", "11A", "8U", "8L")
NO_PLACE, NO_TIME, NO_TEXT, NO_FLAG = 0.02, 0.012, 0.4, 0.015
ROUGH_DAY, ROUGH_MONTH = 0.03, 0.008


def finish_events(world: World) -> None:
    """Fill what the stages left open, over all rows together: nothing but what happened marks a planted case."""
    fresh = world.draws("finish")
    _reports(world, fresh)
    _outcomes(world, fresh)
    _texts(world, fresh)
    _leave_out(world, fresh)
    _deaths(world, fresh)
    _involvements(world, fresh)


def _reports(world: World, fresh: Draws) -> None:
    events = world.book.events.columns()
    count = events["start"].size
    until = np.maximum(events["start"], events["end"])
    late = np.isin(events["offence"], [rates.OFFENCE[code] for code in _LATE_REPORTS])
    wait = (
        np.where(late, fresh().exponential(12 * DAY_MINUTES, count), fresh().lognormal(np.log(60), 1.3, count)).astype(
            np.int64
        )
        + 1
    )
    reported = np.where(events["reported"] == NONE, until + wait, events["reported"])
    events["reported"][:] = np.minimum(np.maximum(reported, until), EXTRACTED_MINUTE - 2 * DAY_MINUTES)
    # What is not over by the time it is told cannot be: clip the few at the end of the years covered.
    for name in ("start", "end"):
        events[name][:] = np.minimum(events[name], events["reported"])
    events["recorded"][:] = recorded_after(fresh, events["reported"])
    # Nothing is written down before what it points to, so that a replay by day never waits.
    linked = events["linked"] != NONE
    events["recorded"][linked] = np.maximum(events["recorded"][linked], events["recorded"][events["linked"][linked]])
    deaths = world.book.deaths.columns()
    part = deaths["incident"] != NONE
    event, incident = deaths["event"][part], deaths["incident"][part]
    events["recorded"][event] = np.maximum(events["recorded"][event], events["recorded"][incident])
    own = events["same"] == NONE
    events["same"][own] = np.flatnonzero(own)


def _outcomes(world: World, fresh: Draws) -> None:
    events, involved = world.book.events.columns(), world.book.involvements.columns()
    suspected = np.zeros(events["start"].size, dtype=np.bool_)
    suspected[involved["event"][involved["role"] == ROLE["suspect"]]] = True
    crime = np.flatnonzero((events["kind"] == KIND["crime"]) & (events["outcome"] == NONE))
    abuse = (events["flags"][crime] & FLAG.bit("domestic_abuse")) > 0
    for chosen, table in (
        (suspected[crime] & abuse, rates.ABUSE_OUTCOMES),
        (suspected[crime] & ~abuse, rates.SUSPECT_OUTCOMES),
        (~suspected[crime], rates.NO_SUSPECT_OUTCOMES),
    ):
        rows = crime[chosen]
        codes = np.append(np.array(list(table), dtype=np.int64), NONE)
        shares = np.cumsum([*table.values()])
        outcome = codes[np.searchsorted(shares, fresh().random(rows.size), side="right")]
        at_once = fresh().random(rows.size) < 0.6
        closing = np.where(at_once, 0.0, fresh().exponential(12, rows.size))
        wait = np.where(outcome == 18, closing, fresh().gamma(2.0, 26.0, rows.size)).astype(np.int64)
        day = events["reported"][rows] // DAY_MINUTES + wait
        open_still = (day >= LAST_DAY - 1) | (outcome == NONE)
        events["outcome"][rows] = np.where(open_still, NONE, outcome)
        events["outcome_day"][rows] = np.where(open_still, NONE, day)
    # Screened out on the spot, a crime is sent once; else it is sent open, and again with its outcome.
    done = np.flatnonzero((events["outcome"] != NONE) & (events["outcome_day"] * DAY_MINUTES > events["recorded"]))
    told = np.maximum(
        events["recorded"][done] + 60,
        events["outcome_day"][done] * DAY_MINUTES + fresh().integers(500, 2000, done.size),
    )
    late = told >= EXTRACTED_MINUTE
    events["updated"][done[~late]] = told[~late]
    events["outcome"][done[late]] = NONE
    events["outcome_day"][done[late]] = NONE


def _texts(world: World, fresh: Draws) -> None:
    events, book = world.book.events.columns(), world.book
    kinds = [*[(KIND[word], word) for word in KIND.words if word in words.SUMMARIES]]
    draw = fresh().random(events["start"].size)
    choice = fresh().random(events["start"].size)
    for number, word in kinds:
        own = (events["kind"] == number) & (events["text"] == NONE) & (draw >= NO_TEXT)
        abuse = own & ((events["flags"] & FLAG.bit("domestic_abuse")) > 0) & (number != KIND["arrest"])
        for rows, name in ((own & ~abuse, word), (abuse, "abuse")):
            pool = np.array([book.text(text) for text in words.SUMMARIES[name]])
            events["text"][rows] = pool[(choice[rows] * pool.size).astype(np.int64)]


def _leave_out(world: World, fresh: Draws) -> None:
    """Blank fields as clerks do; what a planted truth rests on (`keep`) stays, which is too few rows to tell by."""
    events = world.book.events.columns()
    count = events["start"].size
    free = events["keep"] == 0
    death = events["kind"] == KIND["death"]
    events["place"][free & (fresh().random(count) < NO_PLACE)] = NONE
    draw = fresh().random(count)
    exact = (events["precision"] == 0) & ~death
    events["precision"][exact & (draw < ROUGH_DAY)] = DAY
    events["precision"][exact & free & (draw >= ROUGH_DAY) & (draw < ROUGH_DAY + ROUGH_MONTH)] = MONTH
    unknown = exact & free & (draw > 1 - NO_TIME)
    events["start"][unknown] = NONE
    events["end"][unknown] = NONE
    for name in ("domestic_abuse", "alcohol", "mental_health"):
        forgotten = free & (fresh().random(count) < NO_FLAG)
        events["flags"][forgotten] &= ~FLAG.bit(name)


def _deaths(world: World, fresh: Draws) -> None:
    """Decide which deaths were sent again when toxicology came back."""
    events, deaths = world.book.events.columns(), world.book.deaths.columns()
    rows = np.flatnonzero((deaths["toxicology"] == TOXICOLOGY["returned"]) & (deaths["near_miss"] == 0))
    event = deaths["event"][rows]
    back = events["end"][event] + (fresh().normal(55, 15, rows.size).clip(14, 120) * DAY_MINUTES).astype(np.int64)
    back = np.maximum(back, events["recorded"][event] + DAY_MINUTES)
    early = back < EXTRACTED_MINUTE - 2
    deaths["updated"][rows[early]] = back[early]
    # Back only after the extract was made: not back yet.
    deaths["toxicology"][rows[~early]] = TOXICOLOGY["requested"]
    late = np.flatnonzero(deaths["closed_day"] != NONE)
    closed = deaths["closed_day"][late] * DAY_MINUTES
    known = np.where(
        deaths["updated"][late] == NONE, events["recorded"][deaths["event"][late]], deaths["updated"][late]
    )
    # The row that holds the closing was written after it; where there is none such, the death is still open.
    once = deaths["updated"][late] == NONE
    again = np.where(once & (closed > known), closed + 600, NONE)
    deaths["updated"][late] = np.where(again != NONE, np.minimum(again, EXTRACTED_MINUTE - 1), deaths["updated"][late])
    deaths["closed_day"][late] = np.where(~once & (closed > known), NONE, deaths["closed_day"][late])


def _involvements(world: World, fresh: Draws) -> None:
    events, involved = world.book.events.columns(), world.book.involvements.columns()
    event = involved["event"]
    count = event.size
    base = events["recorded"][event]
    # An involvement is linked with its event, or days later when somebody reads the statement.
    lag = np.where(fresh().random(count) < 0.06, fresh().exponential(6 * DAY_MINUTES, count), 0).astype(np.int64)
    involved["recorded"][:] = np.minimum(base + lag, EXTRACTED_MINUTE - 1)
    suspects = np.flatnonzero((involved["role"] == ROLE["suspect"]) & (involved["status"] == NONE))
    outcome = events["outcome"][event[suspects]]
    arrest = events["kind"][event[suspects]] == KIND["arrest"]
    draw = fresh().random(suspects.size)
    charged = np.where(draw < 0.62, STATUS["charged"], np.where(draw < 0.72, STATUS["remanded"], STATUS["convicted"]))
    still = np.where(
        draw < 0.5,
        STATUS["named"],
        np.where(
            draw < 0.68,
            STATUS["arrested"],
            np.where(draw < 0.8, STATUS["bailed"], np.where(draw < 0.85, STATUS["wanted"], NONE)),
        ),
    )
    ended = np.where(draw < 0.75, STATUS["no_further_action"], STATUS["named"])
    cautioned = np.where(draw < 0.85, STATUS["cautioned"], NONE)
    status = np.select(
        [arrest, outcome == 1, np.isin(outcome, [2, 3]), np.isin(outcome, [8, 14, 15, 16, 18, 20])],
        [np.full(draw.size, STATUS["arrested"]), charged, cautioned, ended],
        still,
    )
    involved["status"][suspects] = status
    known_day = np.where(
        outcome != NONE, events["outcome_day"][event[suspects]], events["reported"][event[suspects]] // DAY_MINUTES
    )
    involved["status_day"][suspects] = np.where(
        (status != NONE) & (fresh().random(suspects.size) < 0.6), known_day, NONE
    )
    # named, then arrested, then charged: the status of now is a later version of the row.
    now = (
        np.isin(
            status, [STATUS[word] for word in ("charged", "remanded", "convicted", "cautioned", "no_further_action")]
        )
        & ~arrest
    )
    told = np.maximum(
        involved["recorded"][suspects] + 30, known_day * DAY_MINUTES + fresh().integers(400, 1400, suspects.size)
    )
    moved = now & (told < EXTRACTED_MINUTE)
    involved["updated"][suspects] = np.where(moved, told, NONE)
    involved["was_status"][suspects] = np.where(
        fresh().random(suspects.size) < 0.5, STATUS["named"], STATUS["arrested"]
    )
    anonymous = events["source"][event] == AMBULANCE
    if np.any(anonymous):
        raise ValueError("a person was tied to an event of an anonymous source")
