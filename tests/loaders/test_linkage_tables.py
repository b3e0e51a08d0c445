"""Linkage straight from extracts: what is recorded twice is one event, whichever records a clerk wrote again."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.linkage_history import all_versions, as_known
from loaders.linkage_tables import checked_tables, from_tables
from queries.series import link_deaths
from seed.sizes import SIZES, scaled
from seed.world import generate

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """A small seed world's checked tables, all sources together."""
    size = replace(scaled(SIZES["small"], 600, 150), planted=2)
    return checked_tables(generate(tmp_path_factory.mktemp("world") / "w", size=size, seed=31).extracts)


def again(id_: str) -> str:
    source, _, ref = id_.partition(":")
    return f"{source}:{ref}-again"


def slip(name: object) -> object:
    """Return a name as another clerk types it: two letters the wrong way round."""
    return f"{name[0]}{name[2]}{name[1]}{name[3:]}" if isinstance(name, str) and len(name) > 3 else name


def recorded_twice(tables: Tables, table: str, picked: list[str]) -> Tables:
    """Return the tables with these events written a second time: other refs, a day later, slips in the names."""
    later = pd.Timedelta(days=1)
    events = tables[table]
    rows = events[events["id"].isin(picked)]
    involved = tables["involvements"][tables["involvements"]["event_ref"].isin(picked)]
    refs = set(involved["person_ref"]) | set(rows.get("person_ref", pd.Series(dtype=object)).dropna())
    people = tables["people"][tables["people"]["id"].isin(refs)]
    own = set(people["id"])

    def new(ref: object) -> object:
        return again(str(ref)) if ref in own else ref

    copies = rows.assign(id=rows["id"].map(again), recorded_at=rows["recorded_at"] + later)
    if "person_ref" in copies:
        copies["person_ref"] = copies["person_ref"].map(new)
    met = people.assign(
        id=people["id"].map(again),
        family_name=people["family_name"].map(slip),
        recorded_at=people["recorded_at"] + later,
    )
    named = involved.assign(
        event_ref=involved["event_ref"].map(again),
        person_ref=involved["person_ref"].map(new),
        key=involved["key"] + "-again",
    )
    added = {table: copies, "people": met, "involvements": named}
    return tables | {name: pd.concat([tables[name], frame], ignore_index=True) for name, frame in added.items()}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.parametrize(("table", "what"), [("deaths", "deaths"), ("incidents", "crimes")])
def test_an_event_recorded_twice_is_never_a_pair_or_a_series(
    tables: Tables, table: str, what: str, data: st.DataObject
) -> None:
    events = tables[table]
    if what == "crimes":
        # A crime of which nobody is known and nothing but the street cannot be told from the one next door.
        told = tables["involvements"].groupby("event_ref").size()
        events = events[(events["kind"] == "crime") & (events["id"].map(told).fillna(0) >= 2)]
        # Known only to a day, two alike may be two: such a pair is left to a person to say.
        events = events[events["occurred_from"].notna() & events["occurred_from_latest"].isna()]
    else:
        events = events[events["person_ref"].notna() & ~events["near_miss"].fillna(False).astype(bool)]
    picked = data.draw(st.lists(st.sampled_from(sorted(events["id"])), min_size=1, max_size=12, unique=True))
    before = set(from_tables(tables, what=what).frames.ids)
    twice = from_tables(recorded_twice(tables, table, picked), what=what).frames
    # As many events as before: every copy was taken for what it is a copy of.
    assert len(set(twice.ids)) == len(before)
    if what == "deaths":
        for series in link_deaths(twice, chance=False).series:
            names = {str(twice.ids[at]).removesuffix("-again") for at in series.members}
            assert len(names) == len(series.members)


def test_the_tables_of_a_past_day_hold_what_was_known_then(tmp_path: Path) -> None:
    extracts = generate(tmp_path / "w", size=scaled(SIZES["small"], 300, 40), seed=3).extracts
    versions = all_versions(extracts)
    days = versions["deaths"]["recorded_at"].dt.date
    middle = days.sort_values().iloc[len(days) // 2]
    then = as_known(versions, middle)
    assert (then["deaths"]["recorded_at"].dt.date <= middle).all()
    assert then["deaths"]["id"].is_unique
    assert 0 < len(then["deaths"]) < len(as_known(versions, days.max())["deaths"])
