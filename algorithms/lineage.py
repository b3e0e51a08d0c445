"""What became of groups between two runs: the same, grown, shrunk, merged, split, born, gone; ids go with members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What became of one group. id: under which it goes on, or went until now; what: born, same, grew, shrank, changed,
    merged, split or ended; joined, left: members; others: ids it merged with, split from, or went into.
    """

    id: str
    what: str
    members: frozenset[str]
    joined: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


def follow(before: Mapping[str, frozenset[str]], now: Sequence[frozenset[str]], new_id: str = "{}") -> list[Step]:
    """Return a step for each group of now, and for each of before that ended, in order of id.

    A group of now takes the id of the group of before with which it shares most members, the largest overlap first; an
    id goes to one group alone. A group without an id gets new_id with its smallest member. Order does not matter.
    """
    owner: dict[str, list[tuple[str, int]]] = {}
    for id_, members in before.items():
        for member in members:
            owner.setdefault(member, []).append((id_, len(members)))
    overlaps: dict[tuple[int, str], int] = {}
    for number, group in enumerate(now):
        for member in group:
            for id_, _ in owner.get(member, ()):
                overlaps[(number, id_)] = overlaps.get((number, id_), 0) + 1
    order = sorted(overlaps, key=lambda key: (-overlaps[key], -len(now[key[0]]), key[1], min(now[key[0]])))
    taken: dict[int, str] = {}
    for number, id_ in order:
        if number not in taken and id_ not in taken.values():
            taken[number] = id_
    steps = [_step(number, group, taken, overlaps, before, new_id) for number, group in enumerate(now)]
    into: dict[str, list[str]] = {}
    for (number, id_), _ in overlaps.items():
        into.setdefault(id_, []).append(steps[number].id)
    ended = [
        Step(
            id_,
            "merged" if id_ in into else "ended",
            before[id_],
            frozenset(),
            before[id_],
            tuple(sorted(into.get(id_, ()))),
        )
        for id_ in before
        if id_ not in taken.values()
    ]
    return sorted([*steps, *ended], key=lambda step: step.id)


def _step(
    number: int,
    group: frozenset[str],
    taken: Mapping[int, str],
    overlaps: Mapping[tuple[int, str], int],
    before: Mapping[str, frozenset[str]],
    new_id: str,
) -> Step:
    sources = tuple(sorted(id_ for at, id_ in overlaps if at == number))
    id_ = taken.get(number)
    if id_ is None:
        fresh = (new_id.format(member) for member in sorted(group))
        # A part that went off may hold the member that its former group is called after.
        free = next((name for name in fresh if name not in before), new_id.format(f"{min(group)} again"))
        return Step(free, "split" if sources else "born", group, group, frozenset(), sources)
    joined, left = group - before[id_], before[id_] - group
    others = tuple(source for source in sources if source != id_)
    if others:
        what = "merged"
    elif joined and left:
        what = "changed"
    elif joined:
        what = "grew"
    else:
        what = "shrank" if left else "same"
    return Step(id_, what, group, frozenset(joined), frozenset(left), others)
