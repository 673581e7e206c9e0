"""Payment links: pages at the card provider on which a patient pays one invoice."""
