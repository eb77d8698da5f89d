import { cut } from "../accounts/wording";
import { InputError } from "../changes/input-error";

/** What went wrong between this program and PMM, as far as it changes what is done next. */
export type FailureKind =
  /** No answer: the network, the name, the certificate, the time. */
  | "unreachable"
  /** PMM has no such thing, or its API no such call. */
  | "not-there"
  /** PMM does not take the request. */
  | "refused-request"
  /** The token is wrong, or its role too small. */
  | "refused-token"
  /** PMM has the agent and did not change its key, although it may answer that it did. */
  | "unchanged"
  /** The answer is not what PMM's API describes. */
  | "not-pmm"
  /** PMM fails or is busy. */
  | "failing";

/**
 * One line on what PMM did, and what to do. It never quotes what PMM sent: an answer can hold what was sent to it, the
 * token and the key.
 */
export class PmmFailure extends InputError {
  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message, "rotation");
  }
}

/** Whether the next call would fail in the same way. */
export function isForAll({ kind }: PmmFailure): boolean {
  return kind === "unreachable" || kind === "refused-token" || kind === "not-pmm";
}

/** The codes of Node and of OpenSSL for a certificate that is not trusted here. */
const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:GET_ISSUER_CERT(?:_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_(?:UNTRUSTED|SIGNATURE_FAILURE)|INVALID_CA)$/;

/** A failure of the connection. `code` is Node's. */
export function connectionFailure(pmm: string, code: string): PmmFailure {
  return new PmmFailure("unreachable", connectionMessage(pmm, code));
}

function connectionMessage(pmm: string, code: string): string {
  const host = new URL(pmm).hostname;
  const shownCode = /^[A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
  if (code === "ECONNREFUSED") {
    return `PMM at ${pmm} refuses the connection${shownCode}; expected PMM to run there: check the host and the port in PMM_URL`;
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `the host of PMM_URL, ${cut(host)}, is not known here${shownCode}; expected the name by which this machine reaches PMM`;
  }
  if (UNTRUSTED.test(code)) {
    return `the certificate of PMM at ${pmm} is not trusted here${shownCode}; tell Node which certificate to trust: NODE_EXTRA_CA_CERTS=<file>, with that of PMM or of its authority as PEM`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the certificate of PMM at ${pmm} is for another name${shownCode}; expected PMM_URL with a name that is in the certificate`;
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    return `the certificate of PMM at ${pmm} is ${code === "CERT_HAS_EXPIRED" ? "no longer" : "not yet"} valid${shownCode}; expected PMM with a valid certificate, and the right time on this machine`;
  }
  if (code === "TIMEOUT") {
    return `PMM at ${pmm} does not answer in time; expected this machine to reach it (security group, VPN, proxy): check PMM_URL, and run this again`;
  }
  if (/^E(?:PROTO|SSL)|^ERR_SSL_/.test(code)) {
    return `PMM at ${pmm} does not speak TLS as expected${shownCode}; expected the port of its https:// in PMM_URL`;
  }
  return `the connection to PMM at ${pmm} failed${shownCode}; check PMM_URL and the network, and run this again`;
}

/** Of google.rpc.Code, which PMM answers beside the HTTP status. */
const PERMISSION_DENIED = 7;

/**
 * A failure that PMM tells by the status of its answer. Source: PMM's gateway answers both a wrong token and a role that
 * is too small with 401, and tells them apart by `code` in the body (managed/services/grafana/auth_server.go of
 * percona/pmm); a proxy before it may answer 403.
 */
export function statusFailure(pmm: string, status: number, body: unknown): PmmFailure {
  const code = typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
  if (status === 403 || (status === 401 && code === PERMISSION_DENIED)) {
    return new PmmFailure(
      "refused-token",
      `PMM at ${pmm} does not let the token in PMM_TOKEN read and change its inventory (${status}); expected the token of a service account with the role Admin`,
    );
  }
  if (status === 401) {
    return new PmmFailure(
      "refused-token",
      body === undefined
        ? `PMM at ${pmm} does not get the token: something in front of it asks for a login (401); expected PMM_URL to lead to PMM itself`
        : `PMM at ${pmm} does not know the token in PMM_TOKEN (401); expected the token of a service account of this PMM that has not expired`,
    );
  }
  if (status === 404 || status === 405 || status === 501) {
    return new PmmFailure(
      "not-there",
      `PMM at ${pmm} does not have what was asked for (${status}); expected PMM 3, and its address in PMM_URL without the path of a page such as /graph`,
    );
  }
  if (status === 429 || status >= 500) {
    return new PmmFailure(
      "failing",
      `PMM at ${pmm} ${status === 429 ? "gets too many requests" : "fails"} (${status}); look at its logs if it lasts, and run this again`,
    );
  }
  return new PmmFailure(
    "refused-request",
    `PMM at ${pmm} refuses the request (${status}); look at the logs of PMM for the reason`,
  );
}

/** A redirect, which is not followed: the token and the key would go where it leads. */
export function redirectFailure(pmm: string, location: string | null): PmmFailure {
  const url = location !== null && URL.canParse(location, pmm) ? new URL(location, pmm) : undefined;
  const where = url === undefined ? "" : ` to ${cut(url.origin)}`;
  return new PmmFailure(
    "not-pmm",
    `PMM at ${pmm} answers with a redirect${where}, which is not followed, because the token and the keys would go there; expected PMM_URL with the address that PMM itself has`,
  );
}

/** An answer that is not of PMM's API. */
export function answerFailure(pmm: string, found: string): PmmFailure {
  return new PmmFailure(
    "not-pmm",
    `PMM at ${pmm} answers with ${found}; expected the JSON of PMM 3's API: check that PMM_URL leads to PMM itself, and not to a login page or a proxy`,
  );
}
