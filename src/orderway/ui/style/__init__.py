"""The style guide: every part of the pages, in every tone."""
