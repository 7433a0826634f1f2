-- Layout versions: sums over buckets of time by region, source and measurement type. The newest version of each time counts, whatever its quality flag.
SELECT date_bin(INTERVAL '${bucket}', "time", TIMESTAMP '1970-01-01T00:00:00Z') AS "time",
  "region", "${source_column}", "measurement_type", sum("value") AS "value"
FROM (
  SELECT *,
    row_number() OVER (
      PARTITION BY "region", "${source_column}", "measurement_type", "time"
      ORDER BY "version" DESC) AS "newness"
  FROM "${table}"
  WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
) AS "numbered"
WHERE "newness" = 1
GROUP BY 1, "region", "${source_column}", "measurement_type"
ORDER BY 1
