from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower

from deployments.models.device import device_in_words

if TYPE_CHECKING:
    from deployments.models.workspace import Role, Workspace


class PersonManager(BaseUserManager["Person"]):
    def create_person(self, email: str, *, name: str = "", password: str) -> Person:
        person = self.model(email=email.strip().lower(), name=name.strip() or email.split("@")[0])
        person.set_password(password)
        person.save()
        return person

    def with_email(self, email: str) -> models.QuerySet[Person]:
        return self.filter(email__iexact=email.strip())

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=(username or "").strip())


class Person(AbstractBaseUser):
    """Somebody who signs in. Never deleted: their name stays in history when they leave a workspace."""

    class Theme(models.TextChoices):
        SYSTEM = "system", "As the device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    # Whether single keys act, as on a comparison.
    shortcuts = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_an_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    def role_in(self, workspace: Workspace | int) -> Role | None:
        """The role here, or None for somebody who does not belong. Asked anew each time: role changes act at once."""
        from deployments.models.workspace import Role

        key = workspace if isinstance(workspace, int) else workspace.pk
        role = self.memberships.filter(workspace=key).values_list("role", flat=True).first()
        return Role(role) if role else None


class SessionManager(BaseSessionManager["Session"]):
    def get_queryset(self) -> models.QuerySet[Session]:
        return super().get_queryset().select_related("person")


class Session(AbstractBaseSession):
    """A browser somebody is signed in with. Read with its person: whoever asks for the one needs the other."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=200, blank=True)
    used_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @property
    def browser(self) -> str:
        return device_in_words(self.device)
