"""Revoking several grants at once, in one order (ADR 0010)."""

from sqlalchemy import ColumnElement, Select, Update, bindparam, select, update

from idp.store.tables import grants


def locked(*which: ColumnElement[bool]) -> Select[str]:
    """The ids of the grants not yet revoked of which this holds, each locked, by id.

    Left to their plans, two statements take the same grants in two orders, and each waits for the other.
    """
    theirs = select(grants.c.id).where(*which, grants.c.revoked_at.is_(None))
    return theirs.order_by(grants.c.id).with_for_update(key_share=True)


def revocation(*which: ColumnElement[bool]) -> Update:
    """Revoke them. Parameters: those of `which`, and `now`."""
    theirs = locked(*which).cte("theirs")
    return update(grants).where(grants.c.id.in_(select(theirs.c.id))).values(revoked_at=bindparam("now"))
