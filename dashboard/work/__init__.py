"""Long work of pages, as functions that `dashboard.jobs` runs in processes of their own."""
