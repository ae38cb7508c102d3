"""The statistics of the forecast. Only `python -m simulation.forecast.fitting` may import this room.

Its library loads scipy's optimizer, which must not share a process with OR-Tools.
"""

import sys

if "ortools" in sys.modules:
    raise RuntimeError("the statistics of the forecast must run in a process without OR-Tools")
