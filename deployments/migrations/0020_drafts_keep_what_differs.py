"""A draft keeps what differs from the version it began from, instead of every file once more."""

from django.db import migrations

import deployments.models.manifest
from deployments.models.manifest import GONE


def take_apart(apps, schema_editor):
    for draft in apps.get_model("deployments", "Draft").objects.select_related("base").iterator(chunk_size=10):
        base = draft.base.manifest if draft.base else {}
        held = dict.fromkeys(base, GONE) | draft.manifest
        draft.edits = {key: blob for key, blob in held.items() if base.get(key, GONE) != blob}
        draft.save(update_fields=["edits"])


def put_together(apps, schema_editor):
    for draft in apps.get_model("deployments", "Draft").objects.select_related("base").iterator(chunk_size=10):
        held = (draft.base.manifest if draft.base else {}) | draft.edits
        draft.manifest = {key: blob for key, blob in held.items() if blob != GONE}
        draft.save(update_fields=["manifest"])


class Migration(migrations.Migration):
    dependencies = [("deployments", "0019_how_long_it_took")]

    operations = [
        migrations.AddField("draft", "edits", deployments.models.manifest.ManifestField(default=dict)),
        migrations.AlterField("draft", "manifest", deployments.models.manifest.ManifestField(default=dict)),
        migrations.RunPython(take_apart, put_together),
        migrations.RemoveField("draft", "manifest"),
    ]
