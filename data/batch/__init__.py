"""The batch job's documents: requests and results as models, and how requests are read."""
