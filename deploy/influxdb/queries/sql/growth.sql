-- Layout versions: the points of each load, and how many of them are the newest version of their point; a load with 0 is superseded as a whole.
-- The first 19 digits of a version are the time of the object in ms * 2^21 + the row group, the rest is the hash of the load.
SELECT to_timestamp_millis("object_version") AS "object_time", "load_hash",
  count(DISTINCT "version") AS "row_groups", count(*) AS "points", sum("is_newest") AS "newest_points", min("time") AS "first", max("time") AS "last"
FROM (
  SELECT "time", "version",
    CAST(substr(CAST("version" AS VARCHAR), 1, 19) AS BIGINT) >> 21 AS "object_version",
    substr(CAST("version" AS VARCHAR), 21, 8) AS "load_hash",
    CASE WHEN row_number() OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "quality_flag", "time"
      ORDER BY "version" DESC) = 1 THEN 1 ELSE 0 END AS "is_newest"
  FROM "${table}"
  WHERE $__timeFilter(time)
) AS "loads"
GROUP BY "object_version", "load_hash"
ORDER BY "object_version", "load_hash"
