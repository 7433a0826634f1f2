#!/usr/bin/env bash
# Measures on a local influxd 1.x what versions cost: series, bytes on disk a point, and CPU seconds of the server for the queries newest (or plain-points) and sum. Prints one line a case.
# Needs influxd, curl and awk. Starts a server of its own on a loopback port, with its data in a temporary folder that is removed.
# Usage: measure-growth.sh [port]
set -euo pipefail

port=${1:-18086}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap '[[ -z ${server:-} ]] || kill "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT

# Caches are written to disk after 1 s without writes, so that the size can be read.
cat >"$work/influxdb.conf" <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:$((port + 1))"
[meta]
  dir = "$work/meta"
[data]
  dir = "$work/data"
  wal-dir = "$work/wal"
  cache-snapshot-write-cold-duration = "1s"
[http]
  bind-address = "127.0.0.1:$port"
  log-enabled = false
[monitor]
  store-enabled = false
CONF
influxd -config "$work/influxdb.conf" 2>"$work/log" &
server=$!
until curl -fs "http://127.0.0.1:$port/ping"; do kill -0 "$server"; sleep 0.2; done

start=1704067200 # 2024-01-01

ask() { curl -fsS "http://127.0.0.1:$port/query" --data-urlencode "db=$1" --data-urlencode "epoch=s" --data-urlencode "q=$2"; }

# A query of ./queries with its variables replaced, for all regions and sources and the hours of the case.
query() {
  sed -e '/^--/d' -e 's/${table}/generation/' -e 's/${source_column}/energy_source/g' -e 's/${step}/1h/' -e 's/${bucket}/1d/' \
    -e 's/${region:regex}/.*/' -e 's/${source:regex}/.*/' \
    -e "s/\$timeFilter/time >= ${start}s AND time < $((start + 3600 * $2))s/" "$here/queries/influxql/$1.influxql"
}

# The CPU time of the server for a query, in seconds, the median of three runs. Unlike the elapsed time it hardly depends on what else runs.
seconds() {
  local text before
  text=$(query "$2" "$3")
  for _ in 1 2 3; do
    before=$(cpu)
    curl -fsS -o "$work/answer" "http://127.0.0.1:$port/query" --data-urlencode "db=$1" --data-urlencode "q=$text"
    awk "BEGIN { print ($(cpu) - $before) / $(getconf CLK_TCK) }"
    if grep -q '"error"' "$work/answer"; then cat "$work/answer" >&2; return 1; fi
  done | sort -n | sed -n 2p
}

cpu() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }

# lines <layout> <series> <hours> <hours of an object> <loads>: each object is loaded so many times, each time as a new version.
lines() {
  awk -v layout="$1" -v series="$2" -v hours="$3" -v object="$4" -v loads="$5" -v start="$start" 'BEGIN {
    srand(1)
    for (load = 0; load < loads; load++)
      for (first = 0; first < hours; first += object)
        for (s = 0; s < series; s++) {
          tags = sprintf("generation,region=R%d,energy_source=S%d,measurement_type=actual", s % 4, int(s / 4))
          if (layout == "versions") tags = tags sprintf(",version=%019d-%08x", 3000000000000000000 + (load * 10000 + first) * 2097152, load * 10000 + first)
          for (h = first; h < first + object && h < hours; h++) printf "%s value=%.3f %d\n", tags, rand() * 10000, start + h * 3600
        }
  }'
}

# measure <name> <layout> <series> <hours> <hours of an object> <loads> <shard duration>
measure() {
  local name=$1 layout=$2 series=$3 hours=$4 points keys bytes read sum
  ask "$name" "CREATE DATABASE \"$name\" WITH SHARD DURATION $7" >/dev/null
  lines "$layout" "$series" "$hours" "$5" "$6" | split -l 5000 - "$work/part"
  for part in "$work"/part*; do
    curl -fsS "http://127.0.0.1:$port/write?db=$name&precision=s" --data-binary "@$part"
    rm "$part"
  done
  until [[ -z $(find "$work/wal/$name" -name '*.wal' -size +0) && -n $(find "$work/data/$name" -name '*.tsm') ]]; do sleep 1; done
  points=$((series * hours * $6))
  keys=$(ask "$name" 'SHOW SERIES' | grep -o '"generation,' | wc -l)
  bytes=$(find "$work/data/$name" -name '*.tsm' -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
  if [[ $layout == versions ]]; then read=newest sum=sum; else read=plain-points sum=plain-sum; fi
  printf '%-28s %9d %7d %9.2f %8.2f %8.2f\n' "$name" "$points" "$keys" "$(awk "BEGIN { print $bytes / $points }")" \
    "$(seconds "$name" "$read" "$hours")" "$(seconds "$name" "$sum" "$hours")"
}

printf '%-28s %9s %7s %9s %8s %8s\n' case points series B/point read_s sum_s
measure month_plain plain 36 744 744 1 7d
measure month_1_version versions 36 744 744 1 7d
measure month_2_versions versions 36 744 744 2 7d
measure month_5_versions versions 36 744 744 5 7d
measure month_20_versions versions 36 744 744 20 7d
measure year_plain plain 36 8784 8784 1 7d
measure year_plain_52w plain 36 8784 8784 1 52w
measure year_one_object versions 36 8784 8784 1 52w
measure year_monthly_objects versions 36 8784 732 1 52w
measure year_daily_objects versions 36 8784 24 1 52w
measure year_daily_objects_7d versions 36 8784 24 1 7d
