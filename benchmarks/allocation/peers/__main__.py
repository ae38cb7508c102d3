"""Our allocation beside its peers, in equal time on the same instances.

`python -m benchmarks.allocation.peers [--seconds 30] [--threads 1] [--sizes 500 ...] [--loads 0.8 ...]
[--peers greedy ...] [--save]`

Every peer gets the same seconds of wall clock, from the start of its process: interpreter, imports, virtual
machine and model building are inside and also stated apart. Environments are made before the clock starts,
in `var/peers/`: PyPI for PyJobShop and Timefold, Debian's JDK for Java. A peer that cannot be run is named in
the table. Answers become schedules that the referee judges and counts.

All peers are asked for the levels of the project: placed bookings by priority, then confirmed starts kept
(where the peer's model can say it), then minutes of deviation from the wishes.
"""

from __future__ import annotations

import argparse

from benchmarks.allocation.peers.run import PEERS
from benchmarks.allocation.peers.side_by_side import AGENTS, run


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation.peers")
    parser.add_argument("--seconds", type=float, default=30.0, help="wall clock of each peer")
    parser.add_argument("--threads", type=int, default=1, help="of each peer")
    parser.add_argument("--sizes", type=int, nargs="+", choices=sorted({size for size, _ in AGENTS}))
    parser.add_argument("--loads", type=float, nargs="+", choices=sorted({load for _, load in AGENTS}))
    parser.add_argument("--peers", nargs="+", choices=list(PEERS))
    parser.add_argument("--save", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    run(**vars(options))


if __name__ == "__main__":
    main()
