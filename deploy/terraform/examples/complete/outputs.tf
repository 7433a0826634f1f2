output "upload_to" {
  description = "Location whose files are loaded, for example …/dataset=generation/2024.parquet."
  value       = "s3://${aws_s3_bucket.lake.id}/processed/"
}

output "rejected_rows_location" {
  description = "Location of rows that could not be stored."
  value       = module.loader.rejected_rows_location
}

output "state_machine_arns" {
  description = "ARNs of the state machines: load one object, backfill a prefix."
  value       = module.loader.state_machine_arns
}

output "function_arns" {
  description = "ARNs of the functions, by entry point."
  value       = module.loader.function_arns
}

output "failures_queue_url" {
  description = "URL of the queue with events that could not be loaded after all retries."
  value       = module.loader.failures_queue_url
}

output "dashboard_name" {
  description = "Name of the dashboard."
  value       = module.loader.dashboard_name
}

output "redrive_commands" {
  description = "Commands that load the objects of failed events again."
  value       = module.loader.redrive_commands
}
