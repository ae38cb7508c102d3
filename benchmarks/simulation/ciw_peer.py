"""Ciw plays the plain queue; run by the interpreter of an environment that has Ciw.

Reads {"seconds", "days": [{"ready", "service", "agents"}]} from standard input, writes {"version", "waits",
"replications", "seconds"}: the waits of the first day, and how many days were played in the time.
"""

import json
import sys
import time
from itertools import pairwise

import ciw


def waits_of(day):
    """Waits in order of coming."""
    ready = day["ready"]
    gaps = [ready[0]] + [after - before for before, after in pairwise(ready)]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")])],
        service_distributions=[ciw.dists.Sequential(day["service"])],
        number_of_servers=[day["agents"]],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(ready), method="Finish")
    records = sorted(simulation.get_all_records(), key=lambda record: record.id_number)
    return [record.waiting_time for record in records]


def main():
    """Play all days in turn until the time is over."""
    told = json.load(sys.stdin)
    first = waits_of(told["days"][0])
    played, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < told["seconds"]:
        waits_of(told["days"][played % len(told["days"])])
        played += 1
    json.dump(
        {"version": ciw.__version__, "waits": first, "replications": played, "seconds": spent}, sys.stdout
    )


if __name__ == "__main__":
    main()
