"""Work that takes long runs in processes beside the dashboard; results are kept by what they follow from.

A crash or a cancel ends the process of one job and nothing else. Sessions that ask for the same work share
one job. Knows nothing of Streamlit.
"""

from dashboard.jobs.input_hash import input_hash
from dashboard.jobs.kept_results import KeptResults, user_cache
from dashboard.jobs.service import Job, JobService, JobState, Work
from dashboard.jobs.work_process import FailedWork

__all__ = [
    "FailedWork",
    "Job",
    "JobService",
    "JobState",
    "KeptResults",
    "Work",
    "input_hash",
    "user_cache",
]
