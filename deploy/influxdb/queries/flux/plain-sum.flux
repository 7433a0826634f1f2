// Layouts plain and overwrite: sums over buckets of time by region, source and measurement type.
from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${table}" and r._field == "value")
  |> filter(fn: (r) => r.region =~ /^${region:regex}$/ and r["${source_column}"] =~ /^${source:regex}$/)
  |> group(columns: ["region", "${source_column}", "measurement_type"])
  |> aggregateWindow(every: ${bucket}, fn: sum, createEmpty: false, timeSrc: "_start")
