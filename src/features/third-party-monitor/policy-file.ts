import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { AccountsFolder } from "../../accounts/folder";
import { escapes } from "../../accounts/repository";
import type { PolicyDocument } from "../../aws/policies";
import { handedOutBesides, handedOutBy, openedBy } from "./handed-out-access";

/** A policy file's document, or why it cannot be used. The text itself is never quoted. */
export interface PolicyFile {
  readonly document?: PolicyDocument;
  /** The document as minified JSON. */
  readonly text?: string;
  readonly problem?: string;
  /** What it allows that opens stored things to others, as a reader is told of it. */
  readonly opens?: string;
}

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** By operator, then by key. Nothing in it is nested further, so that no file uses up the stack. */
const condition = z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)])));

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: condition.optional(),
  Principal: z.never().optional(),
  NotPrincipal: z.never().optional(),
});

const policy = z.strictObject({
  Id: z.string().optional(),
  Version: z.literal("2012-10-17"),
  Statement: z.array(statement).min(1),
});

const EXPECTED =
  'expected "Version": "2012-10-17" and statements with Effect, Action and Resource, without Principal';

const LARGEST_FILE_BYTES = 64 * 1024;

/**
 * Reads a policy file named in accounts.yaml. The path must stay inside the repository, symbolic
 * links followed.
 */
export function readPolicyFile({ path: folder, repository: root }: AccountsFolder, path: string): PolicyFile {
  const file = resolve(folder, path);
  const outside = { problem: `${path} leaves the repository; expected a file inside it` };
  if (escapes(root, file)) {
    return outside;
  }
  if (!existsSync(file)) {
    return { problem: `there is no file ${path}; paths start from the folder of accounts.yaml` };
  }
  const real = realpathSync(file);
  if (escapes(realpathSync(root), real)) {
    return outside;
  }
  const stats = lstatSync(real);
  if (!stats.isFile()) {
    return { problem: `${path} is not a regular file; expected a JSON policy document` };
  }
  if (stats.size > LARGEST_FILE_BYTES) {
    return { problem: `${path} has ${stats.size} bytes; a role's policy has at most 10240 characters` };
  }
  let text: string;
  try {
    text = readFileSync(real, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    return { problem: `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})` };
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { problem: `${path} is not JSON; expected a policy document` };
  }
  const parsed = policy.safeParse(withStatementList(document));
  if (!parsed.success) {
    const where = placeIn(parsed.error.issues[0]?.path ?? []);
    return { problem: `${path} is not an IAM policy document (look at ${where}); ${EXPECTED}` };
  }
  for (const [index, statement] of parsed.data.Statement.entries()) {
    const problem = statementProblem(statement, `statement ${index + 1} of ${path}`);
    if (problem !== undefined) {
      return { problem };
    }
  }
  const opened = openedBy(
    parsed.data.Statement.flatMap(({ Effect, Action }) => (Effect === "Allow" ? [Action ?? []].flat() : [])),
  );
  return {
    document: document as PolicyDocument,
    text: JSON.stringify(document),
    ...(opened.length === 0 ? {} : { opens: someOf(opened) }),
  };
}

function statementProblem(given: z.output<typeof statement>, called: string): string | undefined {
  const { Action, NotAction, Resource, NotResource } = given;
  if (
    (Action === undefined) === (NotAction === undefined) ||
    (Resource === undefined) === (NotResource === undefined)
  ) {
    return `${called} needs either Action or NotAction, and either Resource or NotResource`;
  }
  if (![Action ?? NotAction ?? []].flat().every((action) => ACTION.test(action))) {
    return `${called} has an action that IAM does not recognize; expected a service and an action, such as "cloudwatch:GetMetricData" or "rds:Describe*", without spaces`;
  }
  const handedOut = handOut(given);
  return handedOut === undefined
    ? undefined
    : `${called} lets the third party hand out access: ${handedOut}; expected the reads that it needs, each by its name or as Get*, List* and Describe*`;
}

/** A service and an action, either with wildcards; or `*`. IAM refuses a document that has anything else. */
const ACTION = /^(?:[A-Za-z0-9*?-]+:[A-Za-z0-9*?-]+|\*+)$/;

/** What an Allow statement hands out; undefined where it hands out nothing. */
function handOut({ Effect, Action, NotAction }: z.output<typeof statement>): string | undefined {
  if (Effect === "Deny") {
    return undefined;
  }
  if (NotAction !== undefined) {
    const left = handedOutBesides([NotAction].flat());
    return `it allows all but what its NotAction names${left.length === 0 ? "" : `, so also ${someOf(left)}`}`;
  }
  const allowed = handedOutBy([Action ?? []].flat());
  return allowed.length === 0 ? undefined : `it allows ${someOf(allowed)}`;
}

/** "a, b, c and 12 more". */
function someOf(actions: readonly string[]): string {
  const most = 5;
  return actions.length <= most
    ? actions.join(", ")
    : `${actions.slice(0, most).join(", ")} and ${actions.length - most} more`;
}

/** IAM takes a single statement without its list. */
function withStatementList(document: unknown): unknown {
  return typeof document === "object" && document !== null && "Statement" in document
    ? { ...document, Statement: [document.Statement].flat() }
    : document;
}

/** "statement 2, Effect": keys of a policy's own grammar, so that nothing of the file is quoted. */
function placeIn([key, index, ...rest]: readonly PropertyKey[]): string {
  return typeof index === "number"
    ? [`statement ${index + 1}`, ...rest.filter((step) => typeof step === "string").slice(0, 1)].join(", ")
    : String(key ?? "the document");
}
