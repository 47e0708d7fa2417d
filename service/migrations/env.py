"""What Alembic runs to carry out revisions; the connection, already in a transaction, comes from the caller."""

from alembic import context

from service import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Ticket.metadata,  # that of all tables, which are declared by now
    render_as_batch=True,
)
context.run_migrations()
