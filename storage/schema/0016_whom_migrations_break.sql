-- breaks: 0
-- Programs whose newest migration is older than `breaks` cannot use the database any more; NULL: those that do not know
-- the migration. docs/adr/0037.
ALTER TABLE schema_migrations ADD COLUMN breaks INTEGER;
