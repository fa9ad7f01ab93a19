-- The predecessor's tables as they stand in an installation that lost its keys and kept its enums and JSON as text.
CREATE TABLE "Role" (
    "id" text, "name" text, "description" text, "createdBy" text, "createdAt" timestamp
);
CREATE TABLE "User" (
    "id" text, "email" text, "passwordHash" text, "roleId" text, "tier" text, "referralCode" text, "referredBy"
    text, "createdAt" timestamp, "updatedAt" timestamp, "emailVerificationToken" text,
    "emailVerificationTokenExpiry" timestamp, "isEmailVerified" boolean
);
CREATE TABLE "Store" (
    "id" text, "name" text, "location" text, "isMain" boolean, "managerId" text, "createdAt" timestamp, "updatedAt"
    timestamp
);
CREATE TABLE "RiderCoverageArea" (
    "id" text, "riderId" text, "storeId" text, "serviceRadiusKm" float8, "createdAt" timestamp
);
CREATE TABLE "ResellerProfile" (
    "userId" text, "billerId" text, "tier" text, "creditLimit" float8, "outstandingBalance" float8, "isActive"
    boolean, "activatedAt" timestamp, "profileStatus" text, "rejectedAt" timestamp, "rejectionReason" text,
    "requestedAt" timestamp, "requestedBillerId" text, "companyName" text, "contactPersonName" text, "contactPhone"
    text, "companyInitials" text, "companyLogoUrl" text
);
CREATE TABLE "Product" (
    "id" text, "name" text, "description" text, "barcode" text, "createdAt" timestamp, "updatedAt" timestamp
);
CREATE TABLE "ProductVariant" (
    "id" text, "productId" text, "barcode" text, "price" float8, "resellerPrice" float8, "createdAt" timestamp,
    "updatedAt" timestamp, "name" text, "legacyArticleCode" text
);
CREATE TABLE "ProductVariantTierPrice" (
    "id" text, "productVariantId" text, "tier" text, "price" float8
);
CREATE TABLE "Stock" (
    "id" text, "storeId" text, "productVariantId" text, "quantity" int, "reserved" int, "createdAt" timestamp,
    "updatedAt" timestamp, "reorderPoint" int, "reorderQty" int
);
CREATE TABLE "Address" (
    "id" text, "formattedAddress" text, "streetLine1" text, "streetLine2" text, "city" text, "state" text,
    "postalCode" text, "countryCode" text, "latitude" float8, "longitude" float8, "placeId" text, "plusCode" text,
    "provider" text, "externalRaw" text, "confidence" float8, "verifiedAt" timestamp, "createdAt" timestamp,
    "updatedAt" timestamp
);
CREATE TABLE "Customer" (
    "id" text, "fullName" text, "phone" text, "email" text, "preferredStoreId" text
);
CREATE TABLE "SaleOrder" (
    "id" text, "storeId" text, "billerId" text, "type" text, "status" text, "totalAmount" float8, "createdAt"
    timestamp, "updatedAt" timestamp, "resellerSaleid" text, "phase" text, "workflowContext" text, "workflowState"
    text, "deliveryAddressId" text, "receiverName" text, "receiverPhone" text, "deliveryNotes" text,
    "fulfillmentType" text, "deliveryAddress" text
);
CREATE TABLE "Quotation" (
    "id" text, "resellerId" text, "billerId" text, "status" text, "totalAmount" float8, "createdAt" timestamp,
    "updatedAt" timestamp, "channel" text, "consumerId" text, "saleOrderId" text, "storeId" text, "type" text
);
CREATE TABLE "QuotationItem" (
    "id" text, "quotationId" text, "productVariantId" text, "quantity" int, "unitPrice" float8
);
CREATE TABLE "ConsumerSale" (
    "id" text, "customerId" text, "storeId" text, "billerId" text, "status" text, "totalAmount" float8,
    "adjustmentType" text, "adjustedById" text, "createdAt" timestamp, "updatedAt" timestamp, "saleOrderId" text,
    "channel" text, "quotationId" text
);
CREATE TABLE "ResellerSale" (
    "id" text, "resellerId" text, "billerId" text, "storeId" text, "quotationId" text, "status" text, "totalAmount"
    float8, "approvedById" text, "approvedAt" timestamp, "createdAt" timestamp, "updatedAt" timestamp, "SaleOrderid"
    text
);
CREATE TABLE "ConsumerSaleItem" (
    "id" text, "consumerSaleId" text, "productVariantId" text, "quantity" int, "unitPrice" float8
);
CREATE TABLE "ResellerSaleItem" (
    "id" text, "resellerSaleId" text, "productVariantId" text, "quantity" int, "unitPrice" float8
);
CREATE TABLE "ConsumerPayment" (
    "id" text, "consumerSaleId" text, "amount" float8, "method" text, "receivedAt" timestamp, "reference" text,
    "saleOrderId" text, "status" text, "receiptBucket" text, "receiptKey" text, "receiptUrl" text
);
CREATE TABLE "ResellerPayment" (
    "id" text, "resellerId" text, "resellerSaleId" text, "amount" float8, "method" text, "reference" text,
    "receivedAt" timestamp, "receivedById" text, "saleOrderId" text, "status" text, "receiptBucket" text,
    "receiptKey" text, "receiptUrl" text
);
CREATE TABLE "SaleOrderTransitionLog" (
    "id" text, "saleOrderId" text, "fromState" text, "toState" text, "event" text, "metadata" text, "occurredAt"
    timestamp
);
CREATE TABLE "Fulfillment" (
    "id" text, "saleOrderId" text, "type" text, "deliveryPersonnelId" text, "deliveryAddress" text, "status" text,
    "cost" float8, "confirmationPin" text, "createdAt" timestamp, "updatedAt" timestamp, "workflowContext" text,
    "workflowState" text, "costAcceptedAt" timestamp, "costStatus" text, "paymentStatus" text, "deliveryAddressId"
    text, "receiverName" text, "receiverPhone" text, "deliveryNotes" text
);
CREATE TABLE "FulfillmentPayment" (
    "id" text, "fulfillmentId" text, "amount" float8, "method" text, "reference" text, "receivedAt" timestamp,
    "receivedById" text, "notes" text, "createdAt" timestamp, "updatedAt" timestamp
);
CREATE TABLE "FulfillmentRiderInterest" (
    "id" text, "fulfillmentId" text, "riderId" text, "status" text, "message" text, "etaMinutes" int, "expiresAt"
    timestamp, "createdAt" timestamp, "updatedAt" timestamp, "proposedCost" float8
);
CREATE TABLE "FulfillmentTransitionLog" (
    "id" text, "fulfillmentId" text, "fromState" text, "toState" text, "event" text, "metadata" text, "occurredAt"
    timestamp
);
CREATE TABLE "SalesReturn" (
    "id" text, "type" text, "consumerSaleId" text, "resellerSaleId" text, "returnedById" text, "receivedById" text,
    "storeId" text, "status" text, "returnLocation" text, "isApprovedLate" boolean, "approvedById" text, "createdAt"
    timestamp, "updatedAt" timestamp
);
CREATE TABLE "SalesReturnItem" (
    "id" text, "salesReturnId" text, "productVariantId" text, "quantity" int, "condition" text
);
CREATE TABLE "OutboxEvent" (
    "id" text, "type" text, "aggregateType" text, "aggregateId" text, "payload" text, "status" text, "retryCount"
    int, "deliverAfter" timestamp, "lastError" text, "createdAt" timestamp, "updatedAt" timestamp
);
CREATE TABLE "Notification" (
    "id" text, "userId" text, "type" text, "message" text, "isRead" boolean, "createdAt" timestamp
);
CREATE TABLE "SystemSetting" (
    "id" text, "key" text, "value" text, "description" text, "createdAt" timestamptz, "updatedAt" timestamptz,
    "updatedById" text
);
