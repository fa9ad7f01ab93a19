"""The providers there are, each by the name in the path of its webhook."""

from __future__ import annotations

from collections.abc import Mapping

from orderway.providers.flutterwave import Flutterwave
from orderway.providers.generic import Generic
from orderway.providers.monnify import Monnify
from orderway.providers.paystack import Paystack
from orderway.providers.provider import Provider
from orderway.providers.stripe import Stripe

_ALL: tuple[Provider, ...] = (Paystack(), Stripe(), Flutterwave(), Monnify(), Generic())
PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in _ALL}
