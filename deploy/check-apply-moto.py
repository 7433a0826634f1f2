"""Runs moto_server with the additions that the AWS provider needs for Step Functions, CloudWatch Logs and SQS.

moto lacks two actions that the provider calls while it plans and refreshes a state machine, and those of saved log queries. It does not
store redrive_allow_policy of a queue, and it cannot copy a state machine that has run, so that a second execution fails. It cannot parse an
ItemBatcher: a map that has one is run with batches of one item. State machines call their services at the port in MOTO_PORT.
"""

import copy
import json
import uuid

from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.logs.responses import LogsResponse
from moto.server import main
from moto.sqs.models import Queue
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import InvalidDefinition
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse


def validate_state_machine_definition(response):
    diagnostics = []
    try:
        StepFunctionsParserBackend._validate_definition(response._get_param("definition"))
    except InvalidDefinition as refusal:
        diagnostics = [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(refusal)}]
    return ActionResult({"result": "FAIL" if diagnostics else "OK", "diagnostics": diagnostics})


def list_state_machine_versions(_response):
    return ActionResult({"stateMachineVersions": []})


def copy_without_executions(machine, _memo):
    twin = copy.copy(machine)
    twin.executions = []
    return twin


def with_batches_of_one(definition):
    """Replaces the batcher of each map by a first state of the children that makes a batch of their item."""
    machine = json.loads(definition)
    for state in machine["States"].values():
        batcher = state.pop("ItemBatcher", None)
        if batcher is not None:
            child = state["ItemProcessor"]
            batch = {"BatchInput": batcher["BatchInput"], "Items.$": "States.Array($)"}
            child["States"]["One item"] = {"Type": "Pass", "Parameters": batch, "Next": child["StartAt"]}
            child["StartAt"] = "One item"
    return json.dumps(machine)


parse = AmazonStateLanguageParser.parse
AmazonStateLanguageParser.parse = staticmethod(lambda definition: parse(with_batches_of_one(definition)))


log_queries = {}


def put_query_definition(response):
    id = response._get_param("queryDefinitionId") or str(uuid.uuid4())
    log_queries[id] = {"queryDefinitionId": id} | {name: response._get_param(name) for name in ("name", "queryString", "logGroupNames")}
    return ActionResult({"queryDefinitionId": id})


def describe_query_definitions(response):
    prefix = response._get_param("queryDefinitionNamePrefix") or ""
    return ActionResult({"queryDefinitions": [query for query in log_queries.values() if query["name"].startswith(prefix)]})


def delete_query_definition(response):
    return ActionResult({"success": log_queries.pop(response._get_param("queryDefinitionId"), None) is not None})


LogsResponse.put_query_definition = put_query_definition
LogsResponse.describe_query_definitions = describe_query_definitions
LogsResponse.delete_query_definition = delete_query_definition
StepFunctionResponse.validate_state_machine_definition = validate_state_machine_definition
StepFunctionResponse.list_state_machine_versions = list_state_machine_versions
StateMachine.__deepcopy__ = copy_without_executions
# An empty attribute counts as missing.
Queue.redrive_allow_policy = property(
    lambda queue: vars(queue).get("_redrive_allow_policy") or None,
    lambda queue, value: vars(queue).update(_redrive_allow_policy=value),
)
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
default_user_config["stepfunctions"] = {"execute_state_machine": True}
default_user_config["lambda"] = {"use_docker": False}
main()
