CREATE TYPE "FulfillmentCostStatus" AS ENUM ('PENDING', 'ACCEPTED', 'REJECTED');
CREATE TYPE "FulfillmentPaymentStatus" AS ENUM ('UNPAID', 'PARTIAL', 'PAID');
CREATE TYPE "AddressSource" AS ENUM ('GOOGLE_PLACES', 'LOCATIONIQ', 'OPENCAGE', 'MANUAL', 'OTHER');
CREATE TYPE "AdjustmentType" AS ENUM ('NONE', 'INCREASE', 'DISCOUNT');
CREATE TYPE "FulfillmentRiderInterestStatus" AS ENUM ('ACTIVE', 'WITHDRAWN', 'ASSIGNED', 'REJECTED', 'EXPIRED');
CREATE TYPE "FulfillmentStatus" AS ENUM ('PENDING', 'ASSIGNED', 'IN_TRANSIT', 'DELIVERED', 'CANCELLED');
CREATE TYPE "FulfillmentType" AS ENUM ('PICKUP', 'DELIVERY');
CREATE TYPE "OrderPhase" AS ENUM ('QUOTATION', 'SALE', 'FULFILLMENT');
CREATE TYPE "OutboxStatus" AS ENUM ('PENDING', 'PUBLISHED', 'FAILED', 'PROCESSING');
CREATE TYPE "PaymentMethod" AS ENUM ('CASH', 'TRANSFER', 'CARD', 'WALLET', 'BANK', 'MIXED');
CREATE TYPE "PaymentStatus" AS ENUM ('PENDING', 'CONFIRMED', 'FAILED');
CREATE TYPE "ProfileStatus" AS ENUM ('PENDING', 'ACTIVE', 'REJECTED');
CREATE TYPE "QuotationStatus" AS ENUM ('DRAFT', 'SENT', 'CONFIRMED', 'REJECTED', 'APPROVED');
CREATE TYPE "ReturnLocation" AS ENUM ('LAGOS', 'OUTSIDE_LAGOS');
CREATE TYPE "ReturnStatus" AS ENUM ('PENDING', 'ACCEPTED', 'REJECTED', 'FULFILLED');
CREATE TYPE "SaleChannel" AS ENUM ('WEB', 'APP', 'IN_STORE');
CREATE TYPE "SaleStatus" AS ENUM ('PENDING', 'APPROVED', 'FULFILLED', 'CANCELLED', 'PAID');
CREATE TYPE "SaleType" AS ENUM ('CONSUMER', 'RESELLER');
CREATE TYPE "UserTier" AS ENUM ('ZERO', 'BRONZE', 'SILVER', 'GOLD', 'PLATINUM');

-- An amount as the former system kept it: in major units, as a double.
CREATE FUNCTION major(minor bigint, currency text) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (minor / 10::numeric ^ {exponents})::double precision;

-- A time as it kept it: without a zone, in UTC, in milliseconds.
CREATE FUNCTION utc(at timestamptz) RETURNS timestamp(3) LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (at AT TIME ZONE 'UTC')::timestamp(3);

-- The id that a row had there, or ours where it came later.
CREATE FUNCTION theirs(kind text, ours uuid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((SELECT i.theirs FROM public.legacy_id i WHERE i.kind = $1 AND i.ours = $2 LIMIT 1), $2::text);

-- The user who acted, where it was one.
CREATE FUNCTION acting(actor text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN actor ~ '^person:[0-9a-f-]{36}$' THEN theirs('User', substr(actor, 8)::uuid) END;

-- A reseller was a user there; one of ours who does not sign in is known by the customer's id.
CREATE FUNCTION reseller(customer public.customer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN customer.person_id IS NULL THEN theirs('ResellerProfile', customer.id)
    ELSE theirs('User', customer.person_id) END;

-- What an order was called there.
CREATE FUNCTION order_id(o public.sale_order) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN o.source = '{source}' THEN o.source_ref ELSE o.id::text END;

CREATE FUNCTION sale_status(quotation text, sale text, paid_in_full boolean) RETURNS "SaleStatus"
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (CASE
    WHEN sale IN ('AWAITING_PAYMENT_METHOD', 'PAYMENT_INITIATED', 'PAYMENT_FAILED') THEN 'PENDING'
    WHEN sale IN ('PAYMENT_PENDING_CONFIRMATION', 'OVERRIDE_REVIEW') THEN 'APPROVED'
    WHEN sale = 'CLEARED_FOR_FULFILLMENT' AND paid_in_full THEN 'PAID'
    WHEN sale = 'CLEARED_FOR_FULFILLMENT' THEN 'APPROVED'
    WHEN sale IN ('AWAITING_SETTLEMENT', 'COMPLETED', 'REFUNDED') THEN 'FULFILLED'
    WHEN sale IN ('CANCELLED', 'EXPIRED') OR quotation IN ('CANCELLED', 'REJECTED', 'EXPIRED') THEN 'CANCELLED'
    ELSE 'PENDING' END)::"SaleStatus";

CREATE FUNCTION sale_state(quotation text, sale text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN sale = 'PAYMENT_INITIATED' THEN 'AWAITING_PAYMENT_METHOD'
    WHEN sale IN ('CLEARED_FOR_FULFILLMENT', 'AWAITING_SETTLEMENT', 'COMPLETED', 'REFUNDED') THEN 'CLEARED_FOR_FULFILMENT'
    WHEN sale = 'EXPIRED' THEN 'SALE_EXPIRED'
    WHEN sale IS NOT NULL THEN sale
    WHEN quotation IN ('CANCELLED', 'REJECTED', 'EXPIRED') THEN 'CANCELLED'
    ELSE 'QUOTATION_DRAFT' END;

CREATE FUNCTION quotation_status(state text) RETURNS "QuotationStatus" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (CASE
    WHEN state = 'DRAFT' THEN 'DRAFT'
    WHEN state IN ('IN_REVIEW', 'REVISED', 'APPROVED_BY_SELLER') THEN 'SENT'
    WHEN state = 'APPROVED_BY_BUYER' THEN 'CONFIRMED'
    WHEN state = 'MUTUALLY_APPROVED' THEN 'APPROVED'
    ELSE 'REJECTED' END)::"QuotationStatus";

-- Where a fulfillment stands: one that is held stands where it will go on.
CREATE FUNCTION standing(state text, history json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN state = 'ON_HOLD' THEN coalesce(history ->> 'PREPARING', 'ALLOCATING_STOCK') ELSE state END;

CREATE FUNCTION fulfillment_status(state text) RETURNS "FulfillmentStatus" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (CASE
    WHEN state IN ('ALLOCATING_STOCK', 'BACKORDERED', 'PICK_PACK', 'AWAITING_RIDER_SELECTION', 'SCHEDULING') THEN 'PENDING'
    WHEN state IN ('RIDER_ASSIGNED', 'READY_FOR_SHIPMENT') THEN 'ASSIGNED'
    WHEN state IN ('SHIPPED', 'IN_PROGRESS') THEN 'IN_TRANSIT'
    WHEN state IN ('CANCELLED', 'FAILED') THEN 'CANCELLED'
    ELSE 'DELIVERED' END)::"FulfillmentStatus";

CREATE FUNCTION fulfillment_state(state text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN state IN ('BACKORDERED', 'PICK_PACK', 'SCHEDULING') THEN 'ALLOCATING_STOCK'
    WHEN state = 'IN_PROGRESS' THEN 'SHIPPED'
    WHEN state IN ('COMPLETED', 'REFUNDED') THEN 'DELIVERED'
    WHEN state = 'RETURN_RECEIVED' THEN 'RETURN_REQUESTED'
    WHEN state = 'FAILED' THEN 'CANCELLED'
    ELSE state END;

CREATE FUNCTION paid_by(method text) RETURNS "PaymentMethod" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (CASE WHEN method = 'ACCOUNT_CREDIT' THEN 'WALLET' ELSE method END)::"PaymentMethod";

CREATE FUNCTION tier(name text) RETURNS "UserTier" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (CASE WHEN name IN ('BRONZE', 'SILVER', 'GOLD', 'PLATINUM') THEN name ELSE 'ZERO' END)::"UserTier";
