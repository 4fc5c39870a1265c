"""One port: async views that wait go to Django's ASGI handler, everything else to its WSGI handler in few threads.

Django's own ASGI handler pays a thread hop for each sync middleware, which makes a page several times slower.
"""

import re
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

from config.wsgi import application as pages
from deployments.conversing.threads import on_the_port
from deployments.delivery.door import DOOR
from deployments.views.calling.port import TURNS, answer_caller
from hosting.dispatch import Dispatcher, Receive, Scope, Send

# The addresses of views that wait, as patterns of the whole path.
WAITING = (
    re.compile(r"/agents/[^/]+/test/[^/]+/turns/"),
    TURNS,
    re.compile(r"/v1/agents/[^/]+/debug-chat(/[^/]+)?"),
    re.compile(r"/adk/v1/accounts/[^/]+/projects/[^/]+/chat(/[^/]+(/end)?)?"),
)

_django: Any = get_asgi_application()


async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
    on_the_port.set(True)
    if TURNS.fullmatch(scope["path"]):
        await answer_caller(scope, receive, send)
    else:
        await _django(scope, receive, send)


application = Dispatcher(
    pages=pages,
    waiting=waiting,
    waiting_addresses=WAITING,
    trusted_proxies=settings.PROXIES,
    beside=DOOR,
)
