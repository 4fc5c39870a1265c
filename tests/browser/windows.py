"""Windows of one browser. Most of what a window costs is its beginning and its empty cache, so they are used again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from deployments.models import Person
from tests.serving import Site

SIZE: Any = {"width": 1280, "height": 900}


class Windows:
    """`told` holds what each page said that was opened since it was cleared: its errors and its console's."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self._site = site
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = defaultdict(list)
        self._kinds: dict[BrowserContext, str] = {}
        self._kept: dict[int, Page] = {}
        self.told: dict[Page, list[str]] = {}

    def opened(self, person: Person | None, width: int, options: dict[str, Any]) -> Page:
        free = self._free[_kind(options)]
        context = free.pop() if free else self._new(options)
        self._kinds[context] = _kind(options)
        self._sign_in(context, person)
        page = self._page(context)
        if width != SIZE["width"]:
            page.set_viewport_size(SIZE | {"width": width})
        return page

    def kept(self, person: Person) -> Page:
        if person.pk not in self._kept:
            context = self._new({})
            self._sign_in(context, person)
            self._kept[person.pk] = self._page(context)
        page = self._kept[person.pk]
        self.told[page] = []
        return page

    def put_away(self, pages: Sequence[Page]) -> None:
        """Nothing but the cache of files is left in what the next one gets."""
        for context in {page.context for page in pages}:
            if not context.pages:
                context.close()
                continue
            asked = {"origin": self._site.address, "storageTypes": "cookies,local_storage,indexeddb"}
            context.new_cdp_session(context.pages[0]).send("Storage.clearDataForOrigin", asked)
            context.clear_cookies()
            for page in context.pages:
                page.close()
            self._free[self._kinds[context]].append(context)

    def _hear(self, page: Page, said: str) -> None:
        self.told.setdefault(page, []).append(said)

    def _new(self, options: dict[str, Any]) -> BrowserContext:
        return self._browser.new_context(base_url=self._site.address, viewport=SIZE, **options)

    def _sign_in(self, context: BrowserContext, person: Person | None) -> None:
        if person is not None:
            cookie = {"name": "sessionid", "value": self._site.session_of(person), "url": self._site.address}
            context.add_cookies([cookie])  # type: ignore[list-item]

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(15_000)
        self.told[page] = []
        page.on("console", lambda message: self._hear(page, message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._hear(page, str(error)))
        return page


def _kind(options: dict[str, Any]) -> str:
    return repr(sorted(options.items()))
