"""The addresses of the review list."""

from __future__ import annotations

from orderway.ui.reviews.deciding import decide
from orderway.ui.reviews.inbox import reviews
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/reviews", reviews, shows=("importReviews",)),
    Page("/reviews/{order}/{kind}", decide, "POST", does=("decideImportReview",)),
)
