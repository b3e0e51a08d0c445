"""Communities as they are shown: with names, and with what is worth a look in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.connection import Connection
from queries.communities import Community, get_community, list_communities


@dataclass(frozen=True)
class CommunityView:
    """One community in words. people: id and name; bridge, joined_by, step_up: empty where there is nothing."""

    id: str
    state: str
    size: int
    born_on: date
    changed_on: date
    ended_on: date | None
    step_up: str
    joined_by: str
    bridge: str
    worth_a_look: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    history: tuple[dict[str, Any], ...]


def communities_to_show(connection: Connection, *, ended: bool = False, every: bool = False) -> list[CommunityView]:
    """Return the communities, those worth a look first. ended: also those that are over; every: also the others."""
    found = list_communities(connection, ended=ended, worth_a_look=not every)
    names = _names(connection, [member for one in found for member in one.members])
    return [_view(one, names) for one in found]


def community_to_show(connection: Connection, id_: str) -> CommunityView:
    """Return one community. Raises ThroughlineError when there is none with this id."""
    one = get_community(connection, id_)
    return _view(one, _names(connection, list(one.members)))


def _names(connection: Connection, ids: list[str]) -> dict[str, str]:
    rows = connection.read("UNWIND $ids AS id MATCH (p:Person {id: id}) RETURN id, p.name AS name", ids=ids)
    return {row["id"]: row["name"] or "a person without a name" for row in rows}


def _view(one: Community, names: dict[str, str]) -> CommunityView:
    # Whose records were withdrawn since the last look is in no list.
    bridge = f"{names[one.bridge]} ({one.bridge})" if one.bridge in names else ""
    because = []
    if one.step_up:
        because.append(f"{one.step_up}.")
    if one.joined_by:
        because.append(f"two communities became this one; the newest event they share is {one.joined_by}.")
    if bridge:
        because.append(f"without {bridge} it would fall into two parts.")
    return CommunityView(
        one.id,
        one.state,
        one.size,
        one.born_on,
        one.changed_on,
        one.ended_on,
        one.step_up or "",
        one.joined_by or "",
        bridge,
        tuple(because),
        tuple((member, names[member]) for member in one.members if member in names),
        one.history,
    )
