"""The seven Olist files as rows: found, unpacked and checked cell by cell, each error with file and line."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn, TextIO

from orderway.errors import OrderwayError
from orderway.legacy.olist.facts import CURRENCY
from orderway.money import Money, MoneyError

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_CORRECT = "Correct that line, then run the import again."
_FETCH_AGAIN = "Fetch the file again, then run the import again."


class OlistError(OrderwayError):
    """The files can not be imported as they are; nothing was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file of the set: the names it goes by (each may end in .gz) and the columns that are read."""

    names: tuple[str, ...]
    columns: tuple[str, ...]


def _table(stem: str, *columns: str) -> Table:
    return Table(names=(f"olist_{stem}_dataset.csv", f"olist_{stem}_sample.csv"), columns=columns)


ORDERS: Final = _table(
    "orders",
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)
ITEMS: Final = _table("order_items", "order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value")
PAYMENTS: Final = _table("order_payments", "order_id", "payment_sequential", "payment_type", "payment_value")
CUSTOMERS: Final = _table(
    "customers",
    "customer_id",
    "customer_unique_id",
    "customer_zip_code_prefix",
    "customer_city",
    "customer_state",
)
PRODUCTS: Final = _table("products", "product_id", "product_category_name")
SELLERS: Final = _table("sellers", "seller_id", "seller_city", "seller_state")
CATEGORIES: Final = Table(
    names=("product_category_name_translation.csv",),
    columns=("product_category_name", "product_category_name_english"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a file, read cell by cell; a cell that is not what it must be raises OlistError."""

    file: str
    line: int
    cells: Mapping[str, str]

    def fail(self, what: str, remedy: str = _CORRECT) -> NoReturn:
        raise OlistError(f"{self.file}, line {self.line}: {what}", remedy)

    def text(self, column: str) -> str:
        return self.cells[column] or self.fail(f"{column} is empty.")

    def text_or_empty(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str) -> int:
        """Return a whole number from 1 on."""
        text = self.cells[column]
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            self.fail(f"{column} is “{text}”, which is not a whole number from 1 on.")
        return int(text)

    def amount(self, column: str) -> int:
        """Return minor units of BRL, zero or more."""
        try:
            minor = Money.parse(self.cells[column], CURRENCY).minor
        except MoneyError as error:
            self.fail(f"{column}: {error.message}")
        return minor if minor >= 0 else self.fail(f"{column} is “{self.cells[column]}”, below zero.")

    def moment(self, column: str) -> datetime:
        """Return an aware time. The files name no zone: UTC is assumed."""
        text = self.cells[column]
        return _moment(text) or self.fail(f"{column} is “{text}”, which is not a time such as 2017-11-24 18:05:00.")

    def moment_or_none(self, column: str) -> datetime | None:
        return self.moment(column) if self.cells[column] else None


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:  # the form is right, the date is none: 30 February
        return None


def rows(folder: Path, table: Table) -> Iterator[Row]:
    """Yield the rows of a table's file one at a time, blank lines left out.

    Raises:
        OlistError: the file is missing, there twice, damaged, or lacks a column; or a row has not as
            many fields as the header.
    """
    path = _find(folder, table)
    try:
        with _open(path) as text:
            yield from _parse(path.name, table.columns, text)
    except (gzip.BadGzipFile, zlib.error):
        raise OlistError(f"{path.name} is not gzip, or is damaged.", _FETCH_AGAIN) from None
    except EOFError:
        raise OlistError(f"{path.name} ends in the middle: it was cut off.", _FETCH_AGAIN) from None
    except UnicodeDecodeError:
        remedy = "Save it as CSV in UTF-8, or with .gz at the end of its name if it is packed."
        raise OlistError(f"{path.name} is not text in UTF-8.", remedy) from None
    except OSError as error:
        raise OlistError(
            f"{path.name} can not be read: {error.strerror or error}.", "Check the file and its permissions."
        ) from None


def _find(folder: Path, table: Table) -> Path:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise OlistError(f"{folder} {what}.", "Name the folder that holds the Olist CSV files.")
    accepted = [name + ending for name in table.names for ending in ("", ".gz")]
    found = [folder / name for name in accepted if (folder / name).exists()]
    if not found:
        remedy = f"Put it there; the import takes any one of {', '.join(accepted)}."
        raise OlistError(f"{folder} has no {table.names[0]}.", remedy)
    if len(found) > 1:
        both = " and ".join(path.name for path in found)
        raise OlistError(f"{folder} holds the same table more than once: {both}.", "Leave only one there.")
    return found[0]


def _open(path: Path) -> TextIO:
    # The translation of categories starts with a byte order mark; utf-8-sig takes it off where there is one.
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _parse(file: str, columns: tuple[str, ...], text: TextIO) -> Iterator[Row]:
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, [])
        missing = [column for column in columns if column not in header]
        if missing:
            found = f"It has {', '.join(header)}." if header else "It is empty."
            raise OlistError(f"{file} lacks the column {', '.join(missing)}. {found}", _FETCH_AGAIN)
        places = [(column, header.index(column)) for column in columns]
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                what = f"it has {len(cells)} fields where the header names {len(header)}."
                raise OlistError(f"{file}, line {reader.line_num}: {what}", _CORRECT)
            yield Row(file=file, line=reader.line_num, cells={name: cells[at] for name, at in places})
    except csv.Error as error:
        raise OlistError(f"{file}, line {reader.line_num}: not CSV ({error}).", _FETCH_AGAIN) from None
