from collections import Counter

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from deployments.resources import kind_for, variables_in

GUARD = (
    "CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON deployments_touch FOR EACH ROW EXECUTE FUNCTION slipway_refuse()"
)


def find_out(apps, schema_editor):
    """What was published before this was kept: every version against its parent and the one before it."""
    for agent in apps.get_model("deployments", "Agent").objects.order_by("pk").only("pk"):
        versions = apps.get_model("deployments", "Version").objects.filter(agent=agent)
        used = _Used(apps, agent)
        before = None
        for version in versions.order_by("number").only("manifest", "parent_id").iterator(chunk_size=100):
            others = [before.manifest if before else {}]
            if version.parent_id != (before.pk if before else None):
                parent = versions.filter(pk=version.parent_id).only("manifest").first()
                others.append(parent.manifest if parent else {})
            paths = {int(path) for other in others for path, _ in version.manifest.items() ^ other.items()}
            apps.get_model("deployments", "Touch").objects.create(
                version=version, paths=sorted(paths), variables=used.variables(version.manifest)
            )
            before = version


class _Used:
    """The variables of each function of an agent, read once a blob."""

    def __init__(self, apps, agent):
        paths = apps.get_model("deployments", "Path").objects.filter(agent=agent, name__endswith=".py")
        self.functions = {str(key) for key, name in paths.values_list("pk", "name") if kind_for(name).form == "python"}
        self.blobs = apps.get_model("deployments", "Blob").objects.filter(agent=agent)
        self.names = {}

    def variables(self, manifest):
        held = [blob for path, blob in manifest.items() if path in self.functions]
        missing = set(held) - self.names.keys()
        for blob, content in self.blobs.filter(pk__in=missing).values_list("pk", "content"):
            self.names[blob] = variables_in(bytes(content).decode(errors="replace"))
        return dict(sorted(Counter(name for blob in held for name in self.names[blob]).items()))


class Migration(migrations.Migration):
    dependencies = [("deployments", "0003_api_key")]

    operations = [
        migrations.CreateModel(
            name="Touch",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="touch",
                        serialize=False,
                        to="deployments.version",
                    ),
                ),
                ("paths", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("variables", models.JSONField()),
            ],
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER stays ON deployments_touch"),
        migrations.RunPython(find_out, migrations.RunPython.noop),
    ]
