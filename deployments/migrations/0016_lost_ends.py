from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0015_talk_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="to_close",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(condition=models.Q(("to_close", True)), fields=["conversation"], name="thread_to_close"),
        ),
    ]
