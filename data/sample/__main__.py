"""Generate the sample week into a new folder: ``python -m data.sample FOLDER``."""

import sys
from pathlib import Path

from data.sample import write_sample

if len(sys.argv) != 2:
    raise SystemExit("usage: python -m data.sample FOLDER")
write_sample(Path(sys.argv[1]))
