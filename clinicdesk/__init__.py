"""The clinic's rules and memory: everything ClinicDesk knows that is not on a screen."""
