"""The addresses of stock."""

from __future__ import annotations

from orderway.ui.site import Page
from orderway.ui.stock.changing import alter
from orderway.ui.stock.listing import low, shelves
from orderway.ui.stock.movements import movements
from orderway.ui.stock.receiving import receive, take_in
from orderway.ui.stock.shelf import shelf
from orderway.ui.stock.transfers import ask, decide, transfers

PAGES: tuple[Page, ...] = (
    Page("/stock", shelves, shows=("stock",)),
    Page("/stock/low", low, shows=("lowStock",)),
    Page("/stock/movements", movements, shows=("stockMovements",)),
    Page("/stock/receive", receive, shows=("stock",)),
    Page("/stock/receive", take_in, "POST", does=("receiveStock",)),
    Page("/stock/transfers", transfers, shows=("stockTransfers",)),
    Page("/stock/transfers", ask, "POST", does=("requestStockTransfer",)),
    Page("/stock/transfers/{transfer}", decide, "POST", does=("confirmStockTransfer", "declineStockTransfer")),
    Page("/stock/{store}/{variant}", shelf, shows=("stock", "stockMovements", "reorderPointChanges")),
    Page("/stock/{store}/{variant}/{what}", alter, "POST", does=("receiveStock", "adjustStock", "setReorderPoint")),
)
