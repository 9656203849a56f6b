"""Lays out activity files the way Strava's bulk export and Garmin's full export do, with their odd metadata."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HEADERS = {
    "en": (
        "Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
        "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note", "Activity Gear",
        "Filename", "Athlete Weight", "Bike Weight", "Elapsed Time", "Moving Time", "Distance",
    ),
    "de": (
        "Aktivitäts-ID", "Aktivitätsdatum", "Name der Aktivität", "Aktivitätsart", "Beschreibung der Aktivität",
        "Verstrichene Zeit", "Distanz", "Max. Herzfrequenz", "Relative Leistung", "Pendeln", "Private Notiz",
        "Ausrüstung für Aktivität", "Dateiname", "Gewicht des Athleten", "Fahrradgewicht", "Verstrichene Zeit",
        "Bewegungszeit", "Distanz",
    ),
    "ja": (
        "アクティビティID", "アクティビティ日", "アクティビティ名", "アクティビティタイプ", "アクティビティの説明",
        "経過時間", "距離", "最大心拍数", "相対的エフォート", "通勤", "非公開メモ", "アクティビティのギア",
        "ファイル名", "アスリートの体重", "バイクの重量", "経過時間", "移動時間", "距離",
    ),
}  # fmt: skip
"""The first 18 columns; elapsed time and distance come twice, in other units."""
EXERTION = {"en": "Perceived Exertion", "de": "Gefühlte Anstrengung", "ja": "自覚的運動強度"}
EXERTION_COLUMN, N_COLUMNS = 43, 60
TYPES = {"en": {"running": "Run", "cycling": "Ride"}, "de": {"running": "Lauf", "cycling": "Radfahrt"},
         "ja": {"running": "ラン", "cycling": "ライド"}}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportActivity:
    """An activity file (FIT, GPX or TCX bytes by `suffix`) and what the service knows of it."""

    data: bytes
    suffix: str
    start_time_utc_s: float
    duration_s: float
    distance_m: float
    name: str
    sport: str = "running"
    description: str = ""
    gear: str = ""
    perceived_exertion: float = math.nan
    utc_offset_s: float = 0.0
    is_race: bool = False


def strava_date(time_utc_s: float, language: str) -> str:
    """The date as Strava writes it for an account in that language."""
    t = datetime.fromtimestamp(time_utc_s, UTC)
    if language == "de":
        return f"{t.day:02d}.{t.month:02d}.{t.year}, {t:%H:%M:%S}"
    if language == "ja":
        return f"{t.year}/{t.month:02d}/{t.day:02d} {t.hour}:{t:%M:%S}"
    return f"{t:%b} {t.day}, {t.year}, {t.hour % 12 or 12}:{t:%M:%S} {t:%p}"


def strava_csv(activities: Sequence[ExportActivity], file_names: Sequence[str], language: str = "en") -> bytes:
    """`activities.csv`: headers translated and doubled, decimal comma in German, a manual entry without file last."""
    header = [*HEADERS[language], *(f"Extra {k}" for k in range(18, N_COLUMNS))]
    header[EXERTION_COLUMN] = EXERTION[language]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for k, (activity, file_name) in enumerate(zip(activities, file_names, strict=True)):
        row = [""] * N_COLUMNS
        kilometres = f"{activity.distance_m / 1000:.2f}"
        row[:7] = [
            str(9_000_000_000 + k),
            strava_date(activity.start_time_utc_s, language),
            activity.name,
            TYPES[language].get(activity.sport, activity.sport),
            activity.description,
            f"{activity.duration_s:.0f}",
            kilometres.replace(".", ",") if language == "de" else kilometres,
        ]
        row[9], row[11], row[12] = "false", activity.gear, file_name
        row[15], row[16], row[17] = (
            f"{activity.duration_s:.1f}",
            f"{activity.duration_s:.1f}",
            f"{activity.distance_m:.1f}",
        )
        row[EXERTION_COLUMN] = "" if math.isnan(activity.perceived_exertion) else f"{activity.perceived_exertion:.1f}"
        writer.writerow(row)
    manual = [""] * N_COLUMNS
    manual[:5] = ["1", strava_date(0.0, language), "Gym, by hand", "Workout", 'no file, "quoted",\nand a line break']
    writer.writerow(manual)
    return out.getvalue().encode("utf-8")


def strava_export(folder: Path, activities: Sequence[ExportActivity], language: str = "en") -> Path:
    """A Strava export unpacked in `folder`: packed activity files (XML after ten blanks), `activities.csv`, a photo."""
    (folder / "activities").mkdir(parents=True)
    (folder / "media").mkdir()
    names = []
    for k, activity in enumerate(activities):
        names.append(f"activities/{10_000_000_000 + k}.{activity.suffix}.gz")
        data = activity.data if activity.suffix == "fit" else b" " * 10 + activity.data
        (folder / names[-1]).write_bytes(gzip.compress(data, mtime=0))
    (folder / "activities.csv").write_bytes(strava_csv(activities, names, language))
    (folder / "shoes.csv").write_bytes(b"Shoe Name,Shoe Brand\nRacer,Brand\n")
    (folder / "media" / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(64))
    return folder


def garmin_summaries(activities: Sequence[ExportActivity]) -> bytes:
    """`summarizedActivities.json`: centimetres, milliseconds, speed over ten, local time dressed as an epoch."""
    found = [
        {
            "activityId": 20_000_000_000 + k,
            "name": activity.name,
            "activityType": activity.sport,
            "sportType": activity.sport.upper(),
            "beginTimestamp": round(activity.start_time_utc_s * 1000),
            "startTimeGmt": float(round(activity.start_time_utc_s * 1000)),
            "startTimeLocal": float(round((activity.start_time_utc_s + activity.utc_offset_s) * 1000)),
            "distance": activity.distance_m * 100.0,
            "duration": activity.duration_s * 1000.0,
            "avgSpeed": activity.distance_m / activity.duration_s / 10.0,
            "eventTypeId": 1 if activity.is_race else 9,
            "parent": False,
            **({"description": activity.description} if activity.description else {}),
            **(
                {}
                if math.isnan(activity.perceived_exertion)
                else {"workoutRpe": round(activity.perceived_exertion * 10)}
            ),
        }
        for k, activity in enumerate(activities)
    ]
    return json.dumps([{"summarizedActivitiesExport": found}]).encode()


def garmin_export(path: Path, activities: Sequence[ExportActivity], others: Sequence[bytes] = ()) -> Path:
    """A Garmin full export: a zip with the uploads in a zip of its own, under upload ids, among `others`."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for k, activity in enumerate(activities):
            archive.writestr(f"athlete@example.com_{500_000 + 7 * k}.{activity.suffix}", activity.data)
        for k, data in enumerate(others):
            archive.writestr(f"athlete@example.com_{100_000 + k}.fit", data)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip", inner.getvalue())
        archive.writestr(
            "DI_CONNECT/DI-Connect-Fitness/athlete@example.com_0_summarizedActivities.json",
            garmin_summaries(activities),
        )
        archive.writestr("DI_CONNECT/DI-Connect-User/user_profile.json", b'{"firstName": "A"}')
        archive.writestr("DI_CONNECT/DI-Connect-Wellness/2026_sleepData.json", b"[]")
    return path
