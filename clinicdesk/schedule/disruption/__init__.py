"""The disruption desk: a doctor is out, and every patient concerned is taken care of."""
