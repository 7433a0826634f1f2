// Layout versions: how many record versions each series has.
from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${table}" and r._field == "value")
  |> filter(fn: (r) => r.region =~ /^${region:regex}$/ and r["${source_column}"] =~ /^${source:regex}$/)
  |> group(columns: ["_time", "_value", "version"], mode: "except")
  |> distinct(column: "version")
  |> count()
  |> group()
