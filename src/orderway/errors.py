"""The errors that a person is meant to read: each says what was wrong and what to do about it."""


class OrderwayError(Exception):
    """An expected error. `str()` of it is one line: the message, then the remedy when there is one.

    The command line prints it and exits with 1; the API answers with it. Anything that is not an
    OrderwayError is a fault of ours and keeps its traceback.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


def why_unread(error: Exception) -> str:
    """Why a file can not be read, in words that show nothing of what is in it: "No such file or directory"."""
    match error:
        case OSError(strerror=str(words)):
            return words
        case UnicodeDecodeError():
            return "it is no text"
    return str(error)
