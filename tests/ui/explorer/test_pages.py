"""The pages through the app's entry point, on the real database."""

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.connection import Connection
from ui.explorer import frame, wording
from ui.service import Service

APP = Path(frame.__file__).with_name("streamlit_app.py")


def opened(path: str = "", **query: str) -> AppTest:
    """Return the app after its first run, on the page of this file with this query."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if path:
        app.switch_page(path)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """Return all that the page says, as one text."""
    kinds = ("title", "header", "subheader", "markdown", "warning", "info", "error", "success", "code")
    said = [element.value for kind in kinds for element in getattr(app, kind)]
    return "\n".join(said + [element.proto.body for element in app.get("html")])


def links(app: AppTest) -> list[tuple[str, str]]:
    """Return label and query of every link into the app."""
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]


def test_the_list_shows_every_finding_with_its_sentence_as_the_link(world: Service) -> None:
    found = world.findings()
    app = opened()
    assert len(found) == 2
    assert "2 findings" in words(app)
    assert [query for _, query in links(app) if query.startswith("id=")] == [f"id={finding.id}" for finding in found]
    assert "Isolde Farthingay was finder" in " ".join(label for label, _ in links(app))


def test_marking_and_time_of_the_data_stand_on_every_page(world: Service) -> None:
    finding = world.findings()[0].id
    for page, query in (("", {}), (frame.FINDING, {"id": finding}), (frame.RULES, {}), (frame.DATA, {})):
        said = words(opened(page, **query))
        assert said.count("OFFICIAL-SENSITIVE") >= 2
        assert "Data to 1 Jun 2026, 05:00 UTC, from 1 source" in said


def test_the_filter_of_the_url_is_what_the_list_shows(world: Service) -> None:
    world.decide(world.findings()[0].id, "dismiss", "The warden of the churchyard.")
    assert "1 dismissed finding" in words(opened(status="dismissed"))
    assert "No accepted findings" in words(opened(status="accepted"))
    assert "2 findings of" in words(opened(rule="shared_finder"))
    assert "2 findings" in words(opened(status="nonsense", rule="nonsense", show="-1"))


def test_each_status_has_its_count_and_a_link_to_its_findings(world: Service) -> None:
    world.decide(world.findings()[0].id, "dismiss", "The warden of the churchyard.")
    shown = [link for link in links(opened()) if not link[1].startswith("id=")]
    assert shown == [("New (1)", "status=new"), ("Dismissed (1)", "status=dismissed")]
    assert '<span class="tl-chosen" aria-current="true">All (2)</span>' in words(opened())


def test_the_filter_form_writes_the_url(world: Service) -> None:
    app = opened()
    app.selectbox[0].select("new")
    app.selectbox[1].select("shared_finder")
    next(button for button in app.button if button.label == "Show").click()
    app.run()
    assert app.query_params == {"status": "new", "rule": "shared_finder"}


def test_a_finding_says_why_what_could_be_wrong_and_what_it_rests_on(world: Service) -> None:
    finding = next(f for f in world.findings() if "Isolde" in f.explanation)
    said = words(opened(frame.FINDING, id=finding.id))
    assert "Was this person, other than as an attending professional, at more than one death?" in said
    assert "within 1,825 days" in said
    assert "Two people of one name were taken for one person." in said
    assert "Not measured yet." in said
    assert "Seated against the west wall." in said
    assert "niche:D1" in said
    assert "niche:D2" in said


def test_everything_on_the_chart_is_in_a_table_beside_it(world: Service) -> None:
    finding = next(f for f in world.findings() if "Isolde" in f.explanation)
    chart = world.finding(finding.id).chart
    said = words(opened(frame.FINDING, id=finding.id, tab="Link chart"))
    assert {node.caption for node in chart.nodes} >= {"Isolde Farthingay", "Casimir Ovenden"}
    assert [n.caption for n in chart.nodes if wording.capital(n.caption).replace("'", "&#x27;") not in said] == []
    assert [edge.caption for edge in chart.edges if edge.caption not in said] == []


def test_the_timeline_has_each_person_and_date(world: Service) -> None:
    finding = next(f for f in world.findings() if "Isolde" in f.explanation)
    said = words(opened(frame.FINDING, id=finding.id, tab="Timeline"))
    assert "1 Mar 2026" in said
    assert "24 Mar 2026" in said


def test_a_decision_is_recorded_with_its_reason_and_shown(world: Service) -> None:
    finding = world.findings()[0]
    app = opened(frame.FINDING, id=finding.id)
    app.selectbox[0].select("accept").run()
    app.text_area[0].input("Same place, same caller.")
    app.text_input[0].input("DS Penhallow")
    next(button for button in app.button if button.label == "Record decision").click().run()
    assert not app.exception
    assert [said.value for said in app.success] == ["Recorded: accepted."]
    decided = world.finding(finding.id).decisions
    assert [(d.kind, d.reason, d.owner, d.by) for d in decided] == [
        ("accept", "Same place, same caller.", "DS Penhallow", "Desk analyst")
    ]
    assert world.findings(status="accepted")[0].id == finding.id
    assert "Same place, same caller." in words(opened(frame.FINDING, id=finding.id, tab="History"))


def test_a_decision_without_a_reason_is_not_recorded(world: Service) -> None:
    finding = world.findings()[0]
    app = opened(frame.FINDING, id=finding.id)
    app.selectbox[0].select("dismiss").run()
    app.text_area[0].input("   ")
    next(button for button in app.button if button.label == "Record decision").click().run()
    assert ["reason" in said.value for said in app.error] == [True]
    assert world.finding(finding.id).decisions == []


def test_a_snooze_needs_an_end_within_180_days(world: Service) -> None:
    finding = world.findings()[0]
    app = opened(frame.FINDING, id=finding.id)
    app.selectbox[0].select("snooze").run()
    app.text_area[0].input("Waits for toxicology.")
    next(button for button in app.button if button.label == "Record decision").click().run()
    assert ["date" in said.value for said in app.error] == [True]
    until = app.date_input[0]
    assert (until.max - dt.datetime.now(dt.UTC).date()).days == 180
    until.set_value(until.max)
    next(button for button in app.button if button.label == "Record decision").click().run()
    assert [d.until_on for d in world.finding(finding.id).decisions] == [until.max]


@pytest.mark.parametrize("tab", ["", "Why", "Link chart", "Timeline"])
def test_a_name_with_markup_is_escaped_wherever_it_stands(world: Service, tab: str) -> None:
    finding = next(f for f in world.findings() if "tracker" in f.explanation)
    app = opened(frame.FINDING, id=finding.id, tab=tab) if tab else opened()
    html = [element.proto.body for element in app.get("html")]
    markdown = [e.value for e in (*app.markdown, *app.title)] + [link.proto.label for link in app.get("page_link")]
    assert [text for text in html if "<img src" in text or "<script" in text] == []
    assert [text for text in markdown if "tracker" in text] != []
    assert [text for text in markdown if "](" in text or "://tracker" in text or "www.tracker" in text] == []


def test_an_unknown_finding_is_said_to_be_unknown(world: Service) -> None:
    app = opened(frame.FINDING, id="no-such-finding")
    assert app.title[0].value == "This finding cannot be shown"
    assert "no-such-finding" in words(app).replace("\\", "")


def test_the_finding_page_without_an_id_says_what_to_do(world: Service) -> None:
    assert opened(frame.FINDING).title[0].value == "No finding chosen"


def test_a_finding_that_no_longer_fires_says_so(world: Service, graph: Connection) -> None:
    finding = world.findings()[0]
    graph.write("MATCH (f:Finding {id: $id}) SET f.active = false", id=finding.id)
    assert "no longer finds this" in words(opened(frame.FINDING, id=finding.id))
    assert "no longer found" in words(opened())


def test_each_rule_is_told_in_words(world: Service) -> None:
    said = words(opened(frame.RULES))
    for rule in world.rules():
        assert rule.could_be_wrong[0].split("'")[0] in said


def test_one_rule_is_shown_where_the_url_names_one(world: Service) -> None:
    assert len(opened(frame.RULES, rule="shared_finder").header) == 1


def test_an_unknown_rule_leads_to_all_of_them(world: Service) -> None:
    app = opened(frame.RULES, rule="no_such_rule")
    assert "There is no rule" in app.warning[0].value
    assert len(app.header) == len(world.rules())


def test_the_data_page_names_a_source_that_is_late(world: Service, graph: Connection) -> None:
    graph.write(
        "CREATE (:Source {id: 'coroner', title: 'Register', extracted_at: datetime('2026-05-01T05:00:00Z'), "
        "handling: 'SECRET'})"
    )
    app = opened(frame.DATA)
    assert "Register" in app.warning[0].value
    assert "31 days behind, late" in words(app)
    assert words(app).count("SECRET") >= 3


def test_data_without_findings_says_that_nothing_found_is_not_nothing_there(world: Service, graph: Connection) -> None:
    graph.write("MATCH (f:Finding) DETACH DELETE f")
    assert "No finding is not the same as nothing there" in words(opened())


def test_an_empty_database_says_how_to_load(graph: Connection, explorer: None) -> None:
    for page in ("", frame.FINDING, frame.RULES, frame.DATA):
        app = opened(page)
        assert app.title[0].value == "No data loaded yet"
        assert "throughline load" in words(app)


def test_a_database_that_does_not_answer_says_how_to_start_it(explorer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.settings import settings

    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    settings.cache_clear()
    app = opened()
    assert app.title[0].value == "The database cannot be reached"
    assert "throughline up" in words(app)
    assert [button.label for button in app.button] == ["Try again"]


def test_a_database_that_stops_answering_later_is_said_to_be_away(world: Service) -> None:
    app = opened()
    frame.service()._connection.close()
    app.run()
    assert not app.exception
    assert app.title[0].value == "The database cannot be reached"
    next(button for button in app.button if button.label == "Try again").click().run()
    assert app.title[0].value == "Findings"
