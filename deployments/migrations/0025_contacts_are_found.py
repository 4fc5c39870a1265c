import django.contrib.postgres.indexes
import django.contrib.postgres.operations
from django.db import migrations

import deployments.models.trigrams

TRIGRAMS = """
CREATE OR REPLACE FUNCTION slipway_trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(substr($1, n, 3)) FROM generate_series(1, length($1) - 2) n
$$
"""


# A build that was cut short leaves an index that is not used, under the name that the next one needs.
LEFT_OVER = "DROP INDEX CONCURRENTLY IF EXISTS conversation_contact"


class Migration(migrations.Migration):
    # Built while callers talk: within a transaction it would hold up each conversation until it is done.
    atomic = False

    dependencies = [
        ("deployments", "0024_ground"),
    ]

    operations = [
        migrations.RunSQL(TRIGRAMS, "DROP FUNCTION slipway_trigrams(text)"),
        migrations.RunSQL(LEFT_OVER, migrations.RunSQL.noop),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name="conversation",
            index=django.contrib.postgres.indexes.GinIndex(
                deployments.models.trigrams.Trigrams("caller_number"),
                name="conversation_contact",
            ),
        ),
    ]
