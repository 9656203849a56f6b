"""Things that several tests build with: activities, recordings, little files."""
