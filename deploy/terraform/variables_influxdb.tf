variable "sink" {
  description = "Where the functions write (SINK): timestream (Timestream for LiveAnalytics) or influxdb (Timestream for InfluxDB, or another InfluxDB 2 or 3). A change from timestream deletes the Timestream tables that the module created, with their data."
  type        = string
  default     = "timestream"

  validation {
    condition     = contains(["timestream", "influxdb"], var.sink)
    error_message = "sink must be timestream or influxdb."
  }
}

variable "influxdb" {
  description = <<-EOT
    Settings of the sink influxdb. Each becomes the environment variable INFLUXDB_ and its name in upper case. Null uses the default of the loader.
    url                       https://host:port, both as the API of Timestream for InfluxDB returns them;
    engine                    2, 3, or auto, which asks the server;
    database                  engine 3: database;
    org, bucket               engine 2: organization and bucket;
    token_secret_arn          secret that holds the token, as the key token of a JSON object or as the whole text. The token itself is no input of the
                              module, because inputs are stored in the state;
    token_secret_kms_key_arn  customer managed KMS key that encrypts this secret. Null if the secret uses the key of Secrets Manager. It is not
                              an environment variable: the functions may decrypt with it, but only through Secrets Manager;
    layout                    versions, overwrite (engine 2) or plain;
    batch_lines               lines in a request, 1 to 50000;
    gzip                      whether requests are compressed;
    instance_name             name of the instance in Timestream for InfluxDB, for alarms on its CPU, memory and disk. Null creates no such
                              alarms. It is no environment variable.
  EOT
  type = object({
    url                      = optional(string)
    engine                   = optional(string)
    database                 = optional(string)
    org                      = optional(string)
    bucket                   = optional(string)
    token_secret_arn         = optional(string)
    token_secret_kms_key_arn = optional(string)
    layout                   = optional(string)
    batch_lines              = optional(number)
    gzip                     = optional(bool)
    instance_name            = optional(string)
  })
  default = null

  validation {
    condition     = (var.influxdb != null) == (var.sink == "influxdb")
    error_message = "influxdb and sink = \"influxdb\" need each other. With the sink timestream, leave influxdb null."
  }

  validation {
    condition     = var.influxdb == null ? true : can(regex("^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$", var.influxdb.url))
    error_message = "influxdb.url must be https://host or https://host:port, without path, user and query."
  }

  validation {
    condition     = try(var.influxdb.engine, null) == null ? true : contains(["auto", "2", "3"], var.influxdb.engine)
    error_message = "influxdb.engine must be auto, 2 or 3."
  }

  validation {
    condition     = var.influxdb == null ? true : var.influxdb.database != null || (var.influxdb.org != null && var.influxdb.bucket != null)
    error_message = "influxdb needs database (engine 3), or org and bucket (engine 2)."
  }

  validation {
    condition     = try(var.influxdb.engine, null) == "2" ? var.influxdb.org != null && var.influxdb.bucket != null : true
    error_message = "influxdb.org and influxdb.bucket are required for engine 2."
  }

  validation {
    condition     = try(var.influxdb.engine, null) == "3" ? var.influxdb.database != null : true
    error_message = "influxdb.database is required for engine 3."
  }

  validation {
    condition     = try(var.influxdb.database, null) == null ? true : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,510}$", var.influxdb.database))
    error_message = "influxdb.database must have 1 to 511 letters, digits, hyphens and underscores, and must start with a letter or digit."
  }

  validation {
    condition     = alltrue([for name in [try(var.influxdb.org, null), try(var.influxdb.bucket, null)] : name == null ? true : trimspace(name) != ""])
    error_message = "influxdb.org and influxdb.bucket must not be blank."
  }

  validation {
    condition     = var.influxdb == null ? true : can(regex("^arn:[^:]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", var.influxdb.token_secret_arn))
    error_message = "influxdb.token_secret_arn is required and must be the whole ARN of a secret of Secrets Manager, with the hyphen and six characters at its end."
  }

  validation {
    condition     = try(var.influxdb.token_secret_kms_key_arn, null) == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.influxdb.token_secret_kms_key_arn))
    error_message = "influxdb.token_secret_kms_key_arn must be the ARN of a key, not of an alias."
  }

  validation {
    condition     = try(var.influxdb.instance_name, null) == null ? true : can(regex("^[a-zA-Z][a-zA-Z0-9-]{2,39}$", var.influxdb.instance_name))
    error_message = "influxdb.instance_name must be the name of an instance, with 3 to 40 letters, digits and hyphens, not its id or endpoint."
  }

  validation {
    condition     = try(var.influxdb.layout, null) == null ? true : contains(["versions", "overwrite", "plain"], var.influxdb.layout)
    error_message = "influxdb.layout must be versions, overwrite or plain."
  }

  validation {
    condition     = try(var.influxdb.layout, null) == "overwrite" ? var.influxdb.engine == "2" : true
    error_message = "influxdb.layout overwrite needs engine = \"2\": engine 3 does not define which of two writes of a point remains."
  }

  validation {
    condition     = try(var.influxdb.batch_lines, null) == null ? true : var.influxdb.batch_lines >= 1 && var.influxdb.batch_lines <= 50000 && floor(var.influxdb.batch_lines) == var.influxdb.batch_lines
    error_message = "influxdb.batch_lines must be a whole number from 1 to 50000."
  }
}
