"""Synthetic planning cases: agents, a legal roster, bookings that fit it, demand and history, from a seed."""

from data.generator.first_come import first_come_first_served
from data.generator.generate import GeneratedCase, generate
from data.generator.settings import GeneratorSettings

__all__ = ["GeneratedCase", "GeneratorSettings", "first_come_first_served", "generate"]
