import { reasonOf } from "../../src/aws-calls/reason";

function failure(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

test.each([
  ["AccessDenied", "denied"],
  ["AccessDeniedException", "denied"],
  ["CredentialsProviderError", "credentials"],
  ["ExpiredToken", "credentials"],
  ["InvalidClientTokenId", "key"],
  ["UnrecognizedClientException", "key"],
  ["NoSuchEntity", "absent"],
  ["ResourceNotFoundException", "absent"],
  ["TimeoutError", "unreachable"],
  ["InternalFailure", "other"],
])("%s is %s", (name, kind) => {
  expect(reasonOf(failure(name, "said so"))).toEqual({ kind, code: name, text: "said so" });
});

test.each(["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "DEPTH_ZERO_SELF_SIGNED_CERT"])(
  "the system's %s is out of reach",
  (code) => {
    expect(reasonOf(failure("Error", `connect ${code}`, { code }))).toEqual({
      kind: "unreachable",
      code,
      text: `connect ${code}`,
    });
  },
);

test("what several addresses said is the first of it", () => {
  const refused = failure("Error", "connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED" });
  const both = Object.assign(new AggregateError([refused, refused]), { code: "ECONNREFUSED" });
  expect(reasonOf(both)).toEqual({
    kind: "unreachable",
    code: "ECONNREFUSED",
    text: "connect ECONNREFUSED 127.0.0.1:1",
  });
});

test("one line, and no key's id", () => {
  expect(reasonOf(failure("AccessDenied", "User AKIAIOSFODNN7EXAMPLE\n  may not")).text).toBe(
    "User (a key's id) may not",
  );
});

test("what is no error", () => {
  expect(reasonOf("gone")).toEqual({ kind: "other", code: "Error", text: "gone" });
});

test("an answer that does not come", () => {
  const late = failure(
    "TimeoutError",
    "@smithy/node-http-handler - [ERROR] a request has exceeded 20000 ms.",
  );
  expect(reasonOf(late)).toMatchObject({ kind: "unreachable", text: "no answer in time" });
});

test.each([
  [403, { kind: "denied", code: "AccessDenied", text: "HTTP 403, with an answer that is not in AWS's form" }],
  [502, { kind: "other", code: "SyntaxError", text: "HTTP 502, with an answer that is not in AWS's form" }],
])("HTTP %i in another form than the service's", (httpStatusCode, reason) => {
  const cause = new SyntaxError(
    "Unexpected token '<' is not valid JSON Deserialization error: see $response",
  );
  expect(reasonOf(Object.assign(cause, { $metadata: { httpStatusCode } }))).toEqual(reason);
});
