import django.contrib.postgres.operations
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression

# A build that was cut short leaves an index that is not used, under the name that the next one needs.
LEFT_OVER = "DROP INDEX CONCURRENTLY IF EXISTS conversation_length"


class Migration(migrations.Migration):
    # Built while callers talk: within a transaction it would hold up each conversation until it is done.
    atomic = False

    dependencies = [
        ("deployments", "0025_contacts_are_found"),
    ]

    operations = [
        migrations.RunSQL(LEFT_OVER, migrations.RunSQL.noop),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="conversation",
            index=models.Index(
                models.F("agent"),
                models.F("in_production"),
                CombinedExpression(models.F("ended_at"), "-", models.F("began_at")),
                name="conversation_length",
            ),
        ),
        django.contrib.postgres.operations.RemoveIndexConcurrently(
            model_name="conversation",
            name="conversation_lasted",
        ),
        # Until the database has looked, it takes one conversation of three for a long one.
        migrations.RunSQL("ANALYZE deployments_conversation", migrations.RunSQL.noop),
    ]
