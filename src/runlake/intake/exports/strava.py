"""Strava's bulk export: `activities.csv`, in any account language.

Headers are translated and several appear twice, and columns have come and gone: a column is found by its known
names, else by what its cells hold, else by where it stands relative to the file names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from runlake.intake.exports._csv import cell, parse_number, read_rows
from runlake.intake.exports._dates import is_month_first, parse_date
from runlake.intake.exports._overlay import Overlay, Service, base_name
from runlake.model.recording import NAN
from runlake.model.sports import fit_sport

FILE_NAME = re.compile(r"(?:activities/)?[^/]+\.(?:fit|gpx|tcx)(?:\.gz)?\Z", re.IGNORECASE)
HEADERS: dict[str, frozenset[str]] = {
    "date": frozenset(
        {
            "activity date", "aktivitätsdatum", "date de l'activité", "fecha de la actividad", "data dell'attività",
            "datum van activiteit", "data da atividade", "アクティビティ日",
        }
    ),
    "name": frozenset(
        {
            "activity name", "name der aktivität", "nom de l'activité", "nombre de la actividad", "nome dell'attività",
            "nome attività", "naam activiteit", "nome da atividade", "アクティビティ名",
        }
    ),
    "type": frozenset(
        {
            "activity type", "aktivitätsart", "type d'activité", "tipo de actividad", "tipo di attività",
            "type activiteit", "tipo de atividade", "アクティビティタイプ",
        }
    ),
    "description": frozenset(
        {
            "activity description", "beschreibung der aktivität", "description de l'activité",
            "descripción de la actividad", "descrizione dell'attività", "beschrijving activiteit",
            "descrição da atividade", "アクティビティの説明",
        }
    ),
    "gear": frozenset(
        {
            "activity gear", "ausrüstung für aktivität", "matériel d'activité", "equipo de la actividad",
            "attrezzatura dell'attività", "アクティビティのギア",
        }
    ),
    "exertion": frozenset(
        {
            "perceived exertion", "gefühlte anstrengung", "effort perçu", "esfuerzo percibido", "sforzo percepito",
            "ervaren inspanning", "esforço percebido", "自覚的運動強度",
        }
    ),
}  # fmt: skip
BY_PLACE = {"date": 1, "name": 2, "type": 3, "description": 4}
"""Where these have always stood."""
FROM_FILE_NAME = {"gear": -1, "distance": 5, "exertion": 31}
"""Where these have stood relative to the file name since 2019."""
TYPES = {
    "lauf": "running", "laufen": "running", "traillauf": "running", "course à pied": "running", "carrera": "running",
    "corsa": "running", "hardloopsessie": "running", "hardlopen": "running", "corrida": "running", "ラン": "running",
    "ランニング": "running", "radfahrt": "cycling", "rad": "cycling", "sortie vélo": "cycling", "vélo": "cycling",
    "bicicleta": "cycling", "giro": "cycling", "fietsrit": "cycling", "pedalada": "cycling", "ライド": "cycling",
    "spaziergang": "walking", "gehen": "walking", "marche": "walking", "caminata": "walking", "camminata": "walking",
    "wandeling": "walking", "caminhada": "walking", "ウォーキング": "walking", "wanderung": "hiking",
    "wandern": "hiking", "randonnée": "hiking", "senderismo": "hiking", "escursione": "hiking", "ハイキング": "hiking",
    "schwimmen": "swimming", "natation": "swimming", "natación": "swimming", "nuoto": "swimming", "スイム": "swimming",
}  # fmt: skip


def _recognises(name: str, head: bytes) -> bool:
    return base_name(name) == "activities.csv" and bool(head)


def _file_name_column(rows: list[list[str]]) -> int:
    """The column whose cells are names of activity files, and nothing else; -1 when there is none."""
    width = max(len(row) for row in rows)
    for column in range(width):
        filled = [cell(row, column) for row in rows if cell(row, column)]
        if filled and all(FILE_NAME.match(text) for text in filled):
            return column
    return -1


def _columns(header: list[str], rows: list[list[str]]) -> dict[str, int]:
    """Column of each thing we want, -1 when it cannot be told."""
    names = [text.strip().lower() for text in header]
    file_name = _file_name_column(rows)
    out = {"file_name": file_name}
    for thing in (*BY_PLACE, *FROM_FILE_NAME):
        known = HEADERS.get(thing, frozenset())
        by_name = next((i for i, text in enumerate(names) if text in known), -1)
        if by_name < 0 and thing in BY_PLACE:
            by_name = BY_PLACE[thing]
        elif by_name < 0 and file_name >= 0:
            by_name = file_name + FROM_FILE_NAME[thing]
        out[thing] = by_name
    distances = [i for i, text in enumerate(names) if text == names[6]] if len(names) > 6 else []
    if len(distances) > 1:
        out["distance"] = distances[1]  # the first is kilometres or miles, the second metres
    if not _is_exertion(rows, out["exertion"]):
        out["exertion"] = -1
    return out


def _is_exertion(rows: list[list[str]], column: int) -> bool:
    """True when the column's cells are empty or from 0 to 10."""
    filled = [parse_number(cell(row, column)) for row in rows if cell(row, column)]
    return all(0.0 <= value <= 10.0 for value in filled)


def _sport(text: str) -> str:
    return fit_sport(text)[0] or TYPES.get(text.lower(), "")


def _read(file: IO[bytes]) -> Iterator[Overlay]:
    header, *rows = read_rows(file) or [[]]
    rows = [row for row in rows if cell(row, 0).isdigit()]
    if not rows:
        return
    at = _columns(header, rows)
    month_first = is_month_first([cell(row, at["date"]) for row in rows])
    for row in rows:
        exertion = parse_number(cell(row, at["exertion"])) if at["exertion"] >= 0 else NAN
        yield Overlay(
            service="strava",
            file_name=cell(row, at["file_name"]),
            start_time_utc_s=parse_date(cell(row, at["date"]), month_first=month_first),
            name=cell(row, at["name"]),
            description=cell(row, at["description"]),
            sport=_sport(cell(row, at["type"])),
            gear=cell(row, at["gear"]) if at["gear"] != at["description"] else "",
            perceived_exertion=exertion,
            distance_m=parse_number(cell(row, at["distance"])) if at["distance"] >= 0 else NAN,
        )


SERVICE = Service(name="strava", recognises=_recognises, read=_read)
