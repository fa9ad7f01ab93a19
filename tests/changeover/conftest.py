"""A furnished shop, as the stories have it."""

from tests.stories.conftest import shop

__all__ = ["shop"]
