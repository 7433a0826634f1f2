// Layouts plain and overwrite: the points.
from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${table}" and r._field == "value")
  |> filter(fn: (r) => r.region =~ /^${region:regex}$/ and r["${source_column}"] =~ /^${source:regex}$/)
