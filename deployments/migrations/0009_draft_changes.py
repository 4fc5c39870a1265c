import django.db.models.deletion
from django.db import migrations, models

import deployments.models.manifest


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0008_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="draftchange",
            name="after",
            field=deployments.models.manifest.ManifestField(default=dict),
        ),
        migrations.AddField(
            model_name="draftchange",
            name="before",
            field=deployments.models.manifest.ManifestField(default=dict),
        ),
        migrations.AddField(
            model_name="draftchange",
            name="kept",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="deployments.keptdraft",
            ),
        ),
        migrations.AddField(
            model_name="draftchange",
            name="resources",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="draftchange",
            name="revision",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="draftchange",
            name="draft",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="deployments.draft"
            ),
        ),
        migrations.AlterField(
            model_name="draftchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("updated", "Updated"),
                    ("renamed", "Renamed"),
                    ("deleted", "Deleted"),
                    ("imported", "Imported"),
                    ("reverted", "Reverted"),
                    ("taken", "Took"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="draftchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("draft__isnull", False), ("kept__isnull", False), _connector="XOR"),
                name="of_a_draft_or_a_kept_one",
            ),
        ),
    ]
