"""Everything a screen or a command may ask or do. Screens and commands hold no Cypher."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from algorithms.place_monitoring import Monitoring
from graph import ledger
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.frames import native
from graph.ledger import Decision
from graph.reader import cypher
from graph.settings import settings
from queries import findings as found
from queries.findings import Finding
from queries.rule import Rule, load_rules
from queries.series import SERIES
from ui import monitoring_service
from ui.session import connect
from ui.words import day_in_words, event_in_words, in_words, label_in_words, order_in_words, place_in_words

# The ring around a finding's own nodes; more than this and a chart is a hairball.
MOST_AROUND = 60


@dataclass(frozen=True)
class EvidenceRecord:
    """One record that a finding rests on, in words. people: `name - role`; event: the event it is a record of."""

    id: str
    label: str
    what: str
    when: str
    where: str
    summary: str
    source: str
    people: list[str]
    event: str = ""


@dataclass(frozen=True)
class ChartNode:
    """One node of a link chart. day: days since 1970-01-01, of events whose day is known."""

    id: str
    label: str
    kind: str
    caption: str
    detail: str
    day: int | None
    core: bool


@dataclass(frozen=True)
class ChartEdge:
    """One relationship of a link chart. basis: recorded or inferred."""

    id: str
    start: str
    end: str
    type: str
    caption: str
    basis: str


@dataclass(frozen=True)
class Chart:
    """A finding's link chart. left_out: how many neighbours are not shown."""

    nodes: list[ChartNode]
    edges: list[ChartEdge]
    left_out: int


@dataclass(frozen=True)
class FindingView:
    """All that a finding's page shows. rule: None when its file is gone."""

    finding: Finding
    rule: Rule | None
    records: list[EvidenceRecord]
    chart: Chart
    decisions: list[Decision]


@dataclass(frozen=True)
class Feed:
    """One source: how fresh it is and how much it brought."""

    source: str
    title: str | None
    agency: str | None
    handling: str | None
    extracted_at: datetime | None
    incidents: int
    deaths: int
    rejected: int


class Service:
    """What one person may ask of one database. actor: the name that decisions carry."""

    def __init__(self, connection: Connection, actor: str) -> None:
        self._connection = connection
        self.actor = actor

    def findings(
        self, status: str | None = None, rule: str | None = None, limit: int | None = None, active: bool | None = True
    ) -> list[Finding]:
        """Return findings, strongest first; active None: also those that no longer fire."""
        return found.list_findings(self._connection, status=status, rule=rule, limit=limit, active=active)

    def status_counts(self) -> dict[str, int]:
        """Return how many findings stand at each status."""
        counts: dict[str, int] = {}
        for finding in self.findings(active=None):
            counts[finding.status] = counts.get(finding.status, 0) + 1
        return counts

    def series(self, *, active: bool | None = True, limit: int | None = None) -> list[Finding]:
        """Return the series of deaths that may be linked, strongest first. active: None also those that are no more."""
        listed = found.list_findings(self._connection, rule=SERIES.id, active=active)
        return sorted(listed, key=lambda one: (not one.active, one.columns["rank"], one.id))[:limit]

    def one_series(self, id_: str) -> Finding:
        """Return one series, by the finding's id or the series' own. Raises ThroughlineError when there is none."""
        for finding in self.series(active=None):
            if id_ in (finding.id, finding.columns["series"]):
                return finding
        raise ThroughlineError(f"there is no series {id_}: `throughline series list` shows their ids")

    def finding(self, id_: str) -> FindingView:
        """Return all that a finding's page shows. Raises ThroughlineError for an unknown id."""
        finding = found.get_finding(self._connection, id_)
        return FindingView(
            finding,
            (load_rules() | {SERIES.id: SERIES}).get(finding.rule),
            self._records(finding.id),
            self._chart(finding.id),
            ledger.decisions(self._connection, finding.id),
        )

    def decide(
        self,
        finding_id: str,
        kind: str,
        reason: str,
        owner: str | None = None,
        due_on: date | None = None,
        until_on: date | None = None,
    ) -> Decision:
        """Record a decision under the actor's name. Raises ThroughlineError for what cannot be decided so."""
        return ledger.record_decision(
            self._connection,
            finding_id,
            kind,
            reason=reason,
            by=self.actor,
            owner=owner,
            due_on=due_on,
            until_on=until_on,
        )

    def rules(self) -> list[Rule]:
        """Return every rule and what stands for the series, by pack and id."""
        return sorted((load_rules() | {SERIES.id: SERIES}).values(), key=lambda rule: (rule.pack, rule.id))

    def places(self) -> Monitoring:
        """Return the watched places beside their past and their peers. Takes seconds: keep it while `data_state` lasts.

        Raises ThroughlineError when there is no place to watch, or too little past to compare with.
        """
        return monitoring_service.monitoring(self._connection)

    def data_state(self) -> str:
        """Return a word for what the graph was made from: it changes with each load, withdrawal and judgement."""
        return json.dumps(self._connection.read(cypher("data_state"))[0], sort_keys=True)

    def freshness(self) -> list[Feed]:
        """Return the sources, the one that is longest silent first."""
        return [
            Feed(**{name: native(value) for name, value in row.items()})
            for row in self._connection.read(cypher("feeds"))
        ]

    def _records(self, finding_id: str) -> list[EvidenceRecord]:
        events = self._connection.read(cypher("evidence_events"), id=finding_id)
        others = self._connection.read(cypher("evidence_others"), id=finding_id)
        return [
            EvidenceRecord(
                id=row["event"]["id"],
                label=label_in_words(row["labels"]),
                what=event_in_words(row["event"], row["labels"]),
                when=day_in_words(row["event"]),
                where=place_in_words(row["place"]),
                summary=row["event"].get("summary") or "",
                source=row["event"].get("source") or "",
                people=[_person_in_words(person) for person in row["people"]],
                event=row["event"].get("event_id") or row["event"]["id"],
            )
            for row in events
        ] + [
            EvidenceRecord(
                id=row["node"]["id"],
                label=label_in_words(row["labels"]),
                what=_caption(row["node"], row["labels"]),
                when=order_in_words(row["node"]) if "ProtectiveOrder" in row["labels"] else "",
                where=place_in_words(row["node"]) if "Location" in row["labels"] else "",
                summary=", ".join(row["node"].get("nominal_ids", [])),
                source=row["node"].get("source") or "",
                people=[],
            )
            for row in others
        ]

    def _chart(self, finding_id: str) -> Chart:
        rows = self._connection.read(cypher("chart_nodes"), id=finding_id, most=MOST_AROUND)
        nodes = [
            ChartNode(
                id=row["id"],
                label=label_in_words(row["labels"]),
                kind=str(
                    row["node"].get("kind") or row["node"].get("order_type") or row["node"].get("place_type") or ""
                ),
                caption=_caption(row["node"], row["labels"]),
                detail=_detail(row["node"], row["labels"]),
                day=row["node"].get("occurred_day"),
                core=row["core"],
            )
            for row in rows
        ]
        edges = [
            ChartEdge(
                id=f"{row['start']}|{row['type']}|{row['end']}|{row['edge'].get('key', '')}",
                start=row["start"],
                end=row["end"],
                type=row["type"],
                caption=_edge_caption(row["type"], row["edge"]),
                basis=_basis(row["type"], row["edge"]),
            )
            for row in self._connection.read(cypher("chart_edges"), ids=[node.id for node in nodes])
        ]
        around = rows[0]["around"] if rows else 0
        return Chart(nodes, edges, max(0, around - MOST_AROUND))


def open_service() -> Service:
    """Return the service of this process's database and user."""
    return Service(connect(), settings().user)


def _caption(node: dict[str, Any], labels: list[str]) -> str:
    if "Person" in labels:
        return str(node.get("name") or "unnamed")
    if "Incident" in labels:
        return event_in_words(node, labels)
    if "Location" in labels:
        return place_in_words(node)
    if "ProtectiveOrder" in labels:
        return in_words(str(node.get("order_type") or "order"))
    return str(node.get("identifier") or node.get("name") or node["id"])


def _detail(node: dict[str, Any], labels: list[str]) -> str:
    if "Incident" in labels:
        return day_in_words(node)
    if "Person" in labels:
        count = int(node.get("nominal_count") or 0)
        return f"{count} record{'' if count == 1 else 's'}"
    if "ProtectiveOrder" in labels:
        return order_in_words(node)
    return in_words(str(node.get("place_type") or ""))


def _edge_caption(name: str, edge: dict[str, Any]) -> str:
    words = edge.get("relation") or edge.get("part")
    text = in_words(str(words or name))
    return f"{text} ({in_words(edge['status'])})" if edge.get("status") else text


def _basis(name: str, edge: dict[str, Any]) -> str:
    if name == "SAME_EVENT" or edge.get("through_incident") or (edge.get("probability") or 1.0) < 1.0:
        return "inferred"
    return "recorded"


def _person_in_words(person: dict[str, Any]) -> str:
    role = in_words(person["role"])
    status = f" ({in_words(person['status'])})" if person.get("status") else ""
    return f"{person['name'] or 'unnamed'} - {role}{status}"
