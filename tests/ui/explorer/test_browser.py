"""The explorer in a real browser: an analyst's way from the list to a recorded decision."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from ui.service import Service

pytestmark = pytest.mark.browser

# A busy machine draws the first chart late; what never appears still fails.
expect.set_options(timeout=30_000)


def test_an_analyst_opens_a_finding_and_records_a_decision(world: Service, explorer_at: str, page: Page) -> None:
    page.goto(explorer_at)
    expect(page.get_by_role("heading", name="2 findings")).to_be_visible()
    page.get_by_role("link", name=re.compile("Isolde Farthingay was finder")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Isolde Farthingay was finder")
    expect(page).to_have_url(re.compile(r"/finding\?id="))
    expect(page.get_by_role("row", name=re.compile("niche:D1")).first).to_be_visible()

    page.get_by_role("combobox", name=re.compile("What do you decide")).click()
    page.get_by_role("option", name="Ask for more").click()
    page.get_by_role("textbox", name="Reason (required)").fill("Who else was told of the place?")
    page.get_by_role("textbox", name="Owner").fill("DS Penhallow")
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_text("Recorded: more asked for.")).to_be_visible()
    expect(page.get_by_text("In review")).to_be_visible()

    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("cell", name="Who else was told of the place?")).to_be_visible()
    expect(page).to_have_url(re.compile("tab=History"))
    decided = world.finding(world.findings(status="in_review")[0].id).decisions
    assert [(d.kind, d.owner, d.by) for d in decided] == [("ask", "DS Penhallow", "Desk analyst")]


def test_the_list_comes_down_as_a_file_with_its_marking(world: Service, explorer_at: str, page: Page) -> None:
    page.goto(explorer_at)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download as CSV").click()
    rows = list(csv.DictReader(started.value.path().open(encoding="utf-8-sig", newline="")))
    assert [row["finding"] for row in rows] == [finding.id for finding in world.findings()]
    assert {(row["handling"], row["data_to"]) for row in rows} == {
        ("OFFICIAL-SENSITIVE", "Data to 1 Jun 2026, 05:00 UTC, from 1 source")
    }


def test_a_link_to_a_tab_of_a_finding_opens_it_there(world: Service, explorer_at: str, page: Page) -> None:
    finding = next(f for f in world.findings() if "Isolde" in f.explanation)
    page.goto(f"{explorer_at}/finding?id={finding.id}&tab=Link+chart")
    drawing = page.get_by_role("img", name=re.compile("^Link chart of"))
    expect(drawing).to_be_visible()
    width, ink = drawing.evaluate(
        """element => {
          const drawn = [...element.querySelectorAll("canvas")].map(canvas =>
            canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0));
          return [element.clientWidth, drawn.some(Boolean)];
        }"""
    )
    assert width > 300
    assert ink
    page.get_by_role("button", name="Free").click()
    expect(page.get_by_role("button", name="Free")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("cell", name="Isolde Farthingay").first).to_be_visible()


def test_markup_in_a_name_makes_neither_an_image_nor_a_link(world: Service, explorer_at: str, page: Page) -> None:
    finding = next(f for f in world.findings() if "tracker" in f.explanation)
    for address in ("", *(f"finding?id={finding.id}&tab={tab}" for tab in ("Why", "Link+chart", "Timeline"))):
        page.goto(f"{explorer_at}/{address}")
        expect(page.get_by_text("tracker.example").first).to_be_visible()
        expect(page.locator("footer")).to_be_visible()
        assert page.locator("[src*=tracker], a[href*=tracker]").count() == 0


@pytest.mark.parametrize("width", [320, 1400])
def test_no_page_scrolls_sideways(world: Service, explorer_at: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    finding = world.findings()[0].id
    tabs = [f"finding?id={finding}&tab={tab}" for tab in ("Why", "Link+chart", "Timeline", "History")]
    for address in ("", "rules", "data", *tabs):
        page.goto(f"{explorer_at}/{address}")
        expect(page.locator("footer")).to_be_visible()
        wide = page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".map(element => element.scrollWidth - element.clientWidth)"
        )
        assert (address, wide) == (address, [0, 0])
