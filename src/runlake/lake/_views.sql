-- Views over the tables of the lake, one question each. Durations stay numbers; texts for people end in _text.

CREATE OR REPLACE MACRO clock_text(seconds) AS
  CASE WHEN seconds IS NULL THEN NULL
       WHEN round(abs(seconds)) >= 3600 THEN printf('%s%d:%02d:%02d', CASE WHEN seconds < 0 THEN '-' ELSE '' END,
         CAST(round(abs(seconds)) AS BIGINT) // 3600, CAST(round(abs(seconds)) AS BIGINT) % 3600 // 60, CAST(round(abs(seconds)) AS BIGINT) % 60)
       ELSE printf('%s%d:%02d', CASE WHEN seconds < 0 THEN '-' ELSE '' END,
         CAST(round(abs(seconds)) AS BIGINT) // 60, CAST(round(abs(seconds)) AS BIGINT) % 60) END;
CREATE OR REPLACE MACRO pace_km_text(speed_mps) AS CASE WHEN speed_mps > 0 THEN clock_text(1000.0 / speed_mps) END;
CREATE OR REPLACE MACRO pace_mile_text(speed_mps) AS CASE WHEN speed_mps > 0 THEN clock_text(1609.344 / speed_mps) END;

-- Every run with its paces as text.
CREATE OR REPLACE VIEW q_runs AS
SELECT athlete_id, activity_id, local_date, name, purpose, shorthand, distance_m / 1000 AS distance_km, timer_s,
       clock_text(timer_s) AS time_text, pace_km_text(mean_speed_mps) AS pace_km_text, pace_mile_text(mean_speed_mps) AS pace_mile_text,
       mean_heart_rate_bpm, mean_cadence_spm, ascent_m, load_trimp, is_indoor, is_track
FROM activities WHERE sport = 'running' ORDER BY athlete_id, start_time_utc;

-- Is it 80/20? Easy share of each week in three ways, and the week's verdict.
CREATE OR REPLACE VIEW q_weekly_80_20 AS
SELECT athlete_id, week_start_date, distance_m / 1000 AS distance_km, moving_s / 3600 AS hours, n_runs,
       easy_share_distance, easy_share_time, easy_share_sessions, grey_share_time, hard_share_time, polarization_index,
       n_key_sessions, ramp_frac, spike_ratio, is_recovery_week, verdict, verdict_reason
FROM weeks ORDER BY athlete_id, week_start_date;

-- Time and distance in zones by week, long form for stacked bars; runs only.
CREATE OR REPLACE VIEW q_zones_by_week AS
SELECT i.athlete_id, CAST(date_trunc('week', i.local_date) AS DATE) AS week_start_date, i.method, i.zone,
       CASE i.zone WHEN 1 THEN 'easy' WHEN 2 THEN 'grey zone' ELSE 'hard' END AS zone_name,
       sum(i.seconds) / 3600 AS hours, sum(i.distance_m) / 1000 AS distance_km
FROM intensity i JOIN activities a USING (athlete_id, activity_id)
WHERE a.sport = 'running' GROUP BY ALL ORDER BY ALL;

-- The best of each effort: outdoors, of good quality.
CREATE OR REPLACE VIEW q_bests AS
SELECT athlete_id, effort, is_by_distance, distance_m, elapsed_s, clock_text(elapsed_s) AS time_text,
       pace_km_text(speed_mps) AS pace_km_text, local_date, activity_id
FROM best_efforts WHERE quality = 'ok' AND NOT is_indoor
QUALIFY row_number() OVER (PARTITION BY athlete_id, effort ORDER BY speed_mps DESC, local_date) = 1
ORDER BY athlete_id, is_by_distance DESC, distance_m;

-- When a best fell, effort by effort.
CREATE OR REPLACE VIEW q_records AS
SELECT athlete_id, effort, local_date, elapsed_s, clock_text(elapsed_s) AS time_text, pace_km_text(speed_mps) AS pace_km_text, activity_id
FROM best_efforts WHERE is_record ORDER BY athlete_id, effort, local_date;

-- Reps of the same set over time: one row a rep, to compare March with May.
CREATE OR REPLACE VIEW q_reps_over_time AS
SELECT s.athlete_id, s.structure_key, s.shorthand, s.local_date, i.rep_no, i.duration_s, i.distance_m,
       pace_km_text(i.mean_speed_mps) AS pace_km_text, i.mean_speed_mps, i.rest_s, i.rest_kind, i.mean_heart_rate_bpm,
       i.max_heart_rate_bpm, i.confidence, s.activity_id
FROM interval_sets s JOIN intervals i ON i.athlete_id = s.athlete_id AND i.activity_id = s.activity_id AND i.set_no = s.set_no
WHERE i.confidence >= 0.5 ORDER BY s.athlete_id, s.structure_key, s.local_date, i.rep_no;

-- Sets over time: one row each.
CREATE OR REPLACE VIEW q_sets_over_time AS
SELECT athlete_id, structure_key, shorthand, kind, local_date, n_reps, work_s, mean_rest_s, rest_kind,
       pace_km_text(mean_speed_mps) AS pace_km_text, mean_speed_mps, speed_cv_frac, progression_pct, fade_pct, confidence, activity_id
FROM interval_sets WHERE confidence >= 0.5 ORDER BY athlete_id, structure_key, local_date;

-- The goal ladder.
CREATE OR REPLACE VIEW q_ladder AS
SELECT athlete_id, effort, target_s, clock_text(target_s) AS target_text, first_met_on, activity_id, gap_s, projected_from,
       projected_to, projection_reason, source
FROM goals ORDER BY athlete_id, effort, target_s DESC;

-- Strides by week.
CREATE OR REPLACE VIEW q_strides_by_week AS
SELECT athlete_id, CAST(date_trunc('week', local_date) AS DATE) AS week_start_date, count(*) AS n_strides,
       count(DISTINCT activity_id) AS n_runs, avg(peak_speed_mps) AS mean_peak_speed_mps
FROM strides WHERE confidence >= 0.5 GROUP BY ALL ORDER BY ALL;

-- When fatigue sets in; censored: not before the end of the run.
CREATE OR REPLACE VIEW q_fatigue AS
SELECT f.athlete_id, f.local_date, f.activity_id, f.onset_s / 60 AS onset_min, f.is_censored, a.elapsed_s / 60 AS run_min,
       f.decoupling_frac, f.durability_frac, f.reason
FROM fatigue f JOIN activities a USING (athlete_id, activity_id) ORDER BY f.athlete_id, f.local_date;

-- Thresholds that hold now.
CREATE OR REPLACE VIEW q_thresholds_now AS
SELECT * FROM thresholds QUALIFY row_number() OVER (PARTITION BY athlete_id, kind ORDER BY valid_from DESC) = 1
ORDER BY athlete_id, kind;

-- Inputs that did not come through whole, and why.
CREATE OR REPLACE VIEW q_ledger_problems AS
SELECT athlete_id, source, path, member, status, reason, n_records_in, n_records_kept, duplicate_of
FROM files WHERE status NOT IN ('ok', 'ignored') ORDER BY athlete_id, source, path, member;
