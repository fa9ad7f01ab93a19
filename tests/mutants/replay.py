"""Replay files of recorded answers and end with 1 at the first difference: `python replay.py FILE…`."""

import sys
from pathlib import Path

from orderway.recordings import differences

for name in sys.argv[1:]:
    for _, difference in differences(Path(name)):
        if difference:
            sys.exit(1)
