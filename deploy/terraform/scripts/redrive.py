#!/usr/bin/env python3
"""Loads the objects again whose events are in a queue of failed events, and removes their messages.

Usage: redrive.py QUEUE_URL STATE_MACHINE_ARN [--dry-run]

Each message names one or more objects: an event of S3, EventBridge, CloudTrail or SNS, or the record of a failed call of Lambda with such an
event. The script starts one execution of the load machine for each object, and deletes the message once all of its executions have started. A
message that names no object stays in the queue. The result of an execution is in Step Functions; if it fails, the alarm failed-executions-load
goes off. A load that is repeated changes nothing.

Needs the AWS CLI with the permissions sqs:ReceiveMessage, sqs:DeleteMessage and states:StartExecution. --dry-run only prints the objects; the
messages are then hidden from other readers for two minutes.
"""

import json
import subprocess
import sys
import urllib.parse


def objects_of(message):
    """Returns the input of the load machine for each object that a message names. Raises ValueError if it names none."""
    event = json.loads(message) if isinstance(message, str) else message
    if not isinstance(event, dict):
        raise ValueError("it is not a JSON object")
    if "requestPayload" in event:  # the record that Lambda writes of a failed asynchronous call
        return objects_of(event["requestPayload"])
    if event.get("Type") == "Notification":  # the envelope of an SNS topic
        return objects_of(event["Message"])
    if "bucket" in event and "key" in event:  # an input of the load machine itself
        return [event]
    if "Records" in event:
        found = [load for record in event["Records"] for load in objects_of_record(record)]
        if not found:  # its message would be deleted, and nothing loaded
            raise ValueError("it has no records")
        return found
    detail = event.get("detail")
    if isinstance(detail, dict) and "object" in detail:
        return [load_of(detail["bucket"]["name"], detail["object"]["key"], detail["object"].get("version-id"))]
    if isinstance(detail, dict) and "requestParameters" in detail:
        parameters = detail["requestParameters"]
        return [load_of(parameters["bucketName"], parameters["key"], (detail.get("responseElements") or {}).get("x-amz-version-id"))]
    raise ValueError("it names no object")


def objects_of_record(record):
    if "Sns" in record:
        return objects_of(record["Sns"]["Message"])
    if "body" in record:
        return objects_of(record["body"])
    item = record["s3"]["object"]
    return [load_of(record["s3"]["bucket"]["name"], urllib.parse.unquote_plus(item["key"]), item.get("versionId"))]


def load_of(bucket, key, version):
    # Buckets without versioning have the version "null", which cannot be asked for by those who may only read versions.
    return {"bucket": bucket, "key": key, **({"version_id": version} if version not in (None, "", "null") else {})}


def aws(*arguments):
    result = subprocess.run(["aws", *arguments, "--output", "json"], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(result.stdout) if result.stdout.strip() else {}


def main(queue, machine, dry_run):
    started = kept = 0
    seen = set()
    while True:
        batch = aws("sqs", "receive-message", "--queue-url", queue, "--max-number-of-messages", "10", "--visibility-timeout", "120", "--wait-time-seconds", "2")
        new = [message for message in batch.get("Messages", []) if message["MessageId"] not in seen]
        if not new:
            break
        for message in new:
            seen.add(message["MessageId"])
            try:
                inputs = objects_of(message["Body"])
            except (ValueError, KeyError, TypeError, AttributeError) as reason:
                print(f"kept message {message['MessageId']}: {type(reason).__name__}: {reason}", file=sys.stderr)
                kept += 1
                continue
            for load in inputs:
                if not dry_run:
                    aws("stepfunctions", "start-execution", "--state-machine-arn", machine, "--input", json.dumps(load))
                print(f"s3://{load['bucket']}/{load['key']}")
                started += 1
            if not dry_run:
                aws("sqs", "delete-message", "--queue-url", queue, "--receipt-handle", message["ReceiptHandle"])
    print(f"{started} loads {'would be started' if dry_run else 'started'}, {kept} messages kept", file=sys.stderr)
    return 1 if kept else 0


if __name__ == "__main__":
    names = [argument for argument in sys.argv[1:] if argument != "--dry-run"]
    if len(names) != 2:
        sys.exit(__doc__)
    sys.exit(main(*names, "--dry-run" in sys.argv))
