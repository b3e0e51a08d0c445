"""Take the pictures of docs/ anew: `make pictures`, on the database that `make demo` filled.

Needs Chromium and the packages that the tests need. The pictures show invented people only if the database does: it is
meant for the seed world.
"""

import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from graph.errors import ThroughlineError
from graph.settings import CHECKOUT
from ui.explorer.launch import explorer_address, explorer_command
from ui.service import open_service

PICTURES = CHECKOUT / "docs" / "pictures"
SHOWN = "shared_finder"  # the rule whose strongest finding is shown
DESK = (1400, 1000)
TALL = (1400, 1300)
PHONE = (390, 844)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run")  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """One picture: file name, address within the explorer, size of the window (px)."""

    name: str
    address: str
    window: tuple[int, int] = DESK


def main() -> None:
    """Start the explorer on the database of the settings and take every picture."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        raise ThroughlineError("there is no Chromium on this machine: install the package chromium")
    service = open_service()
    found = service.findings(rule=SHOWN, limit=1) or service.findings(limit=1)
    if not found:
        raise ThroughlineError("there are no findings to show: run `make demo HEADLESS=1` first")
    command = explorer_command(None, headless=True)
    address = explorer_address(command)
    explorer = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(explorer, address)
        PICTURES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            for picture in pictures(found[0].id):
                _take(browser, address, picture)
            browser.close()
    finally:
        explorer.terminate()
        explorer.wait(20)


def pictures(finding: str) -> list[Picture]:
    """Return every picture of docs/, of this finding where one is shown."""
    page = f"finding?id={finding}"
    return [
        Picture("findings", ""),
        Picture("finding", page, TALL),
        Picture("link-chart", f"{page}&tab=Link+chart", TALL),
        Picture("timeline", f"{page}&tab=Timeline"),
        Picture("rules", "rules"),
        Picture("data", "data"),
        Picture("findings-phone", "", PHONE),
        Picture("link-chart-phone", f"{page}&tab=Link+chart", PHONE),
    ]


def _take(browser: Browser, address: str, picture: Picture) -> None:
    width, height = picture.window
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(f"{address}/{picture.address}")
    page.locator("footer").wait_for()
    # The charts draw themselves once the page stands.
    page.wait_for_timeout(1500)
    target = PICTURES / f"{picture.name}.png"
    page.screenshot(path=target)
    page.close()
    sys.stderr.write(f"{target.relative_to(CHECKOUT)}\n")


def _wait_until_up(explorer: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if explorer.poll() is not None:
            raise ThroughlineError(f"the explorer ended with code {explorer.returncode} before it answered")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise ThroughlineError(f"the explorer did not answer at {address} within a minute")


if __name__ == "__main__":
    try:
        main()
    except ThroughlineError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
