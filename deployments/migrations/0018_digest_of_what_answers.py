"""A thread names what answers by its digest, also after its environment moved it on: no turn reads a version for it."""

from django.db import migrations

NAMED = """
    UPDATE deployments_thread thread SET manifest_digest = version.manifest_digest
    FROM deployments_conversation held JOIN deployments_version version ON version.id = held.version_id
    WHERE held.id = thread.conversation_id AND thread.manifest_digest <> version.manifest_digest
"""


class Migration(migrations.Migration):
    dependencies = [("deployments", "0017_test_suite")]

    operations = [migrations.RunSQL(NAMED, migrations.RunSQL.noop)]
