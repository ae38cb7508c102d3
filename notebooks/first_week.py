# %% [markdown]
# # A planner's first week
# Reads the sample week, makes a roster, allocates the bookings, has the plan judged, and plays it.
# Open it as a notebook (the cells are marked with `# %%`), or run it: `python notebooks/first_week.py`.

# %%
import numpy as np

from dashboard.charts import coverage_chart
from dashboard.texts import Texts
from data.coverage import coverage
from data.model import Scenario
from data.referee import judge
from data.sample import load_sample
from optimizer.planning.week import plan_week
from optimizer.solve_result import SolveLimits

case = load_sample()
print(f"{len(case.agents)} agents, {len(case.bookings):,} bookings, {case.plan.days} days")

# %% [markdown]
# One call makes the roster, places the bookings, has both judged, and plays the week several times.
# A little work is enough to see it; the command line allows more.

# %%
week = plan_week(case, SolveLimits(work=5), scenario=Scenario(), replications=5)
for step in (week.roster, week.allocation):
    for level in step.levels:
        print(
            f"{level.name:<20} {level.objective:>10,.0f}   bound {level.bound:>10,.0f}   gap {level.gap:.2%}"
        )
print(f"{len(judge(week.case))} violations")

# %% [markdown]
# Which customers wait? The simulation's waits beyond the appointed time, in minutes.

# %%
waits = week.simulation.waits
print(f"mean {waits.mean():.2f} min, 95th percentile {np.quantile(waits, 0.95):.1f} min")
print(f"more than 10 minutes: {(waits > 10).mean():.1%}")

# %% [markdown]
# And the picture: what the week needs, and what the roster covers.

# %%
coverage_chart(coverage(week.case), case.axis, Texts("en"))
