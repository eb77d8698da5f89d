import type { Reason } from "../aws-calls/index";
import type { CauseName } from "./causes";
import { denialOf, type PolicyKind } from "./denial";
import type { PlannedCheck } from "./plan";

/** What AWS says of a request that it holds to be too old or too new. */
const CLOCK = /Signature (?:expired|not yet current)|RequestTimeTooSkewed|RequestExpired|RequestInTheFuture/;

const THROTTLED = /^(?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded)$/;

const REGION_DISABLED = /^(?:OptInRequired|RegionDisabledException)$/;

/** What keeps any call from reaching AWS; undefined where the cause is another. */
function causeOnTheWay({ kind, code, text }: Reason): CauseName | undefined {
  if (CLOCK.test(code) || CLOCK.test(text)) {
    return "clock_skew";
  }
  if (THROTTLED.test(code)) {
    return "throttled";
  }
  return kind === "unreachable" ? "unreachable" : undefined;
}

/** Why this host's own credentials do not work. Where there are none, `hostRole` knows why. */
export function causeAtHost(reason: Reason): CauseName {
  const onTheWay = causeOnTheWay(reason);
  if (onTheWay !== undefined) {
    return onTheWay;
  }
  if (/^Expired/.test(reason.code) || /expired/i.test(reason.text)) {
    return "credentials_expired";
  }
  return reason.kind === "other" || reason.kind === "absent" ? "unknown" : "credentials_unusable";
}

/** Why a role cannot be assumed. */
export function causeOfAssume(reason: Reason, isTrusted: boolean): CauseName {
  if (reason.kind !== "denied") {
    return causeOnTheWay(reason) ?? (REGION_DISABLED.test(reason.code) ? "region_disabled" : "unknown");
  }
  const { action, policy, isExplicit } = denialOf(reason.text);
  if (action === "sts:TagSession") {
    return "tag_session";
  }
  if (!isTrusted) {
    return "wrong_caller";
  }
  const elsewhere = causeByPolicy(policy);
  if (elsewhere !== undefined) {
    return elsewhere;
  }
  if (isExplicit) {
    return "explicit_deny";
  }
  return policy === "identity-based policy" ? "assume_not_granted" : "trust";
}

/**
 * Why a reader's call fails.
 *
 * @param isKeyGood whether AWS accepts the same credentials in a region that every account has enabled: it answers a key
 * that is gone as it answers any key in a region that is not enabled.
 */
export function causeOfCall(reason: Reason, { by }: PlannedCheck, isKeyGood: boolean): CauseName {
  const onTheWay = causeOnTheWay(reason);
  if (onTheWay !== undefined) {
    return onTheWay;
  }
  if (REGION_DISABLED.test(reason.code)) {
    return "region_disabled";
  }
  if (reason.kind === "key") {
    return isKeyGood ? "region_disabled" : by.kind === "key" ? "key_inactive" : "credentials_unusable";
  }
  if (reason.kind !== "denied") {
    return "unknown";
  }
  const { policy, isExplicit } = denialOf(reason.text);
  const elsewhere = causeByPolicy(policy);
  if (elsewhere !== undefined) {
    return elsewhere;
  }
  if (!isExplicit) {
    return "not_granted";
  }
  const isBound = by.kind === "key" && by.allowedSources.ips.length + by.allowedSources.vpcs.length > 0;
  return isBound && policy !== "resource-based policy" ? "address" : "explicit_deny";
}

/** Why a secret cannot be read. */
export function causeOfSecret(reason: Reason): CauseName {
  if (/\bKMS\b/.test(reason.text)) {
    return "secret_encrypted";
  }
  switch (reason.kind) {
    case "denied":
      return causeByPolicy(denialOf(reason.text).policy) ?? "secret_denied";
    case "absent":
      return "secret_absent";
    default:
      return causeOnTheWay(reason) ?? "unknown";
  }
}

/** What a policy means that is neither the caller's own nor the resource's. */
function causeByPolicy(policy: PolicyKind | undefined): CauseName | undefined {
  switch (policy) {
    case "permissions boundary":
      return "boundary";
    case "service control policy":
      return "service_control_policy";
    case "resource control policy":
      return "resource_control_policy";
    case "session policy":
      return "session_policy";
    case "VPC endpoint policy":
      return "vpc_endpoint_policy";
    default:
      return undefined;
  }
}
