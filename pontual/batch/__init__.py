"""The batch job: one request document in, one result document out."""

from pontual.batch.job import BatchJob

__all__ = ["BatchJob"]
