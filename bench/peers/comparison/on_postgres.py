"""Parley on a PostgreSQL of the run's own."""

import dataclasses

from postgres import Postgres

from .servers import Parley, ServerFault


@dataclasses.dataclass(frozen=True)
class OnPostgres(Parley):
    """With a new database for each run."""

    cluster: Postgres

    def database(self, folder):
        return ("--db", self.cluster.url_of(folder))

    def prepare(self, crowd, folder):
        if crowd.everywhere or crowd.history:
            raise ServerFault("this row is laid out in SQLite alone")
        super().prepare(crowd, folder)
