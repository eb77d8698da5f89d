"""A local AWS: moto in a process of its own, with what these tests need beyond it.

    python server.py [--port 0] [--account 111111111111] [--folder FOLDER]

Prints one line of JSON, {"port": ...}, then serves until its input closes, and
removes the folder then: the tests' own, should they have been killed. The
account is the one of credentials that moto does not know; every other is reached
by assuming any role in it.

Added to moto 5: permissions boundaries of users, and AWS's own strictness where
moto is laxer, so that a test fails here where it would fail there.
"""

import argparse
import errno
import json
import os
import re
import shutil
import socket
import sys
import threading

# AWS's managed policies exist, so that attaching one that does not is refused.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

try:
    from moto.core.responses import ActionResult, EmptyResult
    from moto.iam import models as iam
    from moto.iam.exceptions import DeleteConflictException, MalformedPolicyDocument, NotFoundException
    from moto.iam.responses import IamResponse
    from moto.secretsmanager.exceptions import InvalidRequestException, SecretsManagerClientError
    from moto.secretsmanager.models import SecretsManagerBackend
    from moto.server import DomainDispatcherApplication, ThreadedMotoServer
except ImportError as missing:
    sys.exit(f"moto is not installed here ({missing}): pip install 'moto[server]==5.2.5'")


def patch(owner, name):
    """Replaces a method by a function that gets the method it replaces first."""

    def replace(function):
        original = getattr(owner, name, None)
        setattr(owner, name, lambda *args, **kwargs: function(original, *args, **kwargs))
        return function

    return replace


# Accounts. moto looks for the caller's key in every partition of every account
# and makes each on the way: minutes, once there are a thousand accounts.


def know_accounts(own_account):
    def account_of(access_key):
        for account_id, backends in list(iam.iam_backends.items()):
            if any(access_key in backend.access_keys for backend in list(backends.values())):
                return account_id
        return own_account

    iam.get_account_id_from = account_of


# Calls: moto changes what it holds without a lock, while the thread of another call goes through it. One at a time,
# none fails for another, and no count of attachments is lost.

_one_at_a_time = threading.Lock()


@patch(DomainDispatcherApplication, "__call__")
def call(original, application, environ, start_response):
    with _one_at_a_time:
        return original(application, environ, start_response)


# AWS's managed policies: made once for each partition, not once for each account.

_managed = {}


@patch(iam.IAMBackend, "_init_aws_policies")
def managed_policies(original, backend):
    if backend.region_name not in _managed:
        _managed[backend.region_name] = original(backend)
    return list(_managed[backend.region_name])


# Permissions boundaries: moto drops a user's, and takes one that does not exist.


def boundary_of(backend, arn):
    if arn not in backend.managed_policies:
        raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


iam.User.permissions_boundary = None


@patch(IamResponse, "create_user")
def create_user(original, response):
    arn = response._get_param("PermissionsBoundary")
    boundary = boundary_of(response.backend, arn) if arn else None
    result = original(response)
    response.backend.get_user(response._get_param("UserName")).permissions_boundary = boundary
    return result


def put_user_permissions_boundary(response):
    user = response.backend.get_user(response._get_param("UserName"))
    user.permissions_boundary = boundary_of(response.backend, response._get_param("PermissionsBoundary"))
    return EmptyResult()


def delete_user_permissions_boundary(response):
    response.backend.get_user(response._get_param("UserName")).permissions_boundary = None
    return EmptyResult()


# A user's credentials for single services: moto knows none, and a call that it does not know is tried again for
# many minutes.


def list_service_specific_credentials(response):
    response.backend.get_user(response._get_param("UserName"))
    return ActionResult({"ServiceSpecificCredentials": []})


IamResponse.list_service_specific_credentials = list_service_specific_credentials
IamResponse.put_user_permissions_boundary = put_user_permissions_boundary
IamResponse.delete_user_permissions_boundary = delete_user_permissions_boundary


@patch(IamResponse, "put_role_permissions_boundary")
def put_role_permissions_boundary(original, response):
    boundary_of(response.backend, response._get_param("PermissionsBoundary"))
    return original(response)


# A user's tags: moto keeps them by ARN and loses them when the name or path changes.


@patch(iam.IAMBackend, "update_user")
def update_user(original, backend, user_name, new_path=None, new_user_name=None):
    user = backend.get_user(user_name)
    tags = backend.tagger.list_tags_for_resource(user.arn)["Tags"]
    backend.tagger.delete_all_tags_for_resource(user.arn)
    result = original(backend, user_name, new_path, new_user_name)
    backend.tagger.tag_resource(user.arn, tags)
    return result


# DeleteConflict: moto knows it for roles and instance profiles, and for a user's
# policies, but not for what else hangs on a user.


@patch(iam.IAMBackend, "delete_user")
def delete_user(original, backend, user_name):
    user = backend.get_user(user_name)
    held = [
        ("delete access keys", user.access_keys),
        ("delete login profile", user.password),
        ("delete MFA device", user.mfa_devices),
        ("remove users from group", backend.get_groups_for_user(user_name)),
    ]
    for way_out, things in held:
        if things:
            raise DeleteConflictException(f"Cannot delete entity, must {way_out} first.")
    return original(backend, user_name)


# Instance profiles: moto fails with a 500 where the role is in the profile no longer.


@patch(iam.IAMBackend, "remove_role_from_instance_profile")
def remove_role_from_instance_profile(original, backend, profile_name, role_name):
    profile = backend.get_instance_profile(profile_name)
    if backend.get_role(role_name) not in profile.roles:
        raise NotFoundException(f"Role {role_name} in instance profile {profile_name} cannot be found.")
    return original(backend, profile_name, role_name)


# Principals: AWS looks every role and user up when a trust or resource policy is saved.


def unknown_principal(document):
    """The first principal of a policy that does not exist, or None."""
    statements = json.loads(document).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        names = principal.get("AWS", []) if isinstance(principal, dict) else principal
        for name in names if isinstance(names, list) else [names]:
            if not exists(name):
                return name
    return None


def exists(principal):
    if principal == "*" or re.fullmatch(r"\d{12}|arn:aws[a-z-]*:iam::\d{12}:root", principal):
        return True
    match = re.fullmatch(r"arn:(aws[a-z-]*):iam::(\d{12}):(role|user)/.+", principal)
    if match is None:
        return False
    partition, account, kind = match.groups()
    backend = iam.iam_backends[account][partition]
    held = backend.roles if kind == "role" else backend.users
    return any(holder.arn == principal for holder in list(held.values()))


def check_trust(document):
    name = unknown_principal(document)
    if name is not None:
        raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{name}"')


@patch(IamResponse, "create_role")
def create_role(original, response):
    check_trust(response._get_param("AssumeRolePolicyDocument"))
    arn = response._get_param("PermissionsBoundary")
    if arn:
        boundary_of(response.backend, arn)
    return original(response)


@patch(IamResponse, "update_assume_role_policy")
def update_assume_role_policy(original, response):
    check_trust(response._get_param("PolicyDocument"))
    return original(response)


@patch(SecretsManagerBackend, "put_resource_policy")
def put_resource_policy(original, backend, secret_id, policy):
    if unknown_principal(policy) is not None:
        raise SecretsManagerClientError(
            "MalformedPolicyDocumentException", "This resource policy contains an unsupported principal."
        )
    return original(backend, secret_id, policy)


# A secret in its recovery window: moto refuses its name with another error than AWS.


@patch(SecretsManagerBackend, "create_secret")
def create_secret(original, backend, name, *args, **kwargs):
    if name in backend.secrets and backend.secrets[name].is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
    return original(backend, name, *args, **kwargs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--account", default="111111111111")
    parser.add_argument("--folder")
    args = parser.parse_args()
    know_accounts(args.account)
    with socket.socket() as probe:
        # The server runs in a thread of its own, where a port in use would be a stack trace.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", args.port))
        except OSError as error:
            sys.exit(f"port {args.port} is in use" if error.errno == errno.EADDRINUSE else str(error))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=args.port, verbose=False)
    server.start()
    print(json.dumps({"port": server.get_host_and_port()[1]}), flush=True)
    # Whoever started this holds the other end: when they die, it goes too.
    sys.stdin.read()
    if args.folder:
        shutil.rmtree(args.folder, ignore_errors=True)
    server.stop()


if __name__ == "__main__":
    main()
