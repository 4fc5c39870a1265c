from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0022_epoch"),
    ]

    operations = [
        migrations.AddField(
            model_name="touch",
            name="groups",
            field=models.JSONField(null=True),
        ),
    ]
