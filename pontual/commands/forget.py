"""`pontual forget`: erase what a store keeps under one order; the statistics stay."""

from __future__ import annotations

from pontual.options import JsonOption, OrderArgument, StoreOption


def command(order: OrderArgument, store: StoreOption, as_json: JsonOption = False) -> None:
    """Erase what a store keeps under one order; the statistics stay.

    With PONTUAL_KEY or PONTUAL_KEY_FILE set, ORDER may be an order number; its CPF or CNPJ is then read from
    standard input.
    """
    from data.store import Run, Store
    from pontual.console import print_json, standard_output
    from pontual.order_names import account, booking_named

    outcome = Store(store).forget(booking_named(order), Run("forget", who=account()))
    if as_json:
        print_json(outcome)
        return
    standard_output.print(f"Erased from {outcome['plans']} plans.")
    if outcome["sessions_ahead"]:
        standard_output.print(f"{outcome['sessions_ahead']} sessions still to come were given up.")
