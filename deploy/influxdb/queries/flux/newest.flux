// Layout versions: the newest version of each point. unique() keeps the first record of each time.
from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${table}" and r._field == "value")
  |> filter(fn: (r) => r.region =~ /^${region:regex}$/ and r["${source_column}"] =~ /^${source:regex}$/)
  |> group(columns: ["_time", "_value", "version"], mode: "except")
  |> sort(columns: ["version"], desc: true)
  |> unique(column: "_time")
  |> sort(columns: ["_time"])
