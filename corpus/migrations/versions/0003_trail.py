"""The audit trail; versions that are there already become its first entries."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

from corpus.store import checksum
from corpus.trail import BEGINNING, Act, Noted, row_of, saved

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make its table and begin the chain."""
    trail = op.create_table(
        "trail",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("report_id", sa.Integer),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ix_trail_report_id", "trail", ["report_id"])
    n, last = 0, BEGINNING
    kept = sa.text(
        "SELECT report_id, n, parent, name, text, who, saved_at FROM versions ORDER BY id"
    ).columns(saved_at=sa.DateTime)
    for version in op.get_bind().execute(kept).all():
        details = saved(version.n, version.parent, version.name, checksum(version.text), "", "")
        when = version.saved_at.replace(tzinfo=UTC)
        n += 1
        row = row_of(n, last, Noted(Act("before", "unknown"), version.who, when, version.report_id, details))
        last = row.hash
        op.bulk_insert(
            trail, [{"n": n, "report_id": version.report_id, "entry": row.entry, "hash": row.hash}]
        )
    state = sa.table("state", sa.column("key", sa.String), sa.column("value", sa.Text))
    op.bulk_insert(state, [{"key": "trail", "value": f"{n} {last}"}])
