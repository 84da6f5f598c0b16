"""The reflex: features, fitting, calibration, and the process in which it is fitted."""
