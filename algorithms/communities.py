"""Communities of people: who hangs together by what they share, weighted by how few others share it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import networkx as nx
import pandas as pd

# What more people than this share connects nobody: a hub (count).
MOST_SHARING = 8
# Fewer than this are a pair or a single person, no community (count).
FEWEST = 3
# Two people belong together when their tie weighs more than this times the product of all ties of each (as in Leiden's
# resolution, but for every size of graph: gamma is it times the sum of weights). Higher gives smaller communities.
DENSITY = 0.02

# Positions of both ends and weights of links, resolution -> the community of each position that has one.
Grouping = Callable[[pd.DataFrame, float], dict[int, int]]


@dataclass(frozen=True)
class Regrouped:
    """groups: communities of at least FEWEST people; kept: ids of communities that nothing touched, so that they were
    not decided anew; marks: fingerprint of the ties of each group, by its smallest member.
    """

    groups: list[frozenset[str]]
    kept: frozenset[str]
    marks: dict[str, str]


def project(shared: pd.DataFrame, relations: pd.DataFrame, *, most_sharing: int = MOST_SHARING) -> pd.DataFrame:
    """Return ties between people: columns a, b (str, a < b), weight (float); sorted.

    shared: columns person, thing (str): who takes part in, lives at or uses what. relations: columns a, b. What d
    people share gives each pair of them 1 / (d - 1), and nothing where d is over most_sharing; a relation gives 1.
    Raises ValueError if a column is missing or most_sharing < 2.
    Source: Newman 2001, Phys. Rev. E 64, 016132 (weight of shared membership).
    """
    if most_sharing < 2:
        raise ValueError(f"most_sharing is {most_sharing}; it takes two to share")
    for frame, columns in ((shared, {"person", "thing"}), (relations, {"a", "b"})):
        if missing := columns - set(frame.columns):
            raise ValueError(f"no column {', '.join(sorted(missing))}")
    own = shared[["person", "thing"]].drop_duplicates()
    degree = own.groupby("thing")["person"].transform("size")
    own = own.assign(weight=1.0 / (degree - 1).clip(lower=1))[(degree >= 2) & (degree <= most_sharing)]
    pairs = own.merge(own[["person", "thing"]], on="thing")
    pairs = pairs[pairs["person_x"] < pairs["person_y"]].rename(columns={"person_x": "a", "person_y": "b"})
    low, high = relations[["a", "b"]].min(axis=1), relations[["a", "b"]].max(axis=1)
    told = pd.DataFrame({"a": low, "b": high, "weight": 1.0})[low != high].drop_duplicates()
    ties = pd.concat([pairs[["a", "b", "weight"]], told])
    found = ties.groupby(["a", "b"], as_index=False, sort=True)["weight"].sum()
    found["weight"] = found["weight"].astype("float64").round(9)
    return pd.DataFrame(found)


def regroup(
    ties: pd.DataFrame,
    before: Mapping[str, Collection[str]],
    marks: Mapping[str, str],
    grouping: Grouping,
    *,
    density: float = DENSITY,
) -> Regrouped:
    """Return the communities, deciding anew only those of which a tie changed, and people who were in none.

    ties: as project returns them. before: id -> members until now, and marks: id -> fingerprint of their ties; empty
    for a first time or to decide about everybody. A community whose people have the ties that they had keeps its
    members exactly, whatever changed elsewhere: that is the warm start. (Leiden's own, a seed
    property, was measured and left out: of 1,734 people it put 720 into one community that did not hang together.)
    """
    now = _marks(ties, before)
    kept = frozenset(id_ for id_ in before if id_ in marks and now[id_] == marks[id_])
    settled = {member for id_ in kept for member in before[id_]}
    open_ties = ties[~ties["a"].isin(settled) & ~ties["b"].isin(settled)]
    groups = [frozenset(before[id_]) for id_ in sorted(kept)]
    groups += _decide(open_ties, grouping, density)
    groups.sort(key=min)
    return Regrouped(groups, kept, _marks(ties, {min(group): group for group in groups}))


def _decide(ties: pd.DataFrame, grouping: Grouping, density: float) -> list[frozenset[str]]:
    if ties.empty:
        return []
    people = sorted({*ties["a"], *ties["b"]})
    position = {person: at for at, person in enumerate(people)}
    links = pd.DataFrame(
        {"a": ties["a"].map(position).astype(int), "b": ties["b"].map(position).astype(int), "weight": ties["weight"]}
    )
    # Leiden divides its resolution by the weight of what it is given; a part has to be judged as the whole would be.
    found = grouping(links, density * float(links["weight"].sum()))
    groups: dict[int, set[str]] = {}
    for at, number in found.items():
        groups.setdefault(number, set()).add(people[at])
    return [frozenset(group) for group in groups.values() if len(group) >= FEWEST]


def _marks(ties: pd.DataFrame, groups: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return a fingerprint of each group's members and of every tie of theirs, inside and outwards."""
    owner = {member: id_ for id_, members in groups.items() for member in members}
    lines: dict[str, list[str]] = {id_: sorted(members) for id_, members in groups.items()}
    for a, b, weight in zip(ties["a"], ties["b"], ties["weight"], strict=True):
        for id_ in {owner.get(a), owner.get(b)} - {None}:
            lines[str(id_)].append(f"{a}|{b}|{weight:.6f}")
    return {id_: hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16] for id_, parts in lines.items()}


def bridge(ties: pd.DataFrame, members: Collection[str]) -> str | None:
    """Return the person without whom a community falls into two parts of at least two people each, or None.

    Of several, the one whose loss leaves the smaller part largest; then the one first by id.
    """
    own = set(members)
    inside = ties[ties["a"].isin(own) & ties["b"].isin(own)]
    graph = nx.Graph(zip(inside["a"], inside["b"], strict=True))
    best: tuple[int, str] | None = None
    for person in sorted(nx.articulation_points(graph)):
        rest = graph.subgraph(set(graph) - {person})
        parts = sorted((len(part) for part in nx.connected_components(rest)), reverse=True)
        if parts[1] >= 2 and (best is None or parts[1] > best[0]):
            best = (parts[1], person)
    return None if best is None else best[1]


def steps_up(events: pd.DataFrame, as_of_day: int, *, recent_days: int = 90) -> dict[str, str]:
    """Return community -> in words how harm or breaches rose in the last days, of those where they did.

    events: columns community (str), day (days since 1970), harm (CCHI days, or missing), breach (bool), of one year.
    Harm steps up when the gravest event of the last recent_days is at least five times the gravest of the days before
    and at least 10 (never by summed harm: many small things are no step); breaches when there are more of them.
    """
    said: dict[str, str] = {}
    for community, own in events.groupby("community"):
        late = own["day"] > as_of_day - recent_days
        parts = []
        harm = pd.to_numeric(own["harm"]).astype("float64").fillna(1.0)
        now, then = harm[late].max(), harm[~late].max()
        if late.any() and (~late).any() and now >= 10 and now >= 5 * then:
            parts.append(f"gravest event {now:g} harm-days, before {then:g}")
        breaches, earlier = int(own["breach"][late].sum()), int(own["breach"][~late].sum())
        if breaches > earlier:
            parts.append(f"{breaches} breach{'es' if breaches > 1 else ''} in {recent_days} days, {earlier} before")
        if parts:
            said[str(community)] = "; ".join(parts)
    return said
