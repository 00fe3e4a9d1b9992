"""What can go wrong between an agency and a delivery. No message carries a value or a driver's text."""

from __future__ import annotations

from contracts.errors import SatuDataError


class ConnectorError(SatuDataError):
    """A delivery could not be made; the data received before stays in use."""

    def __init__(self, contract_id: str, what: str, valid: str = "", *, original: BaseException | None = None) -> None:
        self.contract_id = contract_id
        self.what = what
        #: of a driver or a library; its text may carry values, and goes to a private file only
        self.original = original
        super().__init__(f"{contract_id}: {what}" + (f"; {valid}" if valid else ""))


class AccessError(ConnectorError):
    """The source cannot be reached or refuses us; worth trying again."""


class DeliveryError(ConnectorError):
    """The source answers, but not with what the contract says."""
