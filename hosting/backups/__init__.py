"""One file of everything, and back: the rows of every table as PostgreSQL copies them, in a zip, with the migrations
they are of. The schema is not in it but made again by those migrations, so that a file made on one major version of
PostgreSQL, or by an earlier Slipway, is read by another.

`catalogue` says what the database holds, `archive` is the file, `writing` and `restoring` are the two ways.
"""

from hosting.backups.restoring import Restored as Restored
from hosting.backups.restoring import restore as restore
from hosting.backups.writing import Written as Written
from hosting.backups.writing import back_up as back_up
