"""The sample for every test of the predecessor, loaded once, and a database without rows to plant defects in."""

from tests.legacy.predecessor.bringing import brought, brought_url, changing_url, few_url
from tests.legacy.predecessor.sample import bare_url, legacy, legacy_url

__all__ = ["bare_url", "brought", "brought_url", "changing_url", "few_url", "legacy", "legacy_url"]
