output "upload_to" {
  description = "Files below this are loaded, for example …/dataset=generation/2024.parquet."
  value       = "s3://${aws_s3_bucket.lake.id}/processed/"
}

output "rejected_rows_location" {
  description = "Rows that could not be stored."
  value       = module.loader.rejected_rows_location
}

output "state_machine_arns" {
  description = "The machines: load one object, backfill a prefix."
  value       = module.loader.state_machine_arns
}

output "function_arns" {
  description = "The functions."
  value       = module.loader.function_arns
}

output "failures_queue_url" {
  description = "What could not be loaded after its retries."
  value       = module.loader.failures_queue_url
}

output "dashboard_name" {
  description = "The dashboard."
  value       = module.loader.dashboard_name
}
