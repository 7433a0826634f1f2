-- Layout versions: the newest version of each point.
SELECT "time", "region", "${source_column}", "measurement_type", "quality_flag", "version", "value"
FROM (
  SELECT *,
    row_number() OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "quality_flag", "time"
      ORDER BY "version" DESC) AS "newness"
  FROM "${table}"
  WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
) AS "numbered"
WHERE "newness" = 1
ORDER BY "time"
