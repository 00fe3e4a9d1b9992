"""What can go wrong while publishing or reading a snapshot."""

from __future__ import annotations

from contracts.errors import SatuDataError


class PublicationError(SatuDataError):
    """A snapshot could not be made or found; the current one stays what it was."""
