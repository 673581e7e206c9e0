"""Card payments through Stripe: the one door to the `stripe` library.

Importing it costs some 0.4 s, and building a gateway another 0.1 s: do both where the first
payment is near, not before the first window.
"""

from clinicdesk.payments.stripe_gateway.gateway import StripeGateway

__all__ = ["StripeGateway"]
