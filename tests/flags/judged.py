"""Flags as a test sets them: by the words of the environment, with the shop's store and roles known."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from orderway.flags.definitions import wanted, written
from orderway.flags.flags import Store, Switched
from orderway.flags.judging import defined, dismiss
from orderway.flags.slices import BY_KEY

LAGOS = UUID("0198a000-0000-7000-8000-0000000000a1")
KANO = UUID("0198a000-0000-7000-8000-0000000000a2")
STORES = {LAGOS: Store("LAG", "Lagos Island"), KANO: Store("KAN", "Kano")}
ROLES = ("BILLER", "MANAGER")


@contextmanager
def switched(**words: str) -> Iterator[Switched]:
    """Flags that say so of slices: `sales="store:LAG"`."""
    said = [wanted(BY_KEY[f"orderway-{name.replace('_', '-')}"], text) for name, text in words.items()]
    _, judge = defined(written(said), "the test")
    yield Switched(judge, "environment", "the test", stores=STORES, roles=ROLES)
    dismiss(judge)
