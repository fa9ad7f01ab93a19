"""The closing report of an import in words: where the orders stand, the money, what was found, and what agrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orderway.legacy.olist.facts import brl
from orderway.legacy.olist.readback import Found
from orderway.legacy.olist.report import EXPECTED, Expected, compare, figures
from orderway.legacy.olist.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the database says of all imported orders; without `expected` there is nothing to compare it with."""

    totals: Totals
    found: Sequence[Found]
    expected: Expected | None

    @property
    def disagreements(self) -> int:
        return sum(not check.agrees for check in compare(self.totals, self.expected)) if self.expected else 0

    def lines(self) -> Iterator[str]:
        sums = self.totals
        yield f"Read back: {sums.orders:,} orders with {sums.items:,} items and {sums.payments:,} payments"
        yield from ("", "Where the orders stand, by their status in the data", *self._stands())
        yield from ("", "Money", *self._money())
        yield from ("", "Found in the data, and left as it is", *self._found())
        yield from ("", *(self._alone() if self.expected is None else self._beside(self.expected)))

    def _stands(self) -> Iterator[str]:
        for (status, ends), count in sorted(self.totals.ends.items(), key=lambda each: -each[1]):
            yield f"  {count:>8,}  {status}: {ends.in_words}"

    def _money(self) -> Iterator[str]:
        money, recorded = self.totals.money, self.totals.sums.payments_minor
        for amount, what in (
            (recorded, "recorded as payments, of which"),
            (money.captured, "  captured by sales"),
            (money.returnable, "  unallocated: confirmed with no sale to take it, to be returned"),
            (money.waiting, "  waiting for its confirmation"),
            (money.refund_due, "refund due: captured by sales that are cancelled"),
            (money.credit_due, "credit due: captured over the total"),
            (money.balance_due, "balance due: still missing of sales that live"),
        ):
            yield f"  {brl(amount)!s:>18}  {what}"

    def _found(self) -> Iterator[str]:
        if not self.found:
            yield "  Nothing."
        for each in self.found:
            amount = str(brl(each.amount)) if each.amount else ""
            yield f"  {each.orders:>8,}  {each.kind.value:<38} {amount:>18}  {', '.join(each.examples)}".rstrip()

    def _alone(self) -> Iterator[str]:
        yield f"Totals (the folder holds no {EXPECTED} to compare them with)"
        for what, ours in figures(self.totals).items():
            yield f"  {what:<44} {ours:>16,}"

    def _beside(self, expected: Expected) -> Iterator[str]:
        checks = compare(self.totals, expected)
        yield f"{f'Beside {EXPECTED}':<46} {'ours':>16} {'expected':>16}"
        for check in checks:
            verdict = "agrees" if check.agrees else "DIFFERS"
            yield f"  {check.what:<44} {check.ours:>16,} {check.expected:>16,}  {verdict}"
        yield f"{len(checks) - self.disagreements} of {len(checks)} lines agree."
