"""The sample for every test of the predecessor, loaded once."""

from tests.legacy.predecessor.sample import legacy, legacy_url

__all__ = ["legacy", "legacy_url"]
