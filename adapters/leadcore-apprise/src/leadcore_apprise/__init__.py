"""Notifications of leadcore's staff through any service Apprise knows."""

from leadcore_apprise.courier import AppriseCourier, AsyncAppriseCourier, courier_from

__all__ = ["AppriseCourier", "AsyncAppriseCourier", "courier_from"]
