locals {
  events_queue_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TakeEvents"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = local.queue_arns.events
      Condition = { ArnEquals = { "aws:SourceArn" = local.rule_arn } }
    }]
  }
}

resource "aws_sqs_queue" "events" {
  count = var.trigger == "sqs" ? 1 : 0

  name = "${var.name}-events"

  # Six times the timeout of the function, as Lambda recommends: a message must not become visible again while its call runs or is retried.
  visibility_timeout_seconds = 6 * var.timeout_seconds
  message_retention_seconds  = 1209600
  kms_master_key_id          = var.kms_key_arn
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.events_dead_letters[0].arn
    maxReceiveCount     = var.queue.max_receives
  })

  tags = var.tags
}

resource "aws_sqs_queue" "events_dead_letters" {
  count = var.trigger == "sqs" ? 1 : 0

  name                      = "${var.name}-events-dead-letters"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  tags                      = var.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "events_dead_letters" {
  count = var.trigger == "sqs" ? 1 : 0

  queue_url = aws_sqs_queue.events_dead_letters[0].url
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arns.events]
  })
}

resource "aws_sqs_queue_policy" "events" {
  count = var.trigger == "sqs" ? 1 : 0

  queue_url = aws_sqs_queue.events[0].url
  policy    = jsonencode(local.events_queue_policy)
}

resource "aws_lambda_event_source_mapping" "events" {
  count = var.trigger == "sqs" ? 1 : 0

  event_source_arn = aws_sqs_queue.events[0].arn
  function_name    = aws_lambda_function.this["s3_event"].arn
  batch_size       = var.queue.batch_size

  # The function returns which messages failed; the others are not delivered again.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.queue.max_concurrency
  }

  tags = var.tags

  depends_on = [aws_iam_role_policy.function]
}
