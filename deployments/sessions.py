"""Sessions in the database that know whose they are: people see and end their own, and come along with theirs."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InterfaceError, OperationalError
from django.utils.crypto import constant_time_compare

from deployments.models import Person, Session

log = logging.getLogger(__name__)


class SessionStore(DatabaseStore):
    # Whose session the row says it is. Whether its data proves it, `person_of` tells.
    _brought: Person | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        session.person_id = data.get(SESSION_KEY)
        session.device = data.get("device", "")[:200]
        return session

    def save(self, must_create: bool = False) -> None:
        """An existing one is written last, after what was asked for is done. Where the database has no room for it any
        more, or just went away, a sentence is lost, and the answer still says what is so.
        """
        try:
            super().save(must_create)
        except (UpdateError, InterfaceError) as error:
            why = error if isinstance(error, InterfaceError) else error.__context__
            if must_create or not isinstance(why, InterfaceError | OperationalError):
                raise
            log.warning("A session was not written: %s", " ".join(str(why).split()))

    def person_of(self) -> Person | None:
        """The person of this session, where it proves them as Django asks for it; else None."""
        key, proof = self.get(SESSION_KEY), self.get(HASH_SESSION_KEY)
        person = self._brought
        if person is None or not proof or not person.is_active or str(person.pk) != key:
            return None
        return person if constant_time_compare(proof, person.get_session_auth_hash()) else None

    def _get_session_from_db(self) -> Any:
        session = super()._get_session_from_db()  # type: ignore[misc]  # unknown to the stubs
        self._brought = session.person if session else None
        return session
