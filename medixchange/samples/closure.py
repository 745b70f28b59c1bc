"""Rows with everything that belongs to them: whatever points at a row, directly or through others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ForeignKey, Table, delete, select, tuple_
from sqlmodel import Session, SQLModel

from medixchange.db import Row, in_parts

Key = tuple[object, ...]
Doomed = dict[Table, set[Key]]


def closure(db: Session, roots: Mapping[type[SQLModel], Collection[int]]) -> Doomed:
    """The keys of ``roots`` and of every row that points at one of them, by table."""
    doomed: Doomed = {table_of(kind): {(number,) for number in numbers} for kind, numbers in roots.items()}
    size = -1
    while size != (size := sum(map(len, doomed.values()))):
        for table in Row.metadata.sorted_tables:
            for pointing in table.foreign_keys:
                doomed.setdefault(table, set()).update(_pointing(db, table, pointing, doomed))
    return doomed


def erase(db: Session, doomed: Doomed) -> None:
    """Delete the rows, those that point at others first."""
    for table in reversed(Row.metadata.sorted_tables):
        for some in in_parts(sorted(doomed.get(table, ()), key=repr)):
            db.execute(delete(table).where(tuple_(*table.primary_key.columns).in_(some)))


def numbers(doomed: Doomed, kind: type[SQLModel]) -> set[int]:
    """The numbers of the doomed rows of a table that has numbers."""
    return {number for (number,) in doomed.get(table_of(kind), ()) if isinstance(number, int)}


def table_of(kind: type[SQLModel]) -> Table:
    """The table behind a model."""
    return Row.metadata.tables[str(kind.__tablename__)]


def _pointing(db: Session, table: Table, pointing: ForeignKey, doomed: Doomed) -> Iterable[Key]:
    targets = sorted({key[0] for key in doomed.get(pointing.column.table, ())}, key=repr)
    found = select(*table.primary_key.columns)
    parts = (db.execute(found.where(pointing.parent.in_(some))) for some in in_parts(targets))
    return [tuple(row) for rows in parts for row in rows]
