// Layout versions: the points of each record version, which is one row group of one load.
from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${table}" and r._field == "value")
  |> group(columns: ["version"])
  |> count()
  |> group()
  |> sort(columns: ["version"])
