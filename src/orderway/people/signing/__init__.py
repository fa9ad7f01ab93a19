"""Signing in: by a password or by a provider of identities, with sessions, tokens, and keys for machines."""
