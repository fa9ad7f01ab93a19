"""What things of a machine are called in the API: `sale` and CANCEL_REQUESTED become `saleCancelRequested`."""

from __future__ import annotations


def words(name: str) -> list[str]:
    return name.lower().split("_")


def event_words(machine: str, event: str) -> list[str]:
    """The words of a machine's event, without saying the machine's name twice: fulfillment, started."""
    said = event.lower().removeprefix(f"{machine.lower()}_")
    return words(machine) + words(said)


def camel(parts: list[str]) -> str:
    return parts[0] + "".join(part.capitalize() for part in parts[1:])


def pascal(parts: list[str]) -> str:
    return "".join(part.capitalize() for part in parts)


def mutation_name(machine: str, event: str) -> str:
    return camel(event_words(machine, event))


def type_name(machine: str, event: str) -> str:
    return pascal(event_words(machine, event))


def spoken(value: str) -> str:
    """PURCHASE_ORDER becomes "Purchase order"."""
    return value.replace("_", " ").capitalize()
