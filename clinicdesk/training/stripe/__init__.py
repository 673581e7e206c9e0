"""A stand-in for Stripe on this computer: it keeps the books that Stripe would keep.

It follows Stripe's public description of its API (https://docs.stripe.com/api), for test keys
only; no card and no money is real.
"""
