// Layouts plain and overwrite: the sum by region, source and measurement type at each time.
from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${table}" and r._field == "value")
  |> filter(fn: (r) => r.region =~ /^${region:regex}$/ and r["${source_column}"] =~ /^${source:regex}$/)
  |> group(columns: ["region", "${source_column}", "measurement_type"])
  |> aggregateWindow(every: ${step}, fn: sum, createEmpty: false, timeSrc: "_start")
