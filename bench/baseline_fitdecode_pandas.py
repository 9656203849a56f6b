"""The ordinary way to the same sample columns, fitdecode into pandas: what runlake is measured against.

``python bench/baseline_fitdecode_pandas.py FOLDER OUT.parquet [--files N]`` prints files a second of CPU time.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import fitdecode
import numpy as np
import pandas as pd

FIELDS = {
    "timestamp": "time_utc",
    "position_lat": "latitude_deg",
    "position_long": "longitude_deg",
    "enhanced_altitude": "altitude_m",
    "altitude": "altitude_m",
    "distance": "distance_m",
    "enhanced_speed": "speed_mps",
    "speed": "speed_mps",
    "heart_rate": "heart_rate_bpm",
    "cadence": "cadence_spm",
    "power": "power_w",
    "temperature": "temperature_c",
    "step_length": "step_length_m",
}


def samples(path: Path) -> pd.DataFrame:
    """The records of a file with runlake's columns, as one would write it in a notebook."""
    rows = []
    with fitdecode.FitReader(str(path)) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record":
                rows.append({FIELDS[f.name]: f.value for f in frame.fields if f.name in FIELDS})
    table = pd.DataFrame(rows).reindex(columns=list(dict.fromkeys(FIELDS.values())))
    table["activity_id"] = path.stem
    start = table["time_utc"].iloc[0]
    table["elapsed_s"] = (table["time_utc"] - start).dt.total_seconds()
    for name in ("latitude_deg", "longitude_deg"):
        table[name] = table[name].astype(float) * (180.0 / 2**31)
    table["cadence_spm"] = table["cadence_spm"].astype(float) * 2
    smooth = table["altitude_m"].astype(float).rolling(15, center=True, min_periods=1).mean()
    table["grade_frac"] = (smooth.diff() / table["distance_m"].astype(float).diff()).replace([np.inf, -np.inf], np.nan)
    return table


def main() -> None:
    """Time it and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--files", type=int, default=20)
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.fit"))[: options.files]
    began = time.process_time()
    pd.concat([samples(path) for path in paths], ignore_index=True).to_parquet(options.out)
    seconds = time.process_time() - began
    print(
        json.dumps({"files": len(paths), "cpu_s": round(seconds, 3), "files_per_cpu_s": round(len(paths) / seconds, 2)})
    )


if __name__ == "__main__":
    main()
