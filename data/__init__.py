"""The contract: domain model, rules of eligibility, calendar, files, referee, generator and samples.

Everything else in Pontual imports from here; nothing here knows a solver, SimPy or Streamlit.
"""
