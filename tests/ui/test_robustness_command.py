"""`throughline findings robustness` and `findings why-not`, on a real finding."""

import pytest

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.errors import ThroughlineError
from queries.findings import detect, list_findings
from queries.rule import load_rules
from tests.ui.commands_app import draw, lead_to, run, run_json
from ui.robustness_service import finding_robustness
from ui.why_not_service import why_nothing

# One person, of two records, found one body and called in another.
WORLD = """
    (one:Nominal)-[:IDENTIFIES {probability: 1.0}]->(p:Person {name: 'Isolde Farthingay', nominal_ids: ['one', 'two']})
    (two:Nominal)-[:IDENTIFIES {probability: 0.994}]->(p)
    (p)-[:FOUND {nominal_ids: ['one']}]->(a:Death {occurred_day: 20000})
    (p)-[:REPORTED {nominal_ids: ['two']}]->(b:Death {occurred_day: 20023})
    (c:Person {name: 'Ludo Pellingham'})-[:FOUND]->(d:Death {occurred_day: 20000})
"""


@pytest.fixture
def world(graph: Connection, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Connection:
    lead_to(server, monkeypatch)
    draw(graph, WORLD)
    assert detect(graph, load_rules(), rule_ids=["shared_finder"], overrides={}).failed == {}
    return graph


def test_a_finding_says_which_tie_and_which_match_it_hangs_on(world: Connection) -> None:
    finding = list_findings(world)[0]
    view = finding_robustness(world, finding.id)
    assert view.says[0] == (
        "It falls apart with one tie; each of these alone would do: p - finder - a (by one); p - reporter - b (by two)."
    )
    assert (
        "If two is somebody else's record (the match has probability 0.99), it falls apart."
        in run_json("findings", "robustness", finding.id)["says"]
    )
    assert "rests on" in run("findings", "robustness", finding.id)
    with pytest.raises(ThroughlineError, match="no finding nowhere"):
        finding_robustness(world, "nowhere")


def test_why_not_names_the_shape_that_is_missing_and_the_rule_that_fires(world: Connection) -> None:
    fires = why_nothing(world, "a", ["shared_finder"]).answers[0]
    assert fires.verdict == "fires"
    told = run_json("findings", "why-not", "--about", "d", "--rule", "shared_finder")["answers"][0]
    assert told["verdict"] in ("no_pattern", "not_met")
    assert told["line"] > 20
    with pytest.raises(ThroughlineError, match="Did you mean shared_finder"):
        why_nothing(world, "a", ["shared_findr"])
    with pytest.raises(ThroughlineError, match="nothing called"):
        why_nothing(world, "nowhere")
