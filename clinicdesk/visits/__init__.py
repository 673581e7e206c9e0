"""The day itself: arrival, with the doctor, completion."""
