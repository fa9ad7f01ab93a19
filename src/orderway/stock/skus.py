"""Variants by their SKUs, as they stand on a delivery note."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from orderway.workflow.kinds import Connection

VARIANTS = "SELECT sku, id FROM variant WHERE sku = ANY ($1::text[])"


async def load_variants(connection: Connection, skus: Collection[str]) -> Mapping[str, UUID]:
    """Return the variant of each SKU; one that there is none of is missing. One statement."""
    wanted = [each.replace("\0", "") for each in skus]
    return {row["sku"]: row["id"] for row in await connection.fetch(VARIANTS, wanted)}
