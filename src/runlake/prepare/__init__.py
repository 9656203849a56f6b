"""Recording to Activity: mend time, find pauses and gaps, drop spikes, choose distance and speed, correct the lag."""
