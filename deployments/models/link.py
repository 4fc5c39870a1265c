from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from deployments.models.person import Person
from deployments.models.workspace import Membership, Role, Workspace


class Link(models.Model):
    """A link handed over by a person, good once and for a while. Only a hash of its token is kept."""

    good_for: ClassVar[timedelta]
    objects: ClassVar[models.Manager[Any]]

    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def make(cls, *, made_by: Person | None, **fields: object) -> tuple[Self, str]:
        """A new link and its token, which is not kept and so cannot be shown again."""
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(
            token_hash=hash_of(token), made_by=made_by, expires_at=timezone.now() + cls.good_for, **fields
        )
        return link, token

    @classmethod
    def good(cls, token: str) -> Self | None:
        """The link of this token while it may still be used. Looked up by hash, so no comparison leaks the token."""
        found = cls.all_good().filter(token_hash=hash_of(token)).first()
        return found if isinstance(found, cls) else None

    @classmethod
    def all_good(cls) -> models.QuerySet[Any]:
        """Those that may still be used: no longer than whoever made them might make them."""
        return cls.objects.filter(used_at=None, expires_at__gt=timezone.now())

    def use(self, at: datetime) -> bool:
        """Spend it; False when somebody else just did."""
        return bool(type(self).objects.filter(pk=self.pk, used_at=None).update(used_at=at))


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(Link):
    """To join a workspace in a role, for one e-mail address."""

    good_for = timedelta(days=7)

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=8, choices=Role)

    objects: ClassVar[models.Manager[Invitation]]

    @classmethod
    def all_good(cls) -> models.QuerySet[Any]:
        held = {"made_by__memberships__workspace": F("workspace"), "made_by__memberships__role": Role.ADMIN}
        return super().all_good().filter(**held)


class ResetLink(Link):
    """To set a new password."""

    good_for = timedelta(days=1)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reset_links")

    objects: ClassVar[models.Manager[ResetLink]]

    @classmethod
    def all_good(cls) -> models.QuerySet[Any]:
        """One opens all that person's workspaces: also those joined since it was made."""
        maker = Membership.objects.filter(
            person=OuterRef(OuterRef("made_by")), workspace=OuterRef("workspace"), role=Role.ADMIN
        )
        theirs = Membership.objects.filter(person=OuterRef("person"))
        administered = Exists(theirs) & ~Exists(theirs.exclude(Exists(maker)))
        return super().all_good().filter(Q(made_by=None) | administered)
