"""The proxies in front of the site: what they say of a request is believed, what anyone else says is not."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import Scope

from qa.errors import SettingsError


class Proxies:
    """Addresses, or networks such as 10.0.0.0/8, of the proxies that are believed."""

    def __init__(self, addresses: Sequence[str]) -> None:
        """Take the addresses of the setting. Raises `SettingsError` for what is none."""
        try:
            self._networks = [ip_network(address, strict=False) for address in addresses]
        except ValueError as error:
            raise SettingsError(
                f"The setting proxies cannot hold what is no address in figures: {error}. Name the proxy as 10.0.0.7."
            ) from error

    def believes(self, scope: Scope) -> bool:
        """Tell whether a request comes straight from one of them."""
        client = scope.get("client")
        try:
            address = ip_address(client[0]) if client else None
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return address is not None and any(address in network for network in self._networks)
