from django.db import migrations

# Nothing that was written is written over: versions, their files and paths, and the lines of history. What goes when a
# deleted agent has run out goes through `pipeline.clearing`, which says so to the database for its own transaction.
REFUSE = """
CREATE FUNCTION slipway_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR TG_TABLE_NAME = 'deployments_event')
       AND current_setting('slipway.purging', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'A row of % is never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""
GUARDS = {
    "deployments_version": "UPDATE OR DELETE",
    "deployments_blob": "UPDATE OR DELETE",
    "deployments_event": "UPDATE OR DELETE",
    "deployments_path": "UPDATE",
}


def guard(table: str, acts: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER stays BEFORE {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION slipway_refuse()",
        f"DROP TRIGGER stays ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("deployments", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION slipway_refuse()"),
        *(guard(table, acts) for table, acts in GUARDS.items()),
    ]
