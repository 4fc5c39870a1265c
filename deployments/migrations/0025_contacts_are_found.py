import django.contrib.postgres.indexes
from django.db import migrations

import deployments.models.trigrams

TRIGRAMS = """
CREATE FUNCTION slipway_trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(substr($1, n, 3)) FROM generate_series(1, length($1) - 2) n
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0024_ground"),
    ]

    operations = [
        migrations.RunSQL(TRIGRAMS, "DROP FUNCTION slipway_trigrams(text)"),
        migrations.AddIndex(
            model_name="conversation",
            index=django.contrib.postgres.indexes.GinIndex(
                deployments.models.trigrams.Trigrams("caller_number"),
                name="conversation_contact",
            ),
        ),
    ]
