-- Layout versions: the points of each load. The first 19 digits of a version are object time in ms * 2^21 + row group, the rest is the hash of the load.
SELECT to_timestamp_millis("object_version") AS "object_time", "load_hash",
  count(DISTINCT "version") AS "row_groups", count(*) AS "points", min("time") AS "first", max("time") AS "last"
FROM (
  SELECT "time", "version",
    CAST(substr(CAST("version" AS VARCHAR), 1, 19) AS BIGINT) >> 21 AS "object_version",
    substr(CAST("version" AS VARCHAR), 21, 8) AS "load_hash"
  FROM "${table}"
  WHERE $__timeFilter(time)
) AS "loads"
GROUP BY "object_version", "load_hash"
ORDER BY "object_version", "load_hash"
