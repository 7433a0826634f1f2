-- Layout versions: the sum by region, source and measurement type at each time, over the newest versions only.
SELECT "time", "region", "${source_column}", "measurement_type", sum("value") AS "value"
FROM (
  SELECT *,
    row_number() OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "quality_flag", "time"
      ORDER BY "version" DESC) AS "newness"
  FROM "${table}"
  WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
) AS "numbered"
WHERE "newness" = 1
GROUP BY "time", "region", "${source_column}", "measurement_type"
ORDER BY "time"
