"""Figures of the contract: rules, windows, referee, coverage, surrogates."""
