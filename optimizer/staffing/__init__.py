"""The cheapest mix of contracts and skills for a service target: `docs/staffing.md`."""
