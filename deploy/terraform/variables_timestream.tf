variable "database_name" {
  description = "Name of the Timestream database, which the module creates or which exists (create_database). The sink influxdb uses influxdb.database or influxdb.bucket instead."
  type        = string
  default     = "energy"

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,256}$", var.database_name))
    error_message = "database_name must have 3 to 256 letters, digits and _ . -."
  }
}

variable "table_names" {
  description = "Names of the tables, one per dataset, which the module creates or which exist (create_tables). With the sink influxdb, names of the tables or measurements, which the functions create."
  type = object({
    generation   = optional(string, "generation")
    consumption  = optional(string, "consumption")
    transmission = optional(string, "transmission")
  })
  default = {}

  validation {
    condition     = alltrue([for table in values(var.table_names) : can(regex("^[A-Za-z0-9_.-]{3,256}$", table))])
    error_message = "Each of table_names must have 3 to 256 letters, digits and _ . -."
  }

  validation {
    condition     = length(distinct(values(var.table_names))) == 3
    error_message = "table_names must be three different tables, because the datasets have different dimensions."
  }

  validation {
    condition     = var.sink == "timestream" || alltrue([for table in values(var.table_names) : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*$", table))])
    error_message = "With the sink influxdb, each of table_names must have only letters, digits, hyphens and underscores, and must start with a letter or digit."
  }
}

variable "partition_keys" {
  description = "Dimension by which each new table is partitioned. Null partitions it by measure name, the default of Timestream. A table keeps its partition key for ever: a change replaces the table and deletes its data."
  type = object({
    generation   = optional(string)
    consumption  = optional(string)
    transmission = optional(string)
  })
  default = {}

  validation {
    condition = alltrue([for dataset, column in { generation = "energy_source", consumption = "consumer_type", transmission = "line_id" } :
    var.partition_keys[dataset] == null ? true : contains(["region", "measurement_type", column], var.partition_keys[dataset])])
    error_message = "Each of partition_keys must be a dimension that every record of the dataset has: region, measurement_type, or energy_source (generation), consumer_type (consumption), line_id (transmission)."
  }

  validation {
    condition     = (var.create_tables && var.sink == "timestream") || alltrue([for column in values(var.partition_keys) : column == null])
    error_message = "partition_keys are of Timestream tables that the module creates. Leave them null with create_tables = false and with the sink influxdb."
  }
}

variable "create_database" {
  description = "Whether the module creates the Timestream database. False uses an existing one."
  type        = bool
  default     = true
}

variable "create_tables" {
  description = "Whether the module creates the three Timestream tables. False uses existing ones. A destroy deletes tables that the module created, with their data."
  type        = bool
  default     = true

  validation {
    condition     = var.create_tables || !var.create_database
    error_message = "create_database needs create_tables: a new database cannot contain existing tables. Set both to false to use existing ones."
  }
}

variable "memory_store_retention_hours" {
  description = "Retention of the memory store in hours, 1 to 8766. Older records go to the magnetic store."
  type        = number
  default     = 24

  validation {
    condition     = var.memory_store_retention_hours >= 1 && var.memory_store_retention_hours <= 8766 && floor(var.memory_store_retention_hours) == var.memory_store_retention_hours
    error_message = "memory_store_retention_hours must be a whole number from 1 to 8766."
  }
}

variable "magnetic_store_retention_days" {
  description = "Retention of the magnetic store in days, 1 to 73000. Older records are rejected."
  type        = number
  default     = 3650

  validation {
    condition     = var.magnetic_store_retention_days >= 1 && var.magnetic_store_retention_days <= 73000 && floor(var.magnetic_store_retention_days) == var.magnetic_store_retention_days
    error_message = "magnetic_store_retention_days must be a whole number from 1 to 73000."
  }
}
