"""Where files are kept that are too large for the database: a bucket of S3-compatible storage, or a folder."""
