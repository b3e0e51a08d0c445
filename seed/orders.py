"""Protective orders and bail: made after events, served or not, and what a later contact is written down as."""

from __future__ import annotations

import numpy as np

from seed import words
from seed.clock import DAY_MINUTES
from seed.codes import BREACH_RESULT, CONDITION, FLAG, ORDER, PART, SERVICE, STATE
from seed.ledger import NONE, BoolArray, IntArray
from seed.rates import BREACH_RECORDED
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import World

LAST_DAY = EXTRACTED_MINUTE // DAY_MINUTES
# Days from the event to the order, and how long it runs (0: until further order), by type (domain.md 4; bail GK).
_LAG = {"pre_charge_bail": (0, 2), "dvpn": (0, 1), "dvpo": (2, 4), "non_molestation": (5, 30), "restraining": (40, 150),
        "stalking": (20, 60), "dapo": (5, 20), "occupation": (10, 40), "criminal_behaviour": (30, 120),
        "sexual_harm_prevention": (60, 160), "released_under_investigation": (0, 2)}  # fmt: skip
_RUNS = {"pre_charge_bail": (28, 120), "dvpn": (2, 2), "dvpo": (14, 28), "non_molestation": (180, 365),
         "restraining": (365, 1825), "stalking": (730, 1095), "dapo": (180, 720), "occupation": (90, 365),
         "criminal_behaviour": (365, 1095), "sexual_harm_prevention": (1825, 3650),
         "released_under_investigation": (120, 300)}  # fmt: skip
_AT_ONCE = ("pre_charge_bail", "released_under_investigation", "dvpn", "restraining", "criminal_behaviour",
            "sexual_harm_prevention")  # fmt: skip
_UNTIL_FURTHER = {"restraining": 0.3, "stalking": 0.3, "non_molestation": 0.1, "dapo": 0.2}


def binding_days(orders: dict[str, IntArray], chosen: IntArray) -> tuple[IntArray, IntArray]:
    """Return the first and last day on which each order certainly binds; last < first where it never did.

    Not served binds nobody; no end, or until further order, runs past everything.
    """
    starts = np.maximum(
        np.where(orders["starts"] == NONE, orders["made"], orders["starts"])[chosen], orders["served"][chosen]
    )
    ends = np.where(orders["ends"] == NONE, 2**30, orders["ends"])[chosen]
    discharged = orders["discharged"][chosen]
    ends = np.where((discharged != NONE) & (discharged < ends), discharged, ends)
    served = (orders["service"][chosen] == SERVICE["served"]) & (orders["served"][chosen] != NONE)
    return starts, np.where(served, ends, -1)


def add_orders(
    world: World,
    rng: np.random.Generator,
    order_type: str,
    *,
    source: IntArray,
    respondent: IntArray,
    protected: IntArray,
    place: IntArray,
    after_day: IntArray,
    served: BoolArray | None = None,
    zone: BoolArray | None = None,
) -> IntArray:
    """Add orders of one type made after these days, and return their numbers.

    protected: person or NONE. place: the address an order keeps the respondent from, or NONE.
    served, zone: forced where given (planted cases); else drawn.
    """
    count = respondent.size
    low, high = _LAG[order_type]
    made = np.minimum(after_day + rng.integers(low, high + 1, count), LAST_DAY - 1)
    draw = rng.random(count)
    service = np.where(draw < 0.86, SERVICE["served"], np.where(draw < 0.95, SERVICE["not_served"], SERVICE["unknown"]))
    if order_type in _AT_ONCE:
        service = np.where(draw < 0.97, SERVICE["served"], SERVICE["unknown"])
    if served is not None:
        service = np.where(served, SERVICE["served"], service)
    delay = np.zeros(count, np.int64) if order_type in _AT_ONCE else np.minimum(rng.geometric(0.4, count) - 1, 20)
    served_on = np.where(service == SERVICE["served"], np.minimum(made + delay, LAST_DAY - 1), NONE)
    low, high = _RUNS[order_type]
    until = rng.random(count) < _UNTIL_FURTHER.get(order_type, 0.0)
    ends = np.where(until, NONE, made + rng.integers(low, high + 1, count))
    discharged = np.where(
        (rng.random(count) < 0.04) & (served_on != NONE), served_on + rng.integers(5, 90, count), NONE
    )
    discharged = np.where((discharged < LAST_DAY) & ((ends == NONE) | (discharged < ends)), discharged, NONE)
    if served is not None:
        discharged = np.where(served, NONE, discharged)
    conditions = np.full(count, CONDITION.bit("no_contact"))
    for name, share in (("no_attend_address", 0.6), ("no_harassment", 0.5), ("programme", 0.03), ("curfew", 0.04)):
        conditions |= np.where(rng.random(count) < share, CONDITION.bit(name), 0)
    has_zone = (rng.random(count) < 0.25) & (place != NONE)
    if zone is not None:
        has_zone = np.where(zone, True, has_zone) & (place != NONE)
    conditions |= np.where(has_zone, CONDITION.bit("exclusion_zone"), 0)
    told = rng.random(count) < 0.3
    running = (ends == NONE) | (ends >= LAST_DAY)
    recorded = np.minimum((made + 1) * DAY_MINUTES + rng.integers(0, 4 * DAY_MINUTES, count), EXTRACTED_MINUTE - 1)
    orders = world.book.orders.add(
        source=source,
        type=ORDER[order_type],
        person=respondent,
        interim=np.where(rng.random(count) < 0.08, 1, 0),
        made=made,
        service=service,
        served=served_on,
        starts=np.where(rng.random(count) < 0.7, made, NONE),
        ends=ends,
        until=np.where(until, 1, np.where(rng.random(count) < 0.5, 0, NONE)),
        conditions=conditions,
        discharged=discharged,
        review=np.where(rng.random(count) < 0.5, made + rng.integers(20, 60, count), NONE),
        verified=np.where((rng.random(count) < 0.3) & (made + 40 < LAST_DAY), made + rng.integers(5, 40, count), NONE),
        state=np.where(told, np.where(running & (discharged == NONE), STATE["in_force"], STATE["ended"]), NONE),
        state_day=np.where(told, LAST_DAY - 18, NONE),
        notify_by=np.where((order_type == "dapo") & (served_on != NONE), served_on + 3, NONE),
        notified=NONE,
        issuer=rng.integers(0, len(words.ISSUERS), count),
        owner=np.where(rng.random(count) < 0.75, rng.integers(0, len(words.OWNERS), count), NONE),
        recorded=recorded,
    )
    for_someone = protected != NONE
    world.book.order_parties.add(
        order=orders[for_someone], person=protected[for_someone], part=PART["protected"], recorded=recorded[for_someone]
    )
    near = has_zone | ((conditions & CONDITION.bit("no_attend_address") > 0) & (place != NONE))
    radius = np.where(has_zone, rng.choice(np.array([100, 200, 250, 500]), count), NONE)
    world.book.order_places.add(order=orders[near], place=place[near], radius=radius[near], recorded=recorded[near])
    return orders


def record_breaches(world: World, rng: np.random.Generator, events: IntArray, orders: IntArray) -> IntArray:
    """Write down contacts that an order forbids as breaches as often as forces do; return the events left unwritten.

    events, orders: pairs, an event in which the respondent met the protected person while the order bound them.
    """
    written = rng.random(events.size) < BREACH_RECORDED
    columns = world.book.events.columns()
    columns["flags"][events[written]] |= FLAG.bit("order_breach")
    day = columns["start"][events[written]] // DAY_MINUTES
    result = rng.choice(len(BREACH_RESULT), np.count_nonzero(written), p=[0.35, 0.3, 0.15, 0.08, 0.02, 0.1])
    world.book.order_breaches.add(
        event=events[written], order=orders[written], day=day, condition=CONDITION["no_contact"], result=result,
        recorded=np.minimum(columns["start"][events[written]] + 3 * DAY_MINUTES, EXTRACTED_MINUTE - 1),
    )  # fmt: skip
    return events[~written]
