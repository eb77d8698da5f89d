import type { Reason } from "../../src/aws-calls/index";
import { reasonOf } from "../../src/aws-calls/reason";
import type { CauseName } from "../../src/verify/causes";
import { causeAtHost, causeOfAssume, causeOfCall, causeOfSecret } from "../../src/verify/explain";
import { byKey, byRole, checkOf } from "./checks";

function reason(code: string, message = "said so"): Reason {
  return reasonOf(Object.assign(new Error(message), { name: code }));
}

const denied = (how: string): Reason =>
  reason("AccessDenied", `User: a is not authorized to perform: sts:AssumeRole on resource: b ${how}`);

const KEY = checkOf("pmm", byKey);
const BOUND_KEY = checkOf("pmm", {
  ...byKey,
  allowedSources: { ips: ["198.51.100.7/32"], vpcs: [] },
});
const ROLE = checkOf("grafana", byRole);

test.each<[Reason, CauseName]>([
  [reason("ExpiredToken"), "credentials_expired"],
  [reason("ExpiredTokenException"), "credentials_expired"],
  [reason("InvalidClientTokenId"), "credentials_unusable"],
  [
    reason("SignatureDoesNotMatch", "The request signature we calculated does not match"),
    "credentials_unusable",
  ],
  [reason("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2 (3 - 5 min.)"), "clock_skew"],
  [reason("SignatureDoesNotMatch", "Signature not yet current: 2 is still later than 1"), "clock_skew"],
  [reason("RequestTimeTooSkewed"), "clock_skew"],
  [reason("TimeoutError"), "unreachable"],
  [reason("Throttling"), "throttled"],
  [
    reason("CredentialsProviderError", "Token is expired. To refresh this SSO session run 'aws sso login'"),
    "credentials_expired",
  ],
  [reason("CredentialsProviderError", "the profile's process failed"), "credentials_unusable"],
  // Of AWS_ENDPOINT_URL.
  [reason("TypeError", "Invalid URL"), "unknown"],
])("the host's own credentials: %j", (given, cause) => {
  expect(causeAtHost(given)).toBe(cause);
});

test.each<[Reason, boolean, CauseName]>([
  [denied(""), true, "trust"],
  [denied(""), false, "wrong_caller"],
  [denied("because no identity-based policy allows the sts:AssumeRole action"), true, "assume_not_granted"],
  [denied("because no identity-based policy allows the sts:AssumeRole action"), false, "wrong_caller"],
  [denied("because no resource-based policy allows the sts:AssumeRole action"), true, "trust"],
  [denied("because no permissions boundary allows the sts:AssumeRole action"), true, "boundary"],
  [denied("with an explicit deny in a service control policy"), true, "service_control_policy"],
  [denied("with an explicit deny in a resource control policy"), true, "resource_control_policy"],
  [denied("because no session policy allows the sts:AssumeRole action"), true, "session_policy"],
  [denied("because no VPC endpoint policy allows the sts:AssumeRole action"), true, "vpc_endpoint_policy"],
  [denied("with an explicit deny in an identity-based policy"), true, "explicit_deny"],
  [
    reason("AccessDenied", "User: a is not authorized to perform: sts:TagSession on resource: b"),
    true,
    "tag_session",
  ],
  [reason("RegionDisabledException"), true, "region_disabled"],
  [reason("ECONNREFUSED"), true, "unknown"],
  [reason("TimeoutError"), true, "unreachable"],
  [reason("InternalFailure"), true, "unknown"],
])("an assume: %j, trusted: %s", (given, isTrusted, cause) => {
  expect(causeOfAssume(given, isTrusted)).toBe(cause);
});

test.each<[Reason, typeof KEY, boolean, CauseName]>([
  [reason("InvalidClientTokenId"), KEY, false, "key_inactive"],
  [reason("UnrecognizedClientException"), KEY, false, "key_inactive"],
  [reason("UnrecognizedClientException"), KEY, true, "region_disabled"],
  [reason("UnrecognizedClientException"), ROLE, true, "region_disabled"],
  [reason("OptInRequired"), KEY, false, "region_disabled"],
  [denied("with an explicit deny in an identity-based policy"), KEY, false, "explicit_deny"],
  [denied("with an explicit deny in an identity-based policy"), BOUND_KEY, false, "address"],
  // Of a service that does not say which policy.
  [denied("with an explicit deny"), BOUND_KEY, false, "address"],
  [denied("with an explicit deny in a service control policy"), BOUND_KEY, false, "service_control_policy"],
  [denied("because no permissions boundary allows the rds:X action"), ROLE, false, "boundary"],
  [denied("because no identity-based policy allows the rds:X action"), BOUND_KEY, false, "not_granted"],
  [denied(""), ROLE, false, "not_granted"],
  [reason("InternalFailure"), ROLE, false, "unknown"],
  [reason("ThrottlingException"), ROLE, false, "throttled"],
])("a call: %j", (given, check, isKeyGood, cause) => {
  expect(causeOfCall(given, check, isKeyGood)).toBe(cause);
});

test.each<[Reason, CauseName]>([
  [reason("AccessDeniedException", "User: a is not authorized"), "secret_denied"],
  [reason("AccessDeniedException", "Access to KMS is not allowed"), "secret_encrypted"],
  [reason("ResourceNotFoundException"), "secret_absent"],
  [denied("because no permissions boundary allows the secretsmanager:GetSecretValue action"), "boundary"],
  [reason("TimeoutError"), "unreachable"],
  [reason("InternalFailure"), "unknown"],
])("a secret: %j", (given, cause) => {
  expect(causeOfSecret(given)).toBe(cause);
});
