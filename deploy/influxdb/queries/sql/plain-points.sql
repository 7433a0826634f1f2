-- Layout plain: the points.
SELECT "time", "region", "${source_column}", "measurement_type", "quality_flag", "value"
FROM "${table}"
WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
ORDER BY "time"
