"""Browsers that look at the real server as somebody.

A browser's event loop runs in the thread of the test, where Django then refuses to ask the database. So what a test
tells the site (`site.told(...)`) happens in a thread beside it, whose connection is the site's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deployments.models import Person
from tests.browser.windows import SIZE, Windows
from tests.serving import Site
from tests.vocabulary import a_person

CHROMIUM = "/usr/bin/chromium"
# What drops down from an address bar that nobody sees took half of what a new window costs. The switch replaces
# Playwright's own, so what that switches off for the sake of tests is said again.
SWITCHED_OFF = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
# What each page said that was open in a test, for the report when it fails.
SEEN = pytest.StashKey[dict[Page, list[str]]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """These tests' own: as long as it runs, no test of this process may ask the database directly."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", f"--disable-features={SWITCHED_OFF}"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def windows(site: Site, browser: Browser) -> Windows:
    return Windows(site, browser)


@pytest.fixture
def visitor(windows: Windows, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A browser window signed in as this person, or as somebody new in this role of this workspace."""
    seen: list[Page] = []

    def visit(person: Person | None = None, /, *, width: int = 1280, **options: Any) -> Page:
        page = windows.opened(person, width, options)
        seen.append(page)
        return page

    request.node.stash[SEEN] = windows.told
    windows.told.clear()
    yield visit
    windows.put_away(seen)


@pytest.fixture
def looking(windows: Windows, request: pytest.FixtureRequest) -> Callable[[Person, str], Page]:
    """A page as this person sees it, in a tab that is kept: for tests that look and do nothing."""
    request.node.stash[SEEN] = windows.told
    windows.told.clear()

    def look(person: Person, address: str) -> Page:
        page = windows.kept(person)
        page.set_viewport_size(SIZE)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        return page

    return look


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        for page, said in item.stash.get(SEEN, {}).items():
            report.sections.append((f"The browser at {page.url}", "\n".join(said)))
    return report


@pytest.fixture
def person(site: Site) -> Callable[..., Person]:
    """Somebody in a role, in the site's database: `person(Role.RELEASER, agent.workspace)`."""
    return lambda *args, **named: site.told(a_person, *args, **named)


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong with a page, in words; an empty list is what every page wants."""

    return _wrong_with


@pytest.fixture
def axe_in_both_schemes() -> Callable[[Page], list[str]]:
    """The same for a page in light and in dark. Colours are all that a scheme changes, so only they are asked twice."""

    def check(page: Page) -> list[str]:
        page.emulate_media(color_scheme="light")
        light = _wrong_with(page)
        page.emulate_media(color_scheme="dark")
        return light + [f"dark, {each}" for each in _wrong_with(page, runOnly=["color-contrast"])]

    return check


def _wrong_with(page: Page, **options: Any) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], **options}
    found = page.evaluate("asked => axe.run(asked).then(answer => answer.violations)", asked)
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
