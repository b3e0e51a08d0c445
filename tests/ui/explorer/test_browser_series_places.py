"""Series and places in a real browser: from the list to a decision on a series; nothing runs off a narrow page."""

import re

import pytest
from playwright.sync_api import Page, expect

from graph.connection import Connection
from tests.algorithms.made_places import deaths_from_counts, usual
from tests.ui.explorer.test_places_page import LONG
from tests.ui.explorer.test_series_page import THREE, keep, row
from tests.ui.test_monitoring import HOMES, write_nodes_of
from ui.service import Service

pytestmark = pytest.mark.browser

expect.set_options(timeout=30_000)


def test_an_analyst_goes_from_the_list_to_a_series_and_decides_on_it(
    world: Service, graph: Connection, explorer_at: str, page: Page
) -> None:
    keep(graph, row("series:one", *THREE))
    page.goto(explorer_at)
    page.get_by_role("link", name=re.compile("^3 deaths over")).click()
    expect(page).to_have_url(re.compile(r"/series\?id="))
    expect(page.get_by_role("cell", name="Elspeth Tarrow")).to_be_visible()
    drawing = page.get_by_label(re.compile("^Timeline of 3 deaths from 1 Mar 2026"))
    expect(drawing).to_be_visible()
    expect(drawing.get_by_text("38 days")).to_be_visible()

    page.get_by_role("tab", name="Why").click()
    expect(page.get_by_role("heading", name=re.compile("^Death 1 .* and Death 2"))).to_be_visible()
    expect(page).to_have_url(re.compile("part=Why"))
    longer, shorter = (page.locator(f".tl-bar.{side}").first.bounding_box() for side in ("for", "against"))
    assert longer
    assert shorter
    assert longer["width"] > 4 * shorter["width"] > 0
    # What speaks against the link ends where what speaks for it begins.
    assert shorter["x"] + shorter["width"] <= longer["x"] + 2

    page.get_by_role("combobox", name=re.compile("What do you decide")).click()
    page.get_by_role("option", name="Monitor").click()
    page.get_by_role("textbox", name="Reason (required)").fill("One more would change it.")
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_text("Recorded: to be monitored.")).to_be_visible()
    assert world.series()[0].status == "monitored"


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_series_or_places_scrolls_sideways(
    world: Service, graph: Connection, explorer_at: str, page: Page, width: int
) -> None:
    counts = usual(HOMES)
    counts[7, 26:] += 3
    write_nodes_of(graph, deaths_from_counts(counts))
    graph.write("MATCH (l:Location {id: 'niche:H007'}) SET l.name = $name", name=LONG)
    keep(graph, row("series:one", *THREE))
    page.set_viewport_size({"width": width, "height": 900})
    one = world.series()[0].id
    shown = {
        "series": "1 series",
        f"series?id={one}": "Death 1",
        f"series?id={one}&part=Why": "Death 1",
        f"series?id={one}&part=History": "First found",
        "places": "1 place with more deaths than usual",
        "places?id=niche:H007": "How far the data can be trusted",
    }
    for address, said in shown.items():
        page.goto(f"{explorer_at}/{address}")
        expect(page.locator("footer")).to_be_visible()
        expect(page.get_by_text(said).first).to_be_visible()
        wide = page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".map(element => element.scrollWidth - element.clientWidth)"
        )
        assert (address, wide) == (address, [0, 0])
    expect(page.get_by_label(re.compile("^Deaths a month at Saint Ethelburga"))).to_be_visible()
    expect(page.get_by_label(re.compile("^Sum of the excess"))).to_be_visible()
