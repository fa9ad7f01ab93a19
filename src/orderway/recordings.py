"""Files of recorded answers: one JSON object a line, gzipped or not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec

from orderway.errors import OrderwayError
from orderway.statechart import ChartError
from orderway.statechart.conformance import Recording, difference

GZIP = b"\x1f\x8b"


class Unreadable(OrderwayError):
    """A file that can not be read as what it should be; the sentence names the line."""


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of the file that hold something, numbered from 1; raises Unreadable."""
    try:
        with path.open("rb") as probe:
            opener = gzip.open if probe.read(2) == GZIP else open
        with opener(path, "rb") as file:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except FileNotFoundError:
        raise Unreadable(f"There is no file {path}.", "Check its name and folder.") from None
    except (OSError, EOFError) as error:
        raise Unreadable(f"The file {path} can not be read: {getattr(error, 'strerror', None) or error}.") from None


def recordings(path: Path) -> Iterator[tuple[int, Recording]]:
    """The recorded answers of a file, each with its line; raises Unreadable, naming the line."""
    decoder = msgspec.json.Decoder(Recording)
    for number, line in lines(path):
        try:
            yield number, decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreadable(
                f"Line {number} of {path} is no recorded answer: {error}.",
                "A line holds `config`, `events` and `answer`, as XState was asked and answered.",
            ) from None


def differences(path: Path) -> Iterator[tuple[int, str]]:
    """For each recorded answer its line and where the engine differs from it: empty where they agree."""
    for number, recording in recordings(path):
        try:
            yield number, difference(recording)
        except ChartError as error:
            yield number, f"The configuration can not be read: {error}"
