"""What a person sees of ClinicDesk; it asks the clinic's services and knows no database."""
