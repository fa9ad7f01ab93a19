"""Who may do and see what: the table of capabilities as it was agreed, and beneath it every way into the API.

It is written down here once more on purpose, and reads nothing of the code that it is held against. Roles stand as
letters: S superadmin, A admin, M manager, $ accountant, B biller, R rider, D reseller, C customer.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "S": "SUPERADMIN", "A": "ADMIN", "M": "MANAGER", "$": "ACCOUNTANT", "B": "BILLER", "R": "RIDER", "D": "RESELLER",
    "C": "CUSTOMER",
}  # fmt: skip
EVERYONE = "".join(ROLES)


@dataclass(frozen=True)
class Capability:
    """Something that some roles may do, and the mutations that do it."""

    what: str
    who: str
    mutations: str

    def __contains__(self, mutation: str) -> bool:
        return mutation in self.mutations.split()


CAPABILITIES = (
    Capability(
        "draft and edit a quotation", "SAMBD", "createQuotation copyQuotation quotationEdit quotationShare"
    ),
    Capability(
        "approve a quotation for the seller", "SAMB",
        "quotationSellerApproves quotationWithdraw quotationExtendValidity",
    ),
    Capability("approve or decline a quotation for the buyer", "SAMBDC", "quotationBuyerApproves quotationDecline"),
    Capability(
        "register a payment", "SAM$BD",
        "registerPayment registerResellerPayment salePaymentAuthorized",
    ),
    Capability("register a payment of a consumer", "SAM$B", "registerConsumerPayment"),
    Capability(
        "confirm or fail a payment, issue a refund", "SA$",
        "paymentConfirm paymentFail paymentRefund paymentDispute paymentReverse paymentWinDispute paymentLoseDispute"
        " confirmConsumerPayment confirmResellerPayment salePaymentFailed salePaymentExpired fulfillmentRefundIssued"
        " payOutAccountCredit payFulfillmentRider correctRiderEarning",
    ),
    Capability("choose how a sale is paid", "SAMB", "saleSetPaymentMethod saleInitiatePayment"),
    Capability("pay from the buyer's account", "SAM$BDC", "payFromAccountCredit"),
    Capability("cancel a sale", "SAMB", "saleCancelRequested"),
    Capability("write off what is owed", "SA$", "saleWriteOff"),
    Capability(
        "decide what becomes of money that nobody knows", "SA$",
        "attachParkedMoney refundParkedMoney returnParkedMoney acceptShortPayment acceptOverPayment dismissParkedItem"
        " saleAcceptShort",
    ),
    Capability("decide on an order that was brought over", "SAM", "decideImportReview"),
    Capability("change what a customer may owe", "SA$", "changeCreditTerms setCreditTier removeCreditTier"),
    Capability("ask for an override", "SAMB", "saleAdminOverrideRequested"),
    Capability(
        "decide or revoke an override", "SAM", "overrideRequestApprove overrideRequestDeny overrideRequestRevoke"
    ),
    Capability(
        "pack, hold, cancel a fulfillment", "SAMB",
        "fulfillmentStarted fulfillmentHold fulfillmentResume fulfillmentCancel fulfillmentFail fulfillmentSplit"
        " fulfillmentComplete fulfillmentCarrierSelected fulfillmentCarrierReleased fulfillmentTrackingSet"
        " fulfillmentNewPin fulfillmentServiceScheduled fulfillmentServiceRescheduled fulfillmentServiceCompleted",
    ),
    Capability(
        "ship and deliver, a rider their own", "SAMBR",
        "fulfillmentPackageShipped fulfillmentPackageDelivered fulfillmentDeliveryFailed fulfillmentRiderUnassigned",
    ),
    Capability("choose how an order is brought, a buyer their own", "SAMBDC", "updateFulfillmentPreferences"),
    Capability(
        "assign or unassign a rider", "SAMB",
        "assignFulfillmentRider fulfillmentRiderSelected fulfillmentRiderNamed riderInterestReject riderInterestRevive",
    ),
    Capability("edit riders' coverage", "SAMB", "upsertRiderCoverage removeRiderCoverage"),
    Capability("say how a rider is reached, a rider for themselves", "SAMBR", "setRiderProfile"),
    Capability(
        "volunteer, withdraw", "R",
        "registerFulfillmentInterest withdrawFulfillmentInterest riderInterestRegister riderInterestChange"
        " riderInterestWithdraw",
    ),
    Capability(
        "receive stock, transfer, set reorder points", "SAM",
        "receiveStock adjustStock requestStockTransfer confirmStockTransfer declineStockTransfer setReorderPoint",
    ),
    Capability("request a return", "SAMBDC", "createSalesReturn fulfillmentReturnRequested"),
    Capability("comment on an order", "SAM$BDC", "addComment"),
    Capability(
        "accept or reject a return, receive goods", "SAM",
        "fulfillmentReturnAccepted fulfillmentReturnReceived fulfillmentReturnRejected",
    ),
    Capability(
        "change the catalogue", "SAM",
        "createProduct renameProduct retireProduct restoreProduct createVariant renameVariant retireVariant"
        " restoreVariant setVariantPrice setVariantTax createPriceList setListPrice removeListPrice",
    ),
    Capability("add and change customers", "SAMB", "createCustomer changeCustomer"),
    Capability("say who bills an order", "SAMB", "nameBiller"),
    Capability("let resellers in", "SA", "approveResellerApplication declineResellerApplication"),
    Capability("retry the outbox", "SAM$", "retryDeliveries retryMails"),
    Capability(
        "webhooks", "SA",
        "createWebhook changeWebhook enableWebhook disableWebhook rotateWebhookSecret deleteWebhook sendWebhookTest"
        " redeliverWebhook",
    ),
    Capability(
        "settings, roles, users", "SA",
        "createUser changeUser setUserRoles setUserStores setUserPassword disableUser enableUser forgetUserIdentities"
        " createRole changeRole deleteRole createStore changeStore setOverrideCap removeOverrideCap changeSetting"
        " resetSetting setEventAside",
    ),
)  # fmt: skip

OPEN = "signIn refreshToken signUp applyAsReseller"
"""What anyone does who is not signed in yet."""

OWN = """
    signOut changeMyName changeMyLanguage changeMyPassword endMySession endMyOtherSessions createApiKey revokeApiKey
    markNotificationsRead markAllNotificationsRead chooseMyNotifications saveView removeView
"""
"""What everybody does for themselves, and nobody for another; but admins make and revoke the keys of others too."""

SYSTEM = """
    quotationPreferencesChanged quotationBillerNamed quotationExpire
    salePaymentCaptured salePaymentReversed salePaymentRestored saleOverrideRevoked salePreferencesChanged saleExpire
    saleBillerNamed
    saleFulfillmentCancelled saleFulfillmentRefunded saleFulfillmentCompleted saleFulfillmentFailed
    saleAdminOverrideGranted saleCreditOverrideGranted saleAdminOverrideDenied saleCreditOverrideDenied
    fulfillmentReserveOk fulfillmentReserveMiss fulfillmentPreferencesChanged
    riderInterestAssign riderInterestExpire riderInterestUnassign overrideRequestExpire
"""
"""What Orderway alone sends, when the time or something else has come."""

READS = {
    "": "machines machine viewer shops",
    EVERYONE: """
        order orders fulfillments history simulate products product variant notifications unreadNotifications
        mySessions myNotificationChoices apiKeys stores riderEarnings savedViews
    """,
    "SAM$BDC": """
        quotations sales payments salesReturns accountCredit customerCreditProfile customerCreditProfiles
        customer customers
    """,
    "SAM$B": "overrideRequests catalogueChanges priceLists standing",
    "SAM$": """
        reconciliationItems reconciliationItem outboxEvents outboxSinks outboxDeliveries outboxChanges insight
        openMails importReviews schedules shadowDivergences shadowStanding scheduleRuns workers
    """,
    "SAM": "stock lowStock stockMovements stockTransfers reorderPointChanges",
    "SAMBR": "rider riders riderCoverageAreas riderCoverageChanges",
    "SAMB": "fulfillmentRiders fulfillmentRiderInterests billers",
    "SAM$BR": "fulfillmentPayments",
    "SA$": "creditTiers",
    "R": "deliverableFulfillments myFulfillmentInterests",
    "SA": "users user roles permissions peopleChanges machineRuns systemSettings featureFlags overrideCaps"
    " resellerApplications webhooks webhook webhookDeliveries",
}
"""Who reads anything by which query, where they are in scope; under "" whoever is not even signed in."""

FOLLOWED = {EVERYONE: "orderChanged ordersChanged notificationAdded"}
"""Who follows what by subscriptions."""


def doers(mutation: str) -> str:
    """The roles that may do it, where the thing is theirs to see; none of what the system alone sends."""
    if mutation in OWN.split() or mutation in OPEN.split():
        return EVERYONE
    return "".join(each.who for each in CAPABILITIES if mutation in each)
