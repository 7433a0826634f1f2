locals {
  # The URL and the ARN of the secret may be unknown before an apply. A filter on null would then make every variable of the functions unknown
  # in the plan, so only the other settings have it.
  influxdb_environment = var.influxdb == null ? {} : merge(
    {
      INFLUXDB_URL              = var.influxdb.url
      INFLUXDB_TOKEN_SECRET_ARN = var.influxdb.token_secret_arn
    },
    {
      for name, value in {
        INFLUXDB_ENGINE      = var.influxdb.engine
        INFLUXDB_DATABASE    = var.influxdb.database
        INFLUXDB_ORG         = var.influxdb.org
        INFLUXDB_BUCKET      = var.influxdb.bucket
        INFLUXDB_LAYOUT      = var.influxdb.layout
        INFLUXDB_BATCH_LINES = var.influxdb.batch_lines
        INFLUXDB_GZIP        = var.influxdb.gzip
      } : name => tostring(value) if value != null
    },
  )
}
