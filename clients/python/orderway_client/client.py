from typing import Any, Optional, Union
from uuid import UUID

from .accept_as_buyer import (
    AcceptAsBuyer,
    AcceptAsBuyerAnswerConflict,
    AcceptAsBuyerAnswerInvalid,
    AcceptAsBuyerAnswerMoved,
    AcceptAsBuyerAnswerNotFound,
    AcceptAsBuyerAnswerRefused,
)
from .approve_as_seller import (
    ApproveAsSeller,
    ApproveAsSellerAnswerConflict,
    ApproveAsSellerAnswerInvalid,
    ApproveAsSellerAnswerMoved,
    ApproveAsSellerAnswerNotFound,
    ApproveAsSellerAnswerRefused,
)
from .assign_rider import (
    AssignRider,
    AssignRiderAnswerConflict,
    AssignRiderAnswerInvalid,
    AssignRiderAnswerMoved,
    AssignRiderAnswerNotFound,
    AssignRiderAnswerRefused,
)
from .async_base_client import AsyncBaseClient
from .base_model import UNSET, UnsetType
from .cancel_sale import (
    CancelSale,
    CancelSaleAnswerConflict,
    CancelSaleAnswerInvalid,
    CancelSaleAnswerMoved,
    CancelSaleAnswerNotFound,
    CancelSaleAnswerRefused,
)
from .complete_fulfillment import (
    CompleteFulfillment,
    CompleteFulfillmentAnswerConflict,
    CompleteFulfillmentAnswerInvalid,
    CompleteFulfillmentAnswerMoved,
    CompleteFulfillmentAnswerNotFound,
    CompleteFulfillmentAnswerRefused,
)
from .confirm_payment import (
    ConfirmPayment,
    ConfirmPaymentAnswerConflict,
    ConfirmPaymentAnswerInvalid,
    ConfirmPaymentAnswerMoved,
    ConfirmPaymentAnswerNotFound,
    ConfirmPaymentAnswerRefused,
)
from .create_quotation import (
    CreateQuotation,
    CreateQuotationAnswerConflict,
    CreateQuotationAnswerInvalid,
    CreateQuotationAnswerMoved,
    CreateQuotationAnswerNotFound,
    CreateQuotationAnswerRefused,
)
from .deliver_package import (
    DeliverPackage,
    DeliverPackageAnswerConflict,
    DeliverPackageAnswerInvalid,
    DeliverPackageAnswerMoved,
    DeliverPackageAnswerNotFound,
    DeliverPackageAnswerRefused,
)
from .get_order import GetOrder, GetOrderOrder
from .input_types import (
    AssignFulfillmentRiderInput,
    CreateQuotationInput,
    FulfillmentCompleteInput,
    FulfillmentPackageDeliveredInput,
    FulfillmentPackageShippedInput,
    FulfillmentStartedInput,
    OrderFilter,
    PaymentConfirmInput,
    QuotationBuyerApprovesInput,
    QuotationSellerApprovesInput,
    QuotationShareInput,
    RegisterFulfillmentInterestInput,
    RegisterPaymentInput,
    SaleCancelRequestedInput,
    SaleSetPaymentMethodInput,
)
from .list_orders import ListOrders, ListOrdersOrders
from .offer_to_deliver import (
    OfferToDeliver,
    OfferToDeliverAnswerConflict,
    OfferToDeliverAnswerInvalid,
    OfferToDeliverAnswerMoved,
    OfferToDeliverAnswerNotFound,
    OfferToDeliverAnswerRefused,
)
from .operations import (
    ACCEPT_AS_BUYER_GQL,
    APPROVE_AS_SELLER_GQL,
    ASSIGN_RIDER_GQL,
    CANCEL_SALE_GQL,
    COMPLETE_FULFILLMENT_GQL,
    CONFIRM_PAYMENT_GQL,
    CREATE_QUOTATION_GQL,
    DELIVER_PACKAGE_GQL,
    GET_ORDER_GQL,
    LIST_ORDERS_GQL,
    OFFER_TO_DELIVER_GQL,
    REGISTER_PAYMENT_GQL,
    SET_PAYMENT_METHOD_GQL,
    SHARE_QUOTATION_GQL,
    SHIP_PACKAGE_GQL,
    START_FULFILLMENT_GQL,
)
from .register_payment import (
    RegisterPayment,
    RegisterPaymentAnswerConflict,
    RegisterPaymentAnswerInvalid,
    RegisterPaymentAnswerMoved,
    RegisterPaymentAnswerNotFound,
    RegisterPaymentAnswerRefused,
)
from .set_payment_method import (
    SetPaymentMethod,
    SetPaymentMethodAnswerConflict,
    SetPaymentMethodAnswerInvalid,
    SetPaymentMethodAnswerMoved,
    SetPaymentMethodAnswerNotFound,
    SetPaymentMethodAnswerRefused,
)
from .share_quotation import (
    ShareQuotation,
    ShareQuotationAnswerConflict,
    ShareQuotationAnswerInvalid,
    ShareQuotationAnswerMoved,
    ShareQuotationAnswerNotFound,
    ShareQuotationAnswerRefused,
)
from .ship_package import (
    ShipPackage,
    ShipPackageAnswerConflict,
    ShipPackageAnswerInvalid,
    ShipPackageAnswerMoved,
    ShipPackageAnswerNotFound,
    ShipPackageAnswerRefused,
)
from .start_fulfillment import (
    StartFulfillment,
    StartFulfillmentAnswerConflict,
    StartFulfillmentAnswerInvalid,
    StartFulfillmentAnswerMoved,
    StartFulfillmentAnswerNotFound,
    StartFulfillmentAnswerRefused,
)


def gql(q: str) -> str:
    return q


class Orderway(AsyncBaseClient):
    async def start_fulfillment(
        self, input: FulfillmentStartedInput, **kwargs: Any
    ) -> Union[
        StartFulfillmentAnswerMoved,
        StartFulfillmentAnswerRefused,
        StartFulfillmentAnswerConflict,
        StartFulfillmentAnswerNotFound,
        StartFulfillmentAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=START_FULFILLMENT_GQL,
            operation_name="StartFulfillment",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return StartFulfillment.model_validate(data).answer

    async def offer_to_deliver(
        self, input: RegisterFulfillmentInterestInput, **kwargs: Any
    ) -> Union[
        OfferToDeliverAnswerMoved,
        OfferToDeliverAnswerRefused,
        OfferToDeliverAnswerConflict,
        OfferToDeliverAnswerNotFound,
        OfferToDeliverAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=OFFER_TO_DELIVER_GQL,
            operation_name="OfferToDeliver",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return OfferToDeliver.model_validate(data).answer

    async def assign_rider(
        self, input: AssignFulfillmentRiderInput, **kwargs: Any
    ) -> Union[
        AssignRiderAnswerMoved,
        AssignRiderAnswerRefused,
        AssignRiderAnswerConflict,
        AssignRiderAnswerNotFound,
        AssignRiderAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=ASSIGN_RIDER_GQL,
            operation_name="AssignRider",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return AssignRider.model_validate(data).answer

    async def ship_package(
        self, input: FulfillmentPackageShippedInput, **kwargs: Any
    ) -> Union[
        ShipPackageAnswerMoved,
        ShipPackageAnswerRefused,
        ShipPackageAnswerConflict,
        ShipPackageAnswerNotFound,
        ShipPackageAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=SHIP_PACKAGE_GQL,
            operation_name="ShipPackage",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ShipPackage.model_validate(data).answer

    async def deliver_package(
        self, input: FulfillmentPackageDeliveredInput, **kwargs: Any
    ) -> Union[
        DeliverPackageAnswerMoved,
        DeliverPackageAnswerRefused,
        DeliverPackageAnswerConflict,
        DeliverPackageAnswerNotFound,
        DeliverPackageAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=DELIVER_PACKAGE_GQL,
            operation_name="DeliverPackage",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return DeliverPackage.model_validate(data).answer

    async def complete_fulfillment(
        self, input: FulfillmentCompleteInput, **kwargs: Any
    ) -> Union[
        CompleteFulfillmentAnswerMoved,
        CompleteFulfillmentAnswerRefused,
        CompleteFulfillmentAnswerConflict,
        CompleteFulfillmentAnswerNotFound,
        CompleteFulfillmentAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=COMPLETE_FULFILLMENT_GQL,
            operation_name="CompleteFulfillment",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return CompleteFulfillment.model_validate(data).answer

    async def get_order(self, id: UUID, **kwargs: Any) -> GetOrderOrder:
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=GET_ORDER_GQL,
            operation_name="GetOrder",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return GetOrder.model_validate(data).order

    async def list_orders(
        self,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        filter_: Union[Optional[OrderFilter], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> ListOrdersOrders:
        variables: dict[str, object] = {
            "first": first,
            "after": after,
            "filter": filter_,
        }
        response = await self.execute(
            query=LIST_ORDERS_GQL,
            operation_name="ListOrders",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ListOrders.model_validate(data).orders

    async def create_quotation(
        self, input: CreateQuotationInput, **kwargs: Any
    ) -> Union[
        CreateQuotationAnswerMoved,
        CreateQuotationAnswerRefused,
        CreateQuotationAnswerConflict,
        CreateQuotationAnswerNotFound,
        CreateQuotationAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=CREATE_QUOTATION_GQL,
            operation_name="CreateQuotation",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return CreateQuotation.model_validate(data).answer

    async def share_quotation(
        self, input: QuotationShareInput, **kwargs: Any
    ) -> Union[
        ShareQuotationAnswerMoved,
        ShareQuotationAnswerRefused,
        ShareQuotationAnswerConflict,
        ShareQuotationAnswerNotFound,
        ShareQuotationAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=SHARE_QUOTATION_GQL,
            operation_name="ShareQuotation",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ShareQuotation.model_validate(data).answer

    async def accept_as_buyer(
        self, input: QuotationBuyerApprovesInput, **kwargs: Any
    ) -> Union[
        AcceptAsBuyerAnswerMoved,
        AcceptAsBuyerAnswerRefused,
        AcceptAsBuyerAnswerConflict,
        AcceptAsBuyerAnswerNotFound,
        AcceptAsBuyerAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=ACCEPT_AS_BUYER_GQL,
            operation_name="AcceptAsBuyer",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return AcceptAsBuyer.model_validate(data).answer

    async def approve_as_seller(
        self, input: QuotationSellerApprovesInput, **kwargs: Any
    ) -> Union[
        ApproveAsSellerAnswerMoved,
        ApproveAsSellerAnswerRefused,
        ApproveAsSellerAnswerConflict,
        ApproveAsSellerAnswerNotFound,
        ApproveAsSellerAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=APPROVE_AS_SELLER_GQL,
            operation_name="ApproveAsSeller",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ApproveAsSeller.model_validate(data).answer

    async def set_payment_method(
        self, input: SaleSetPaymentMethodInput, **kwargs: Any
    ) -> Union[
        SetPaymentMethodAnswerMoved,
        SetPaymentMethodAnswerRefused,
        SetPaymentMethodAnswerConflict,
        SetPaymentMethodAnswerNotFound,
        SetPaymentMethodAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=SET_PAYMENT_METHOD_GQL,
            operation_name="SetPaymentMethod",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return SetPaymentMethod.model_validate(data).answer

    async def register_payment(
        self, input: RegisterPaymentInput, **kwargs: Any
    ) -> Union[
        RegisterPaymentAnswerMoved,
        RegisterPaymentAnswerRefused,
        RegisterPaymentAnswerConflict,
        RegisterPaymentAnswerNotFound,
        RegisterPaymentAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=REGISTER_PAYMENT_GQL,
            operation_name="RegisterPayment",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return RegisterPayment.model_validate(data).answer

    async def confirm_payment(
        self, input: PaymentConfirmInput, **kwargs: Any
    ) -> Union[
        ConfirmPaymentAnswerMoved,
        ConfirmPaymentAnswerRefused,
        ConfirmPaymentAnswerConflict,
        ConfirmPaymentAnswerNotFound,
        ConfirmPaymentAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=CONFIRM_PAYMENT_GQL,
            operation_name="ConfirmPayment",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ConfirmPayment.model_validate(data).answer

    async def cancel_sale(
        self, input: SaleCancelRequestedInput, **kwargs: Any
    ) -> Union[
        CancelSaleAnswerMoved,
        CancelSaleAnswerRefused,
        CancelSaleAnswerConflict,
        CancelSaleAnswerNotFound,
        CancelSaleAnswerInvalid,
    ]:
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=CANCEL_SALE_GQL,
            operation_name="CancelSale",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return CancelSale.model_validate(data).answer
