"""Register the catalogue of a lake in a running Superset and make a dashboard of four charts, by its REST API.

``python superset_dashboard.py URL USER PASSWORD /absolute/path/of/lake``; needs the package requests only.
"""

import json
import sys

import requests

url, user, password, lake = sys.argv[1:]
session = requests.Session()


def post(path: str, body: dict) -> dict:
    """The answer to a POST; Superset's own words when it refuses."""
    answer = session.post(url + path, json=body, timeout=180)
    if not answer.ok:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text[:500]}")
    return answer.json()


login = {"username": user, "password": password, "provider": "db", "refresh": True}
session.headers["Authorization"] = "Bearer " + post("/api/v1/security/login", login)["access_token"]
session.headers["Referer"] = url

# Read-only: many readers may open the file, and none of them keeps a build from replacing it.
extra = {"engine_params": {"connect_args": {"read_only": True}}}
uri = f"duckdb:///{lake}/catalog.duckdb"
database = post("/api/v1/database/", {"database_name": "runlake", "sqlalchemy_uri": uri, "extra": json.dumps(extra)})[
    "id"
]
datasets = {
    view: post("/api/v1/dataset/", {"database": database, "schema": "main", "table_name": view})["id"]
    for view in ("q_zones_by_week", "best_efforts", "q_reps_over_time", "weeks")
}


def metric(sql: str, label: str) -> dict:
    """A measure in SQL."""
    return {"expressionType": "SQL", "sqlExpression": sql, "label": label, "optionName": f"metric_{label}"}


def chart(
    name: str, view: str, kind: str, x: str, value: str, label: str, by: tuple[str, ...] = (), **more: object
) -> int:
    """A chart over time: `value` is SQL, one series for each value of the columns `by`."""
    params = {
        "datasource": f"{datasets[view]}__table",
        "viz_type": kind,
        "x_axis": x,
        "x_axis_time_format": "%d %b",
        "metrics": [metric(value, label)],
        "groupby": list(by),
        "show_legend": bool(by),
        "time_range": "No filter",
        "row_limit": 10000,
        **more,
    }
    body = {"slice_name": name, "datasource_id": datasets[view], "datasource_type": "table", "viz_type": kind}
    return post("/api/v1/chart/", {**body, "params": json.dumps(params)})["id"]


def only(sql: str) -> list[dict]:
    """A filter in SQL."""
    return [{"expressionType": "SQL", "clause": "WHERE", "sqlExpression": sql}]


BAR, LINE, DOTS = "echarts_timeseries_bar", "echarts_timeseries_line", "echarts_timeseries_scatter"
charts = [
    chart("Hours by zone and week (pace)", "q_zones_by_week", BAR, "week_start_date", "sum(hours)", "hours",
          ("zone_name",), stack="Stack", adhoc_filters=only("method = 'pace'"), sort_series_type="name",
          sort_series_ascending=True),
    chart("Best mile of each month, minutes", "best_efforts", LINE, "local_date", "min(elapsed_s) / 60",
          "best mile of the month, min", adhoc_filters=only("effort = 'mile' and quality = 'ok'"),
          time_grain_sqla="P1M", x_axis_time_format="%b %Y", markerEnabled=True, truncateYAxis=True,
          y_axis_format=".1f"),
    chart("Reps of the same set over time, km/h", "q_reps_over_time", DOTS, "local_date", "avg(mean_speed_mps) * 3.6",
          "speed, km/h", ("structure_key",), series_limit=4, markerSize=9, truncateYAxis=True, y_axis_format=".1f",
          series_limit_metric=metric("count(DISTINCT local_date)", "days")),
    chart("Key sessions by week", "weeks", BAR, "week_start_date", "sum(n_key_sessions)", "key sessions",
          y_axis_format=",d"),
]  # fmt: skip

root = ["ROOT_ID", "GRID_ID"]
layout: dict = {
    "DASHBOARD_VERSION_KEY": "v2",
    "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
    "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": ["ROW-0", "ROW-1"], "parents": ["ROOT_ID"]},
}
for n, row in enumerate((charts[:2], charts[2:])):
    names = [f"CHART-{c}" for c in row]
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    layout[f"ROW-{n}"] = {"type": "ROW", "id": f"ROW-{n}", "children": names, "parents": root, "meta": meta}
    for c, name in zip(row, names, strict=True):
        place = {"width": 6, "height": 46, "chartId": c}
        layout[name] = {"type": "CHART", "id": name, "children": [], "parents": [*root, f"ROW-{n}"], "meta": place}
colours = {"easy": "#2b7bba", "grey zone": "#a3a9b2", "hard": "#d1495b"}
body = {
    "dashboard_title": "runlake: did I run with purpose?",
    "slug": "runlake",
    "published": True,
    "position_json": json.dumps(layout),
    "json_metadata": json.dumps({"color_scheme": "supersetColors", "label_colors": colours}),
}
dashboard = post("/api/v1/dashboard/", body)["id"]
for c in charts:
    session.put(f"{url}/api/v1/chart/{c}", json={"dashboards": [dashboard]}, timeout=180).raise_for_status()
sys.stdout.write(f"{url}/superset/dashboard/runlake/\n")
