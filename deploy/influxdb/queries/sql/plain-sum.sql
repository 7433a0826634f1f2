-- Layout plain: sums over buckets of time by region, source and measurement type.
SELECT date_bin(INTERVAL '${bucket}', "time", TIMESTAMP '1970-01-01T00:00:00Z') AS "time",
  "region", "${source_column}", "measurement_type", sum("value") AS "value"
FROM "${table}"
WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
GROUP BY 1, "region", "${source_column}", "measurement_type"
ORDER BY 1
