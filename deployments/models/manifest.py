"""A manifest in a column: {id of the path: id of the blob}, packed.

Two rows of 64-bit numbers, the paths as steps from one to the next, deflated: 0.9 kB for 300 files, where the same as
JSONB takes 2.1 kB and no longer fits in its row.
"""

from __future__ import annotations

import struct
import zlib
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import connections, models
from django.db.models.query_utils import DeferredAttribute

from deployments.meanwhile import ChangedMeanwhile

Manifest: TypeAlias = dict[str, int]  # keys are text, as in the JSON that people and programs see
# In what differs from a manifest, instead of a blob: no file any more. No blob has this id.
GONE = 0


class UnreadableManifestError(ValueError):
    """These bytes are no manifest that was ever packed here."""


def pack(manifest: Manifest) -> bytes:
    rows = sorted((int(path), blob) for path, blob in manifest.items())
    before, steps = 0, []
    for path, _ in rows:
        steps.append(path - before)
        before = path
    return zlib.compress(struct.pack(f"<{2 * len(rows)}Q", *steps, *(blob for _, blob in rows)))


def unpack(packed: bytes) -> Manifest:
    try:
        raw = zlib.decompress(packed)
        numbers = struct.unpack(f"<{len(raw) // 8}Q", raw)
    except (zlib.error, struct.error) as error:
        raise UnreadableManifestError("A manifest cannot be read.") from error
    half = len(numbers) // 2
    return dict(zip(map(str, accumulate(numbers[:half])), numbers[half:], strict=False))


class _WhenAsked(DeferredAttribute):
    """A manifest that its row left out, read by one plain statement: the ORM takes longer to write it than to ask.

    Of a row that counts its revisions, as of the one that was read: what is kept under its digest would be wrong else.
    """

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        held, name = instance.__dict__, self.field.attname
        if name not in held:
            held[name] = self._read(instance)
        return held[name]

    def _read(self, instance: Any) -> Manifest | None:
        connection = connections[instance._state.db]
        names: list[Any] = [self.field.column, instance._meta.db_table, instance._meta.pk.column]
        column, table, key = map(connection.ops.quote_name, names)
        same = {key: instance.pk}
        if (revision := instance.__dict__.get("revision")) is not None:
            same[connection.ops.quote_name("revision")] = revision
        where = " AND ".join(f"{name} = %s" for name in same)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {where}", list(same.values()))
            row = cursor.fetchone()
        if row is None:
            problem = ChangedMeanwhile if revision is not None else type(instance).DoesNotExist
            raise problem(f"{instance._meta.object_name} {instance.pk} is gone, or no longer as it was read.")
        field: Any = self.field
        held: Manifest | None = field.from_db_value(row[0], None, connection)
        return held


if TYPE_CHECKING:
    Field = models.Field[Manifest, Manifest]
else:
    Field = models.Field  # takes types only while they are checked


class ManifestField(Field):
    descriptor_class = _WhenAsked

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> Manifest | None:
        return None if value is None else unpack(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return pack(value) if isinstance(value, dict) else value
