"""How it is said what can not be read of a row: on the terminal, and on the review list in the reader's language."""

from typing import Final

EMPTY: Final = '"{name}" is empty.'
UNREAD: Final = '"{name}" can not be read: {found}.'
TOO_LONG: Final = '"{name}" is longer than {longest} characters: what is beyond them was left out.'
NO_SUCH_KIND: Final = '"{name}" is of no known kind: {found}.'
ANOTHER: Final = '"{name}" is not {known}, but {found}.'
NO_SUCH_ROW: Final = '"{name}" points to no row of "{table}": {found}.'
NO_JSON: Final = '"{name}" should be JSON, and is none.'
FIRST_OF_ID: Final = "Several rows have this id: the first that was created was taken."
ONE_OF_ID: Final = "Several rows have this id: one of them was taken."
LATEST_OF_ROWS: Final = "The order has {count} such rows: the one that changed last was taken."
OTHER_SALE: Final = "The order is one of a {of}, and there is a sale of a {other}."
FROM_SALE: Final = "What it comes to is not said: {amount} was taken from its sale."
FROM_QUOTATION: Final = "What it comes to is not said: {amount} was taken from its quotation."
FROM_LINES: Final = "What it comes to is not said: {amount} was taken from its lines."
FROM_NOWHERE: Final = "What it comes to is not said anywhere: it was taken for nothing."
