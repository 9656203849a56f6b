"""The types that travel between stages: Recording, Activity, Findings, Table, and the plug-in contracts."""
