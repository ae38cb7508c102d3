"""Exit codes: part of the contract with the programs that call us."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; based on sysexits.h."""

    OK = 0
    """A checked plan; unplaced bookings are in it, with their reasons."""
    VIOLATIONS = 1
    """Only from `check` and `import-roster`: the referee found violations."""
    USAGE = 2
    INFEASIBLE = 10
    """Proven: no plan can satisfy the hard rules; the clash is named."""
    NOT_GOOD_ENOUGH = 11
    """`--gap` was given and missed (the best plan is written), or no plan was found in time."""
    BAD_DATA = 65
    MISSING_INPUT = 66
    INTERNAL = 70
    """An internal error, or the referee disagrees with the solver."""
    CANNOT_WRITE = 73
    TRY_AGAIN = 75
    """Another process holds the plan folder."""
    INTERRUPTED = 130
    TERMINATED = 143
