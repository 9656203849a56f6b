"""Samples come out as they are in the activity: every row, every channel."""

import numpy as np

from runlake.detect import samples
from runlake.model.activity import Quality
from support.activities import make_activity


def test_every_sample_is_a_row():
    rng = np.random.default_rng(2)
    activity = make_activity(
        rng.uniform(2, 4, 50),
        heart_rate_bpm=rng.uniform(120, 160, 50),
        quality=Quality(speed_source="positions"),
    )
    found = samples.DETECTOR.find(activity, {}, samples.DETECTOR.settings)[0]
    assert found.n_rows == activity.n
    np.testing.assert_array_equal(found["time_utc"], activity.start_time_utc_s + activity.time_s)
    for name in ("timer_s", "distance_m", "speed_mps", "heart_rate_bpm", "latitude_deg", "gap_speed_mps"):
        np.testing.assert_array_equal(found[name], activity.channels[name])
    assert set(found["speed_source"]) == {"positions"}
