"""Asking OpenFeature: a provider of flagd's definitions that judges within the process, and flagd's own over gRPC."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode, OpenFeatureError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType
from openfeature.provider import AbstractProvider, FeatureProvider, Metadata
from openfeature.provider.no_op_provider import NoOpProvider

from orderway.flags.definitions import FlagsInvalid
from orderway.flags.flags import Around, Heeded
from orderway.flags.slices import Slice

PATIENCE = 5_000
"""Milliseconds that flagd is given to say what is on when a process starts."""

ANYTHING = re.compile(r'"var"\s*:\s*(""|\[\s*("")?\s*\])')
"""A rule that looks at all there is."""


Default = bool
"""What OpenFeature's own signature has: a default, and no word of a choice."""


def heeded(text: str) -> Heeded:
    """What definitions look at, as their text names it."""
    if ANYTHING.search(text):
        return Heeded()
    return Heeded('"store' in text, '"roles' in text, "targetingKey" in text or "fractional" in text)


class Defined(AbstractProvider):
    """A provider of definitions that are given to it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.core = FlagdCore()

    def define(self, text: str) -> None:
        """Take other definitions. Raises OpenFeatureError for what flagd would not take."""
        changed = self.core.set_flags_and_get_changed_keys(text)
        self.emit_provider_configuration_changed(ProviderEventDetails(flags_changed=changed))

    def get_metadata(self) -> Metadata:
        return Metadata(self.name)

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: Default,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        return self.core.resolve_boolean_value(flag_key, default_value, evaluation_context)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        return self.core.resolve_string_value(flag_key, default_value, evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        return self.core.resolve_integer_value(flag_key, default_value, evaluation_context)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        return self.core.resolve_float_value(flag_key, default_value, evaluation_context)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        return self.core.resolve_object_value(flag_key, default_value, evaluation_context)


@dataclass(slots=True)
class Asking:
    """A judge that asks OpenFeature; each has a domain of its own."""

    client: OpenFeatureClient
    where: str
    heeds: Heeded

    def __call__(self, slice_: Slice, key: str, around: Around) -> bool | None:
        found = self.client.get_boolean_details(slice_.key, default_value=True, evaluation_context=context(key, around))
        if found.error_code == ErrorCode.FLAG_NOT_FOUND or (found.variant is None and not found.error_code):
            return None  # not defined, or disabled
        if found.error_code:
            said = f"{found.error_code.value}, {found.error_message}" if found.error_message else found.error_code.value
            raise FlagsInvalid(f"The flag {slice_.key} can not be judged: {said}.", f"Correct it in {self.where}.")
        return found.value


def context(key: str, around: Around) -> EvaluationContext:
    return EvaluationContext(targeting_key=key, attributes=around)


def asking(provider: FeatureProvider, where: str, *, heeds: Heeded) -> Asking:
    """Let a provider answer, as soon as it is ready. Raises OpenFeatureError where it never is."""
    domain = f"orderway-{id(provider):x}"
    api.set_provider_and_wait(provider, domain)
    return Asking(api.get_client(domain), where, heeds)


def dismiss(judge: Asking) -> None:
    """Let the provider go."""
    api.set_provider(NoOpProvider(), judge.client.domain)


def defined(text: str, where: str) -> tuple[Defined, Asking]:
    """A provider of these definitions, and the judge that asks it. Raises FlagsInvalid."""
    provider = Defined(f"orderway {where}")
    take(provider, text, where)
    return provider, asking(provider, where, heeds=heeded(text))


def take(provider: Defined, text: str, where: str) -> None:
    """Let a provider take other definitions. Raises FlagsInvalid, and then it has those of before."""
    try:
        provider.define(text)
    except OpenFeatureError as error:
        said = error.error_message or "a flag lacks its state, its variants or a default"
        raise FlagsInvalid(f"{where}: flagd would not take it: {said}.", "Write it as flagd defines flags.") from error


def followed(address: str) -> Asking:
    """A judge that follows a server of flagd: grpc://host:8015?selector=… Raises FlagsInvalid."""
    try:
        from openfeature.contrib.provider.flagd import FlagdProvider  # noqa: PLC0415  (an extra)
        from openfeature.contrib.provider.flagd.config import ResolverType  # noqa: PLC0415  (the same)
    except ImportError as error:
        raise FlagsInvalid(
            "ORDERWAY_FLAGD is set, and what speaks to flagd is not installed.", "Install orderway[flagd]."
        ) from error
    parts = urlsplit(address)
    if parts.scheme not in {"grpc", "grpcs"} or not parts.hostname:
        raise FlagsInvalid(f"ORDERWAY_FLAGD is '{address}'.", "Write it as grpc://host:8015, or grpcs:// with TLS.")
    provider = FlagdProvider(
        host=parts.hostname, port=parts.port or 8015, tls=parts.scheme == "grpcs", deadline_ms=PATIENCE,
        selector=parse_qs(parts.query).get("selector", [None])[0], resolver_type=ResolverType.IN_PROCESS,
        sync_metadata_disabled=True,
    )  # fmt: skip
    try:
        return asking(provider, f"flagd at {parts.netloc}", heeds=Heeded())
    except OpenFeatureError as away:
        provider.shutdown()
        raise FlagsInvalid(
            f"flagd at {parts.netloc} does not say which flags there are.",
            "Start it, or correct ORDERWAY_FLAGD: without it nobody knows what Orderway is to do.",
        ) from away
