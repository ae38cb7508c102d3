"""Exact and numerical models of queues and appointments: what the simulation is held against.

They are also building blocks: formulas of staffing, and costs and optima of appointment schedules. One
module, one model; import from the module.
"""
