-- Layout plain: the sum by region, source and measurement type at each time.
SELECT "time", "region", "${source_column}", "measurement_type", sum("value") AS "value"
FROM "${table}"
WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
GROUP BY "time", "region", "${source_column}", "measurement_type"
ORDER BY "time"
