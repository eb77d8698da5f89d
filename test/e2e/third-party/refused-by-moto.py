"""Reads a list of policy documents, as texts; writes of each what IAM as moto knows it refuses, or null."""

import json
import sys

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMPolicyDocumentValidator


def refusal(text):
    try:
        IAMPolicyDocumentValidator(text).validate()
    except MalformedPolicyDocument as refused:
        return str(refused.message)
    except Exception as fault:  # moto itself stumbles over some documents that AWS refuses
        return f"moto: {fault!r}"
    return None


given = json.load(sys.stdin)
published = json.loads(aws_managed_policies_data).values()
json.dump(
    {
        "refusals": [refusal(text) for text in given],
        "published": [policy["Document"] for policy in published],
    },
    sys.stdout,
)
