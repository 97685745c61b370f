"""Stripe as a payment processor of leadcore: `leadcore.ports.Processor` on the official SDK."""

from leadcore_stripe.processor import AsyncStripeProcessor, StripeProcessor

__all__ = ["AsyncStripeProcessor", "StripeProcessor"]
