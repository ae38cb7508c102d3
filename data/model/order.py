"""The booking side's view of an order: the only place where personal keys appear in the model.

Orders are turned into surrogates at the boundary (`data.identity`); solvers, logs and the dashboard never
see them.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Order(BaseModel):
    """The key with which a customer books, cancels and reschedules (R8, R14)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_number: str = Field(repr=False, min_length=1)
    tax_id: str = Field(repr=False, description="CPF or CNPJ of the holder, digits and letters only")
