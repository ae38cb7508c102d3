"""What issuers decide differently, as dated data: eligibility, durations, lead times, documents."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SessionKind = Literal["single", "joint", "judicial"]
SESSION_KINDS: tuple[SessionKind, ...] = ("single", "joint", "judicial")
"""judicial: the holder has died (R25, R26); joint: two or more must attend (R20, R22); single: the rest."""


class KindPolicy(BaseModel):
    """Durations of one kind of session, in minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortest_minutes: int = Field(15, ge=1, description="R11")
    longest_minutes: int = Field(30, ge=1, description="R11; joint and judicial kinds by policy")
    set_up_minutes: int = Field(
        5, ge=0, description="agent's work before the session; a multiple of the planning grid"
    )
    wrap_up_minutes: int = Field(3, ge=0, description="agent's work after the session")

    def occupation_minutes(self, duration_minutes: int, grid_minutes: int) -> int:
        """Set-up + planned duration + wrap-up, rounded up to the grid as one sum."""
        total = self.set_up_minutes + duration_minutes + self.wrap_up_minutes
        return -(-total // grid_minutes) * grid_minutes


class DeceasedHolderRule(BaseModel):
    """Documents without which the representative of a deceased holder is not served (R25, R26)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holder_type: Literal["person", "company"]
    holder_is_registered: bool | None = Field(
        None, description="only when the holder is (is not) registered with the Receita; null: either"
    )
    rule: str = Field(description="R25 or R26")
    documents: tuple[Literal["court_decision", "executor_certificate"], ...]


class ServicePolicy(BaseModel):
    """One version of an issuer's rules, in force from a date on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = "default"
    effective_from: date
    order_number_prefixes: tuple[str, ...] = Field(
        ("CERTI", "17"), description="R8: order numbers begin with one of these; empty: anything"
    )
    cnh_accepted: bool = Field(True, description="R7: a CNH makes a participant identifiable")
    cnh_issued_from: date | None = Field(
        None, description="R7: only a CNH issued on or after this date counts; null: any"
    )
    biometrics_accepted: bool = Field(True, description="R7: biometrics on file make one identifiable")
    persons_may_use_proxy: bool = Field(False, description="R13: a person (PF) must attend in person")
    companies_may_use_proxy: bool = Field(True, description="R22; some issuers accept no proxy at all")
    proxy_longest_days: int = Field(90, ge=0, description="R23: age of the proxy on the session's date")
    proxy_replaces_co_representatives: bool = Field(
        False, description="R24: whether a proxy may stand in for the other partners; never for the holder"
    )
    deceased_holder: tuple[DeceasedHolderRule, ...] = (
        DeceasedHolderRule(holder_type="person", rule="R25", documents=("court_decision",)),
        DeceasedHolderRule(
            holder_type="company", holder_is_registered=True, rule="R25", documents=("court_decision",)
        ),
        DeceasedHolderRule(
            holder_type="company", holder_is_registered=False, rule="R26", documents=("executor_certificate",)
        ),
    )
    single: KindPolicy = KindPolicy()
    joint: KindPolicy = KindPolicy(longest_minutes=45)
    judicial: KindPolicy = KindPolicy(longest_minutes=45)
    held_back_share: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="capacity held back for walk-ups and rebookings, as a share of the time in service of "
        "each skill set and hour",
    )
    lead_minutes: int = Field(60, ge=0, description="R2: shortest time from booking to session")
    link_lead_minutes: int = Field(30, ge=0, description="R4: the link goes out so long before the start")
    late_tolerance_minutes: int = Field(15, ge=0, description="a later customer is a no-show")
    rebooking_after_minutes: int = Field(
        15,
        ge=0,
        description="R15: a customer who is there and cannot be served so many minutes after the later of "
        "appointment and arrival is rebooked, by the issuer's cause",
    )
    unnoticed_delay_minutes: int = Field(
        5, ge=0, description="a start that is later by at most so much needs no message to the customer"
    )
    standby_delay_minutes: int = Field(
        20, ge=0, description="from the call of an agent on standby to the beginning of the service"
    )
    allow_early_start: bool = Field(True, description="R5: start early when agent and customers are there")
    install_business_days: int = Field(2, ge=0, description="R6: business days to the install e-mail")
    saturday_is_business_day: bool = Field(False, description="R6")

    def kind(self, name: str) -> KindPolicy:
        """The durations of a kind of session.

        Raises:
            LookupError: when there is no such kind.
        """
        match name:
            case "single":
                return self.single
            case "joint":
                return self.joint
            case "judicial":
                return self.judicial
            case _:
                raise LookupError(f"no kind of session is called {name}")


def policy_on(policies: tuple[ServicePolicy, ...], on: date) -> ServicePolicy:
    """The version in force on a date.

    Raises:
        LookupError: when none is in force then.
    """
    in_force = [p for p in policies if p.effective_from <= on]
    if not in_force:
        raise LookupError(f"no service policy is in force on {on:%Y-%m-%d}")
    return max(in_force, key=lambda p: p.effective_from)
