-- Layout versions: how many record versions each series has, and how many points.
SELECT "region", "${source_column}", "measurement_type", "quality_flag",
  count(DISTINCT "version") AS "versions", count(*) AS "points", min("version") AS "oldest", max("version") AS "newest"
FROM "${table}"
WHERE $__timeFilter(time) AND "region" IN (${region:sqlstring}) AND "${source_column}" IN (${source:sqlstring})
GROUP BY "region", "${source_column}", "measurement_type", "quality_flag"
ORDER BY "versions" DESC
