# This queue receives events that an asynchronous call could not load after its retries, and events that EventBridge could not deliver, with their cause.
resource "aws_lambda_function_event_invoke_config" "s3_event" {
  function_name                = aws_lambda_function.this["s3_event"].function_name
  maximum_retry_attempts       = var.async_retry_attempts
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }
}

resource "aws_sqs_queue" "failures" {
  name                      = "${var.name}-failures"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags
}

locals {
  failures_queue_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "KeepUndeliveredEvents"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = local.queue_arns.failures
      Condition = { ArnEquals = { "aws:SourceArn" = local.rule_arn } }
    }]
  }
}

resource "aws_sqs_queue_policy" "failures" {
  count = local.rule_wanted ? 1 : 0

  queue_url = aws_sqs_queue.failures.url
  policy    = jsonencode(local.failures_queue_policy)
}
