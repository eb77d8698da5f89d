/** Why a call failed. */
export interface Reason {
  readonly kind: ReasonKind;
  /** What AWS, the SDK or the system calls the error: `AccessDenied`, `ECONNREFUSED`. */
  readonly code: string;
  /** One line, without a key. */
  readonly text: string;
}

/**
 * `denied`: AWS refuses the call. `credentials`: there are none here, or they are no longer good. `key`: the access key
 * is not one, or not active. `absent`: what is asked for is not there. `unreachable`: no answer. `other`: the rest.
 */
export type ReasonKind = "denied" | "credentials" | "key" | "absent" | "unreachable" | "other";

/** By the name that AWS or the SDK gives an error. */
const KINDS: Readonly<Record<string, ReasonKind>> = {
  AccessDenied: "denied",
  AccessDeniedException: "denied",
  UnauthorizedOperation: "denied",
  CredentialsProviderError: "credentials",
  TokenProviderError: "credentials",
  ExpiredToken: "credentials",
  ExpiredTokenException: "credentials",
  RequestExpired: "credentials",
  AuthFailure: "key",
  InvalidAccessKeyId: "key",
  InvalidClientTokenId: "key",
  SignatureDoesNotMatch: "key",
  UnrecognizedClientException: "key",
  NoSuchEntity: "absent",
  NoSuchEntityException: "absent",
  ResourceNotFoundException: "absent",
  TimeoutError: "unreachable",
  AbortError: "unreachable",
};

/** What Node calls an address that cannot be reached. */
const UNREACHABLE =
  /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** An access key's id, as the SDK and AWS write it into some messages. */
const KEY_ID = /\b(?:AKIA|ASIA|LKIA)[0-9A-Z]{12,}\b/g;

/** What the SDK says where a time is over names a setting of its own, which nobody here can change. */
const TIMEOUT_OF_SDK = /^@smithy\/node-http-handler - .*(?:timeout|timed out|exceeded)/i;

/** Why a call to AWS failed, for a message. */
export function reasonOf(cause: unknown): Reason {
  const { name, code, message } = described(cause);
  const kind = KINDS[name] ?? KINDS[code] ?? (UNREACHABLE.test(code) ? "unreachable" : "other");
  const line = TIMEOUT_OF_SDK.test(message)
    ? "no answer in time"
    : message.replaceAll(/\s+/g, " ").replace(KEY_ID, "(a key's id)").trim();
  const isNamed = name !== "Error" && name !== "AggregateError";
  return { kind, code: isNamed || code === "" ? name : code, text: line === "" ? name : line };
}

function described(cause: unknown): { name: string; code: string; message: string } {
  if (!(cause instanceof Error)) {
    return { name: "Error", code: "", message: String(cause) };
  }
  const foreign = foreignAnswer(cause);
  if (foreign !== undefined) {
    return foreign;
  }
  const inner = cause.message === "" && cause instanceof AggregateError ? cause.errors[0] : undefined;
  const { name, message } = inner instanceof Error ? inner : cause;
  return { name: cause.name === "Error" ? name : cause.name, code: codeOf(cause), message };
}

function codeOf(cause: Error): string {
  const code = "code" in cause ? cause.code : "Code" in cause ? cause.Code : undefined;
  return typeof code === "string" ? code : "";
}

/**
 * An answer that the SDK cannot read, because it is not in the service's form: that of a proxy, for example.
 * The SDK keeps only its status.
 */
function foreignAnswer(cause: Error): ReturnType<typeof described> | undefined {
  const answer = "$metadata" in cause ? cause.$metadata : undefined;
  if (!(cause instanceof SyntaxError) || typeof answer !== "object" || answer === null) {
    return undefined;
  }
  const status = "httpStatusCode" in answer ? answer.httpStatusCode : undefined;
  return {
    name: status === 403 ? "AccessDenied" : "SyntaxError",
    code: "",
    message: `HTTP ${status}, with an answer that is not in AWS's form`,
  };
}
