"""What Alembic runs to bring a database to a revision: over the connection that it is handed."""

from alembic import context

from orderway.database import all_tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_tables(), transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
