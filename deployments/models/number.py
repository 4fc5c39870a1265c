from __future__ import annotations

from django.db import models

from deployments import telephone
from deployments.models.agent import Agent
from deployments.models.environment import Environment
from deployments.models.person import Person


class NumberQuerySet(models.QuerySet["Number"]):
    def reaching(self, environment: Environment) -> NumberQuerySet:
        return self.filter(environment=environment).order_by("e164")

    def in_order(self) -> NumberQuerySet:
        """As a page lists them: along the ladder."""
        return self.order_by("environment__position", "e164")

    def above(self, number: Number) -> NumberQuerySet:
        """Those before it in that order."""
        here = number.environment
        same = models.Q(environment=here, e164__lt=number.e164)
        return self.filter(models.Q(environment__position__lt=here.position) | same)


class Number(models.Model):
    """A telephone number and the one environment its callers reach, whatever stands there.

    That of a deleted agent stays its own until the agent has gone for good, so that it comes back with it.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="numbers")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="numbers")
    e164 = models.CharField(max_length=16, unique=True)
    label = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = NumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(e164__regex=r"^\+[1-9][0-9]{3,14}$"), name="number_is_e164")
        ]

    def __str__(self) -> str:
        return self.international

    @property
    def digits(self) -> str:
        """How an address names it."""
        return self.e164.removeprefix("+")

    @property
    def international(self) -> str:
        return telephone.international(self.e164)

    @property
    def local(self) -> str:
        return telephone.local(self.e164)

    @property
    def country_code(self) -> str:
        return telephone.country_of(self.e164)

    @property
    def country(self) -> str:
        return telephone.name_of(self.country_code)
