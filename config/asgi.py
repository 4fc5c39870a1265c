"""One port: async views that wait go to Django's ASGI handler, everything else to its WSGI handler in few threads.

Django's own ASGI handler pays a thread hop for each sync middleware, which makes a page several times slower.
"""

import re

from django.conf import settings
from django.core.asgi import get_asgi_application

from config.wsgi import application as pages
from deployments.delivery.door import DOOR
from hosting.dispatch import Dispatcher

# The addresses of views that wait, as patterns of the whole path. None waits yet.
WAITING: tuple[re.Pattern[str], ...] = ()

application = Dispatcher(
    pages=pages,
    waiting=get_asgi_application(),
    waiting_addresses=WAITING,
    trusted_proxies=settings.PROXIES,
    beside=DOOR,
)
