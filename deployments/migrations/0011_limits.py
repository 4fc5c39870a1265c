from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0010_runtimes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("restored_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL("ALTER TABLE deployments_allowance SET UNLOGGED", migrations.RunSQL.noop),
        migrations.AddField(model_name="apikey", name="form", field=models.UUIDField(null=True, unique=True)),
    ]
