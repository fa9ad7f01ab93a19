"""How far a delivery goes stands beside it while a rider is sought, so that a search by radius compares two numbers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The haversine on a sphere of 6371 km, within about half a percent of the true distance; null where a place is unknown.
DISTANCE = """
CREATE FUNCTION orderway_distance_km(
    latitude double precision, longitude double precision, to_latitude double precision, to_longitude double precision
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN latitude IS NOT NULL AND to_latitude IS NOT NULL THEN 2 * 6371 * asin(sqrt(least(1,
    power(sin(radians(to_latitude - latitude) / 2), 2)
    + cos(radians(latitude)) * cos(radians(to_latitude)) * power(sin(radians(to_longitude - longitude) / 2), 2)
))) END
"""

# Whatever is written: the distance is reckoned anew while a rider is sought, and is gone when none is.
KEEP = """
CREATE FUNCTION orderway_keep_sought_km() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sought_km := CASE WHEN NEW.state = 'AWAITING_RIDER_SELECTION' THEN (
        SELECT coalesce(orderway_distance_km(s.latitude, s.longitude, o.latitude, o.longitude), 0)
        FROM sale_order o JOIN store s ON s.id = o.store_id WHERE o.store_id = NEW.store_id AND o.id = NEW.order_id
    ) END;
    RETURN NEW;
END $$
"""

RENEW_OF_ORDER = """
CREATE FUNCTION orderway_renew_sought_km_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fulfillment SET sought_km = NULL
    WHERE store_id = NEW.store_id AND order_id = NEW.id AND state = 'AWAITING_RIDER_SELECTION';
    RETURN NULL;
END $$
"""

# A delivery that begins to seek meanwhile has read where the store was: it is waited for, and none begins. So is every
# transaction that locked a fulfillment in order to move it, so that nobody waits for the other in turn.
RENEW_OF_STORE = """
CREATE FUNCTION orderway_renew_sought_km_of_store() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE fulfillment IN EXCLUSIVE MODE;
    UPDATE fulfillment SET sought_km = NULL WHERE store_id = NEW.id AND state = 'AWAITING_RIDER_SELECTION';
    RETURN NULL;
END $$
"""

KEPT = """
CREATE TRIGGER fulfillment_sought_km BEFORE INSERT OR UPDATE OF state, sought_km ON fulfillment FOR EACH ROW
WHEN (NEW.state = 'AWAITING_RIDER_SELECTION' OR NEW.sought_km IS NOT NULL)
EXECUTE FUNCTION orderway_keep_sought_km()
"""

RENEWED = """
CREATE TRIGGER {table}_sought_km AFTER UPDATE OF latitude, longitude ON {table} FOR EACH ROW
WHEN ((NEW.latitude, NEW.longitude) IS DISTINCT FROM (OLD.latitude, OLD.longitude))
EXECUTE FUNCTION orderway_renew_sought_km_of_{name}()
"""

PLACES = {"sale_order": "order", "store": "store"}


def upgrade() -> None:
    op.add_column("fulfillment", sa.Column("sought_km", sa.Double))
    for function in (DISTANCE, KEEP, RENEW_OF_ORDER, RENEW_OF_STORE):
        op.execute(function)
    op.execute(KEPT)
    for table, name in PLACES.items():
        op.execute(RENEWED.format(table=table, name=name))
    op.execute("UPDATE fulfillment SET sought_km = NULL WHERE state = 'AWAITING_RIDER_SELECTION'")
    op.execute("DROP INDEX fulfillment_sought_idx")
    op.create_index(
        "fulfillment_sought_idx", "fulfillment", ["store_id", "moved_at", "id", "sought_km"],
        postgresql_where="state = 'AWAITING_RIDER_SELECTION'",
    )  # fmt: skip
    op.execute("DROP INDEX rider_coverage_store_id_idx")
    op.create_index(
        "rider_coverage_radius_idx", "rider_coverage",
        ["store_id", sa.text("coalesce(radius_km, 'Infinity'::double precision)")],
    )  # fmt: skip


def downgrade() -> None:
    op.execute("DROP INDEX rider_coverage_radius_idx")
    op.create_index("rider_coverage_store_id_idx", "rider_coverage", ["store_id"])
    op.execute("DROP INDEX fulfillment_sought_idx")
    op.create_index(
        "fulfillment_sought_idx", "fulfillment", ["store_id", "moved_at", "id"],
        postgresql_where="state = 'AWAITING_RIDER_SELECTION'",
    )  # fmt: skip
    for table, name in PLACES.items():
        op.execute(f"DROP TRIGGER {table}_sought_km ON {table}")
        op.execute(f"DROP FUNCTION orderway_renew_sought_km_of_{name}()")
    op.execute("DROP TRIGGER fulfillment_sought_km ON fulfillment")
    op.execute("DROP FUNCTION orderway_keep_sought_km()")
    op.drop_column("fulfillment", "sought_km")
    op.execute(
        "DROP FUNCTION orderway_distance_km(double precision, double precision, double precision, double precision)"
    )
