"""What Forethought knows about news, decisions and their reuse. Pure: no I/O, no clock, no environment."""
