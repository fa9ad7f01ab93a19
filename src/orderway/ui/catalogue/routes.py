"""The addresses of the catalogue."""

from __future__ import annotations

from orderway.ui.catalogue.lists import add_list, price_list, price_lists, set_price
from orderway.ui.catalogue.product import add_variant, change_product, change_variant, product
from orderway.ui.catalogue.shelf import add_product, catalogue
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/catalogue", catalogue, shows=("products",)),
    Page("/catalogue", add_product, "POST", does=("createProduct",)),
    Page("/catalogue/lists", price_lists, shows=("priceLists",)),
    Page("/catalogue/lists", add_list, "POST", does=("createPriceList",)),
    Page("/catalogue/lists/{list}", price_list, shows=("priceLists",)),
    Page("/catalogue/lists/{list}", set_price, "POST", does=("setListPrice", "removeListPrice")),
    Page("/catalogue/products/{product}", product, shows=("product", "catalogueChanges")),
    Page(
        "/catalogue/products/{product}", change_product, "POST",
        does=("renameProduct", "retireProduct", "restoreProduct"),
    ),
    Page("/catalogue/products/{product}/variants", add_variant, "POST", does=("createVariant",)),
    Page(
        "/catalogue/products/{product}/variants/{variant}", change_variant, "POST",
        does=("renameVariant", "setVariantPrice", "setVariantTax", "retireVariant", "restoreVariant"),
    ),
)  # fmt: skip
