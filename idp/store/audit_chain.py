"""The chain that makes a changed audit show (security.md §6.6, E08).

Every committed audit row gets one link: a number without gaps and SHA-256 over the link before and the row's content.
A job makes the links, a moment later, so that logins do not wait for each other. Only one job runs at a time: it holds
the lock of the single row of `audit_head`, and another finds nothing to do.

Rows are found by having no link, not by a mark of how far the last run came: a row with a smaller number may be
committed later. Only what is older than any transaction can be (`SETTLED_SECONDS`) is taken as complete; a row without
a link down there was put in afterwards, and is a break too.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from idp.store.codec import dump
from idp.store.tables import audit, audit_chain, audit_head

SETTLED_SECONDS = 600

_HEAD = select(audit_head.c.number, audit_head.c.hash, audit_head.c.settled_id).where(audit_head.c.id == 1)
_LOCK_HEAD = _HEAD.with_for_update(skip_locked=True)
_UNLINKED = (
    select(audit)
    .join(audit_chain, audit_chain.c.audit_id == audit.c.id, isouter=True)
    .where(audit_chain.c.audit_id.is_(None), audit.c.id > bindparam("settled"))
    .order_by(audit.c.id)
    .limit(bindparam("most"))
)
_LINK = insert(audit_chain)
_SETTLED = select(func.max(audit.c.id)).where(
    audit.c.id > bindparam("settled"), audit.c.id <= bindparam("linked"), audit.c.at <= bindparam("before")
)
_MOVE_HEAD = update(audit_head).where(audit_head.c.id == 1)
_WALK = (
    select(audit_chain.c.number, audit_chain.c.audit_id, audit_chain.c.hash.label("link"), audit)
    .join(audit, audit.c.id == audit_chain.c.audit_id, isouter=True)
    .where(audit_chain.c.number > bindparam("after"), audit_chain.c.number <= bindparam("last"))
    .order_by(audit_chain.c.number)
    .limit(1000)
)
_FORGED = (
    select(audit.c.id)
    .join(audit_chain, audit_chain.c.audit_id == audit.c.id, isouter=True)
    .where(audit_chain.c.audit_id.is_(None), audit.c.id <= bindparam("settled"))
    .order_by(audit.c.id)
    .limit(1)
)


class Fault(StrEnum):
    ALTERED = "altered"
    """The row, or its place in the order, is not what was sealed."""
    DELETED = "deleted"
    LINK_DELETED = "link deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Break:
    """Where the audit is not what was sealed: the link's number, and the audit row's where known."""

    fault: Fault
    number: int | None
    audit_id: int | None


def seal(connection: Connection, now: int, most: int) -> int:
    """Link up to `most` rows; how many were linked: 0 too while another job is at it."""
    head = connection.execute(_LOCK_HEAD).one_or_none()
    if head is None:
        return 0
    number, link, settled = head
    rows = connection.execute(_UNLINKED, {"settled": settled, "most": most}).all()
    if not rows:
        return 0
    links = []
    for row in rows:
        number, link = number + 1, _link(link, row)
        links.append({"number": number, "audit_id": row.id, "hash": link})
    connection.execute(_LINK, links)
    reached = connection.execute(
        _SETTLED, {"settled": settled, "linked": rows[-1].id, "before": now - SETTLED_SECONDS}
    ).scalar_one()
    connection.execute(_MOVE_HEAD, {"number": number, "hash": link, "settled_id": reached or settled})
    return len(rows)


def first_break(connection: Connection) -> Break | None:
    """Walks the chain up to where its head stood when the walk began, so that the job may go on meanwhile."""
    head = connection.execute(_HEAD).one_or_none()
    if head is None:
        return Break(Fault.LINK_DELETED, 1, None)
    number, link = 0, ""
    while rows := connection.execute(_WALK, {"after": number, "last": head.number}).all():
        for row in rows:
            number += 1
            if row.number != number:
                return Break(Fault.LINK_DELETED, number, None)
            if row.id is None:
                return Break(Fault.DELETED, number, row.audit_id)
            link = _link(link, row)
            if row.link != link:
                return Break(Fault.ALTERED, number, row.audit_id)
    if (head.number, head.hash) != (number, link):
        return Break(Fault.LINK_DELETED, number + 1, None)
    forged = connection.execute(_FORGED, {"settled": head.settled_id}).scalar_one_or_none()
    return None if forged is None else Break(Fault.INSERTED, None, forged)


def _link(before: str, row: Row[Any]) -> str:
    """Over names and values, without those that are null, so that a column added later changes no old link."""
    content = {column.name: row._mapping[column] for column in audit.c if row._mapping[column] is not None}
    return hashlib.sha256(f"{before}\n{dump(dict(sorted(content.items())))}".encode()).hexdigest()
