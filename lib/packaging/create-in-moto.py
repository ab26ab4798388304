"""Creates packaged stacks in moto, all in one account, as a deployment does: the bucket, then zips and template into it, then the rest.

Usage: create-in-moto.py <directory of a packaged stack>...
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws
from moto.cloudformation.parsing import get_model_map, get_name_type_map
from moto.core.common_models import CloudFormationModel

REGION = "ap-southeast-1"

# Where types that moto does not know have the name that must be unique in an account and region.
NAMES = {
    "AWS::ApiGatewayV2::DomainName": "DomainName",
    "AWS::Athena::WorkGroup": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
}


class StandIn(CloudFormationModel):
    """For a resource that moto does not know: a name and any attribute, so that those can be created that refer to it."""

    __module__ = "moto.stand_in.models"  # Moto reads the name of a service out of it.

    def __init__(self, name: str) -> None:
        self.physical_resource_id = name

    @classmethod
    def create_from_cloudformation_json(cls, resource_name: str, *_: Any, **__: Any) -> "StandIn":
        return cls(resource_name)

    def get_cfn_attribute(self, attribute: str) -> str:
        return f"{self.physical_resource_id}.{attribute}"


def create(name: str, directory: Path, template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The resources of the stack by their logical ids."""
    stacks = boto3.client("cloudformation", REGION)
    objects = boto3.client("s3", REGION)
    first = directory / "cloudformation-template-create-stack.json"
    stacks.create_stack(StackName=name, TemplateBody=first.read_text())
    bucket = stacks.describe_stack_resource(StackName=name, LogicalResourceId="ServerlessDeploymentBucket")[
        "StackResourceDetail"
    ]["PhysicalResourceId"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            key = resource["Properties"]["Code"]["S3Key"]
            objects.put_object(Bucket=bucket, Key=key, Body=(directory / Path(key).name).read_bytes())
    # Given by its address, since a template in a request has 51,200 bytes at most.
    objects.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template).encode())
    stacks.update_stack(
        StackName=name,
        TemplateURL=f"https://{bucket}.s3.amazonaws.com/template.json",
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
    if stack["StackStatus"] != "UPDATE_COMPLETE":
        raise RuntimeError(f"the stack ends as {stack['StackStatus']}")
    valued = {output["OutputKey"] for output in stack["Outputs"] if output["OutputValue"]}
    unconditional = {name for name, output in template["Outputs"].items() if "Condition" not in output}
    if without := unconditional - valued:
        raise RuntimeError(f"no value of the outputs {', '.join(sorted(without))}")
    pages = stacks.get_paginator("list_stack_resources").paginate(StackName=name)
    created = {one["LogicalResourceId"]: one for page in pages for one in page["StackResourceSummaries"]}
    # Moto raises what it cannot create, and leaves out what a condition excludes.
    if missing := [id for id, one in template["Resources"].items() if id not in created and "Condition" not in one]:
        raise RuntimeError(f"not created: {', '.join(missing)}")
    return {id: created[id] for id in template["Resources"] if id in created}


def main(directories: list[Path]) -> None:
    known = set(get_model_map())
    get_name_type_map().update(NAMES)
    unknown: Counter[str] = Counter()
    owners: dict[tuple[str, str], str] = {}
    for directory in directories:
        name = directory.name
        template = json.loads((directory / "cloudformation-template-update-stack.json").read_text())
        for one in template["Resources"].values():
            get_model_map().setdefault(one["Type"], StandIn)
        try:
            resources = create(name, directory, template)
        except Exception as error:  # Whatever moto raises, it is about this stack.
            sys.exit(f"{name}: {type(error).__name__}: {error}")
        # Moto lets two stacks export the same name; AWS does not.
        for output in template["Outputs"].values():
            if export := output.get("Export"):
                owner = owners.setdefault(("export", export["Name"]), name)
                if owner != name:
                    sys.exit(f"{name}: exports {export['Name']}, as does {owner}")
        for id, one in resources.items():
            # Moto gives some resources no physical id.
            physical = one["PhysicalResourceId"] or f"{name}.{id}"
            owner = owners.setdefault((one["ResourceType"], physical), name)
            if owner != name:
                sys.exit(f"{name}: {id} has the name {physical}, as has one of {owner}")
        strange = Counter(one["ResourceType"] for one in resources.values() if one["ResourceType"] not in known)
        excluded = [id for id in template["Resources"] if id not in resources]
        print(
            f"{name}: moto created {len(resources) - strange.total()} of {len(resources)} resources"
            + (f"; conditions exclude {', '.join(excluded)}" if excluded else "")
        )
        unknown |= strange
    print(f"stand-ins for what moto does not know: {', '.join(f'{type} ({n})' for type, n in sorted(unknown.items()))}")


if __name__ == "__main__":
    with mock_aws():
        main([Path(argument) for argument in sys.argv[1:]])
