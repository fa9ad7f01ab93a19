"""What is said of an attempt that came to nothing, and of a webhook that is switched off: each with its gaps."""

from __future__ import annotations

NO_ANSWER = "No answer came within {seconds} seconds."
NO_CONNECTION = "No connection came about within {seconds} seconds."
NOBODY = "Nobody listens there, or the way there is closed."
NO_HTTP = "It broke off, or what came back is no HTTP."
BROKEN = "The connection was broken off."
UNTRUSTED = "Its certificate is not to be trusted: {fault}."
NO_TLS = "TLS failed: {fault}."
UNKNOWN = "The name {host} is not known."
NOWHERE = "The name {host} has no address."
WITHIN = "The name {host} leads to {address}, which is of no public network."
PLAIN = "The name {host} leads to {address}, where webhooks go by https alone."
ANSWERED = "It answered {status}."
LED_ELSEWHERE = "It answered {status}, which leads elsewhere; that is not followed."
UNSEALED = "Its secret was sealed by another ORDERWAY_SECRET than is set: give it a new one."

OFF = "The webhook “{name}” was switched off"
FAILED = "Nothing arrived there for too long: {why} What happens meanwhile is kept for it."
GONE = "It answered that it is gone for good. What happens meanwhile is kept for it."

ALL = (
    NO_ANSWER, NO_CONNECTION, NOBODY, NO_HTTP, BROKEN, UNTRUSTED, NO_TLS, UNKNOWN, NOWHERE, WITHIN, PLAIN, ANSWERED,
    LED_ELSEWHERE, UNSEALED, OFF, FAILED, GONE,
)  # fmt: skip
