"""The packed index of keys, and the counts of a population: what goes in comes out, and who shares a key is found."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.people.blocking import MAX_BLOCK, NEIGHBOURS
from loaders.people.key_index import Part, join_parts, parts_of, sharing
from loaders.people.population import Counts, Population
from loaders.people.scoring import workspace
from tests.loaders.made_people import made_people

JO = {"given_name": "Joanna", "family_name": "Fenwright", "date_of_birth": date(1987, 3, 9)}


def index(*records: dict[str, Any]) -> tuple[list[str], list[Part], Any]:
    """Return ids, parts and keys of records with ids a:0, a:1, ..."""
    nominals = pd.DataFrame([{"id": f"a:{i:04d}", **record} for i, record in enumerate(records)])
    with workspace(nominals) as space:
        keys = space.keys()
    return nominals["id"].tolist(), parts_of(nominals["id"].tolist(), keys), keys


def test_a_part_comes_back_from_text_as_it_went_in() -> None:
    _, (part,), _ = index(JO, {}, {**JO, "phone": ["07700900123"]})
    again = Part.read(**part.document())
    assert again.ids == part.ids == ("a:0000", "a:0001", "a:0002")
    for name in ("counts", "keys", "places"):
        assert getattr(again, name).tolist() == getattr(part, name).tolist()
    assert part.counts[1] == 0


def test_a_part_without_some_keeps_the_keys_of_the_others() -> None:
    _, (part,), _ = index(JO, {"given_name": "Otto", "family_name": "Marlby"}, JO)
    kept = part.without({"a:0001"})
    assert kept.ids == ("a:0000", "a:0002")
    assert kept.keys.tolist() == [*part.keys[: part.counts[0]], *part.keys[part.counts[0] + part.counts[1] :]]


def test_of_a_record_in_two_parts_the_last_holds() -> None:
    _, (before,), _ = index(JO)
    _, (after,), keys = index({"given_name": "Otto", "family_name": "Marlby"})
    assert join_parts([before, after]).keys.tolist() == after.keys.tolist()
    _, _, jo = index(JO)
    assert sharing([before], [set()], jo) == {"a:0000"}
    assert sharing([before, after], [{"a:0000"}, set()], jo) == set()
    assert sharing([before, after], [{"a:0000"}, set()], keys) == {"a:0000"}


def test_in_a_large_block_only_near_neighbours_are_found() -> None:
    crowd = [{"given_name": "Jo", "family_name": "Fen", "postcode": f"ZA{i:03d} 1AA"} for i in range(4 * MAX_BLOCK)]
    _, parts, _ = index(*crowd)
    _, _, keys = index(crowd[2 * MAX_BLOCK])
    found = sharing(parts, [set()] * len(parts), keys)
    assert f"a:{2 * MAX_BLOCK:04d}" in found
    assert len(found) == 4 * NEIGHBOURS


def test_whoever_is_compared_in_a_full_resolution_is_found_by_the_index() -> None:
    nominals, _ = made_people(400, seed=11)
    nominals = nominals.sort_values("id", ignore_index=True)
    new = nominals.sample(12, random_state=1)
    with workspace(nominals) as space:
        space.find_candidates()
        pairs = space.con.execute("SELECT join_key_l, join_key_r FROM candidates").fetchall()
        population, parts = space.measure(nominals), parts_of(nominals["id"].tolist(), space.keys())
    ids, chosen = nominals["id"].tolist(), set(new["id"])
    expected = {ids[other] for pair in pairs for one, other in (pair, pair[::-1]) if ids[one] in chosen}
    with workspace(new, population) as space:
        keys = space.keys()
    assert expected <= sharing(parts, [set()] * len(parts), keys)


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.integers(1, 2**31)), st.lists(st.text(), max_size=5))
def test_counts_are_found_again_by_their_values(values: dict[str, int], others: list[str]) -> None:
    counts = Counts.read(Counts.of(values).document())
    asked = [*values, *others]
    assert counts.look_up(asked, otherwise=0).tolist() == [values.get(value, 0) for value in asked]


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Counts.read(text)


def test_with_its_population_a_pair_weighs_alike_alone_and_among_all() -> None:
    nominals, _ = made_people(300, seed=7)
    with workspace(nominals) as space:
        population = Population.read(space.measure(nominals).document())
    ids = sorted(nominals["id"])[:2]
    weighed = []
    for frame in (nominals, nominals[nominals["id"].isin(ids)]):
        with workspace(frame, population) as space:
            space.con.execute(
                "CREATE TABLE p AS SELECT 0::BIGINT AS join_key_l, 1::BIGINT AS join_key_r, '0' AS match_key"
            )
            compared = space.compare("p")
        weighed.append({name: values.tolist() for name, values in (compared.codes | compared.rarity).items()})
    assert weighed[0] == weighed[1]
