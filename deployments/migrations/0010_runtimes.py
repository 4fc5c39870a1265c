import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0009_draft_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Runtime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("since", models.DateTimeField()),
                ("appeared_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(db_index=True)),
                (
                    "environment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runtimes",
                        to="deployments.environment",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="deployments.version",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("environment", "name"), name="one_runtime_a_name")],
            },
        ),
    ]
