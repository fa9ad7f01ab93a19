"""The furnished shop of the stories, for tests that look closer at addresses."""

from tests.stories.conftest import shop

__all__ = ["shop"]
