"""The addresses of stores, and what the API has of each."""

from __future__ import annotations

from orderway.ui.site import Page
from orderway.ui.stores.listing import stores
from orderway.ui.stores.one import change, store
from orderway.ui.stores.opening import new_store, open_store

PAGES: tuple[Page, ...] = (
    Page("/stores", stores, shows=("stores", "users")),
    Page("/stores/new", new_store, shows=("stores",)),
    Page("/stores/new", open_store, "POST", does=("createStore",)),
    Page("/stores/{store}", store, shows=("stores", "users", "peopleChanges")),
    Page("/stores/{store}", change, "POST", does=("changeStore",)),
)
