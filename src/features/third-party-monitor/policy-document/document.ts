import type { JsonEntry, JsonValue } from "../../../modules/json-reader";
import { called, doubtful, type Remark, textsOf, unknownKeys, valuesOf, wrong } from "./remark";
import { statementRemarks } from "./statement";

/*
 * The grammar of a policy document as IAM takes it for a role. Sources: IAM User Guide, "Grammar of the IAM JSON policy
 * language" and "IAM JSON policy elements reference"; what IAM refuses beyond them, from moto's policy_validation.py.
 */

const KEYS = ["Version", "Id", "Statement"];

/** The newer of IAM's two versions has policy variables. */
const VERSIONS = ["2012-10-17", "2008-10-17"];

const EXAMPLE =
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudwatch:GetMetricData", "Resource": "*"}]}';

/** The statements of a document, each as its keys. */
export function statementsOf(document: JsonValue): readonly (readonly JsonEntry[])[] {
  return document.kind === "object"
    ? valuesOf(document.entries, "Statement")
        .flatMap((value) => (value.kind === "list" ? value.items : [value]))
        .flatMap((value) => (value.kind === "object" ? [value.entries] : []))
    : [];
}

/** Everything that IAM refuses in a document, and what it takes otherwise than meant. */
export function* documentRemarks(document: JsonValue): Iterable<Remark> {
  if (document.kind !== "object") {
    yield wrong(document.at, `found ${called(document)}; expected a policy document, ${EXAMPLE}`);
    return;
  }
  const { at, entries } = document;
  const wrapper = entries.find(({ key }) => Object.hasOwn(WRAPPERS, key));
  if (wrapper !== undefined && valuesOf(entries, "Statement").length === 0) {
    yield wrong(wrapper.at, `${WRAPPERS[wrapper.key]}; expected that document alone in the file`);
    return;
  }
  if (["Effect", "Action", "Resource"].some((key) => valuesOf(entries, key).length > 0)) {
    yield wrong(at, `this is a statement without its document; put it under Statement: ${EXAMPLE}`);
    return;
  }
  yield* unknownKeys(entries, KEYS, "in the policy document");
  const versions = valuesOf(entries, "Version");
  if (!entries.some(({ key }) => /^version$/i.test(key)) && valuesOf(entries, "Statement").length > 0) {
    yield doubtful(at, 'Version is missing, so IAM takes "2008-10-17"; write "Version": "2012-10-17"');
  }
  for (const value of versions) {
    yield* version(value);
  }
  for (const value of valuesOf(entries, "Id")) {
    if (value.kind !== "text") {
      yield wrong(value.at, `Id is ${called(value)}; expected text`);
    }
  }
  yield* statements(at, valuesOf(entries, "Statement"));
}

/** What the AWS CLI and templates put around a document, by the key that shows it. */
const WRAPPERS: Readonly<Record<string, string>> = {
  PolicyVersion:
    "this is the answer of `aws iam get-policy-version`: the policy is under PolicyVersion.Document",
  PolicyDocument:
    "this is the answer of `aws iam get-role-policy` or a part of a template: the policy is under PolicyDocument",
  Document: "the policy is under Document",
  Policy: "this is an answer of the AWS CLI or a part of a template, not a policy document",
  Properties: "this is a resource of a template: the policy is under Properties.PolicyDocument",
  AWSTemplateFormatVersion:
    "this is a CloudFormation template: the policy is under a resource's PolicyDocument",
  Resources: "this is a CloudFormation template: the policy is under a resource's PolicyDocument",
  resource: "this is Terraform code: the policy is in a resource's policy",
};

function* version(value: JsonValue): Iterable<Remark> {
  if (value.kind !== "text" || !VERSIONS.includes(value.text)) {
    yield wrong(
      value.at,
      `Version is neither of IAM's two; expected "2012-10-17", or the older "2008-10-17": it is the version of the policy language, not of the policy`,
    );
  }
}

function* statements(at: number, values: readonly JsonValue[]): Iterable<Remark> {
  if (values.length === 0) {
    yield wrong(at, `Statement is missing; expected a policy document, ${EXAMPLE}`);
  }
  const expected = "expected a list of at least one statement with Effect, Action and Resource";
  const sids = new Map<string, number>();
  let number = 0;
  for (const value of values) {
    const items = value.kind === "list" ? value.items : [value];
    if (items.length === 0) {
      yield wrong(value.at, `Statement is an empty list; ${expected}`);
    }
    for (const item of items) {
      number += 1;
      if (item.kind === "object") {
        yield* statementRemarks(item.at, item.entries);
        yield* repeatedSids(item.entries, sids, number);
      } else {
        yield wrong(item.at, `found ${called(item)} in Statement; ${expected}`);
      }
    }
  }
}

/** IAM takes a Sid once in a document; an empty one is none. */
function* repeatedSids(
  entries: readonly JsonEntry[],
  sids: Map<string, number>,
  number: number,
): Iterable<Remark> {
  for (const { at, text } of valuesOf(entries, "Sid").flatMap(textsOf)) {
    const first = sids.get(text);
    if (first !== undefined) {
      yield wrong(
        at,
        `statement ${first} has this Sid already; expected each once in a document: change one, or leave it out`,
      );
    } else if (text !== "") {
      sids.set(text, number);
    }
  }
}
