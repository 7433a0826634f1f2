-- Layout versions: the points that have a newer version, with the newest one beside them.
SELECT "time", "region", "${source_column}", "measurement_type", "quality_flag", "version", "value", "newest_version", "newest_value"
FROM (
  SELECT *,
    row_number() OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "quality_flag", "time"
      ORDER BY "version" DESC) AS "newness",
    first_value("version") OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "quality_flag", "time"
      ORDER BY "version" DESC) AS "newest_version",
    first_value("value") OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "quality_flag", "time"
      ORDER BY "version" DESC) AS "newest_value"
  FROM "${table}"
  WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
) AS "numbered"
WHERE "newness" > 1
ORDER BY "time", "version"
