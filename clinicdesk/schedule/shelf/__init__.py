"""The shelf: appointments and wishes that every desk can put aside and take up again."""
