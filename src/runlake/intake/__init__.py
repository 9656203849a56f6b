"""SOURCE to bytes: walk folders, open archives, read the sidecar files of exports."""
