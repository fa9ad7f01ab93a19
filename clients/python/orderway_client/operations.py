__all__ = [
    "ACCEPT_AS_BUYER_GQL",
    "APPROVE_AS_SELLER_GQL",
    "ASSIGN_RIDER_GQL",
    "CANCEL_SALE_GQL",
    "COMPLETE_FULFILLMENT_GQL",
    "CONFIRM_PAYMENT_GQL",
    "CREATE_QUOTATION_GQL",
    "DELIVER_PACKAGE_GQL",
    "GET_ORDER_GQL",
    "LIST_ORDERS_GQL",
    "OFFER_TO_DELIVER_GQL",
    "REGISTER_PAYMENT_GQL",
    "SET_PAYMENT_METHOD_GQL",
    "SHARE_QUOTATION_GQL",
    "SHIP_PACKAGE_GQL",
    "START_FULFILLMENT_GQL",
]

START_FULFILLMENT_GQL = """
mutation StartFulfillment($input: FulfillmentStartedInput!) {
  answer: fulfillmentStarted(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

OFFER_TO_DELIVER_GQL = """
mutation OfferToDeliver($input: RegisterFulfillmentInterestInput!) {
  answer: registerFulfillmentInterest(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

ASSIGN_RIDER_GQL = """
mutation AssignRider($input: AssignFulfillmentRiderInput!) {
  answer: assignFulfillmentRider(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

SHIP_PACKAGE_GQL = """
mutation ShipPackage($input: FulfillmentPackageShippedInput!) {
  answer: fulfillmentPackageShipped(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

DELIVER_PACKAGE_GQL = """
mutation DeliverPackage($input: FulfillmentPackageDeliveredInput!) {
  answer: fulfillmentPackageDelivered(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

COMPLETE_FULFILLMENT_GQL = """
mutation CompleteFulfillment($input: FulfillmentCompleteInput!) {
  answer: fulfillmentComplete(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

GET_ORDER_GQL = """
query GetOrder($id: UUID!) {
  order(id: $id) {
    id
    number
    phase
    workflowState
    currency
    totals {
      total
      captured
      outstanding
    }
    lines {
      id
      sku
      description
      quantity
      price {
        unit
        total
      }
    }
    quotation {
      id
      step
      stateLabel
      context {
        version
      }
    }
    sale {
      id
      step
      stateLabel
    }
    fulfillment {
      id
      step
      stateLabel
    }
    payments {
      __typename
      id
      step
      stateLabel
    }
    interests {
      id
      stateLabel
    }
    availableEvents {
      id
      event
      label
      mutation
      step
      enabled
      reasons {
        sentence
        detail
        remedy
        whoCanHelp
      }
    }
  }
}
"""

LIST_ORDERS_GQL = """
query ListOrders($first: Int = 20, $after: String, $filter: OrderFilter) {
  orders(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      number
      phase
      workflowState
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
"""

CREATE_QUOTATION_GQL = """
mutation CreateQuotation($input: CreateQuotationInput!) {
  answer: createQuotation(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

SHARE_QUOTATION_GQL = """
mutation ShareQuotation($input: QuotationShareInput!) {
  answer: quotationShare(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

ACCEPT_AS_BUYER_GQL = """
mutation AcceptAsBuyer($input: QuotationBuyerApprovesInput!) {
  answer: quotationBuyerApproves(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

APPROVE_AS_SELLER_GQL = """
mutation ApproveAsSeller($input: QuotationSellerApprovesInput!) {
  answer: quotationSellerApproves(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

SET_PAYMENT_METHOD_GQL = """
mutation SetPaymentMethod($input: SaleSetPaymentMethodInput!) {
  answer: saleSetPaymentMethod(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

REGISTER_PAYMENT_GQL = """
mutation RegisterPayment($input: RegisterPaymentInput!) {
  answer: registerPayment(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

CONFIRM_PAYMENT_GQL = """
mutation ConfirmPayment($input: PaymentConfirmInput!) {
  answer: paymentConfirm(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""

CANCEL_SALE_GQL = """
mutation CancelSale($input: SaleCancelRequestedInput!) {
  answer: saleCancelRequested(input: $input) {
    __typename
    ... on Moved {
      ...Moved
    }
    ... on Refused {
      ...Refused
    }
    ... on Conflict {
      ...Conflict
    }
    ... on NotFound {
      ...NotFound
    }
    ... on Invalid {
      ...Invalid
    }
  }
}

fragment Conflict on Conflict {
  sentence
  who
  when
  what
  step
}

fragment Invalid on Invalid {
  field
  sentence
}

fragment Moved on Moved {
  machine
  id
  event
  state
  stateLabel
  step
  at
  order {
    id
    number
    phase
  }
}

fragment NotFound on NotFound {
  sentence
}

fragment Refused on Refused {
  sentence
  state
  stateLabel
  reasons {
    guard
    sentence
    detail
    remedy
    permission
    whoCanHelp
  }
  takes {
    event
    label
    mutation
  }
}
"""
