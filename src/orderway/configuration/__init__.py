"""Settings as the database keeps them: followed while the process runs, changed by permission, and audited."""
