from django.apps import AppConfig
from django.db.backends.signals import connection_created


class DeploymentsConfig(AppConfig):
    name = "deployments"
    verbose_name = "Slipway"

    def ready(self) -> None:
        from deployments.models.epoch import forget_what_was_lost

        connection_created.connect(forget_what_was_lost)
