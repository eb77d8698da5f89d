import { readAccess } from "../../src/access/read";
import { parseDocument } from "../../src/accounts/document";
import type { SourceText } from "../../src/accounts/source-text";
import { features } from "../../src/features";
import { accountUsers, type KeyedUser } from "../../src/rotation/keyed-users";
import { type NotPlanned, type RotationPlan, RotationPlanner } from "../../src/rotation/plan";
import type { Step } from "../../src/rotation/steps";
import { CORPUS, printed } from "../accounts/corpus";

function read(text: string) {
  const source: SourceText = { name: "accounts.yaml", path: `${CORPUS}/ok/accounts.yaml`, text };
  const parsed = parseDocument(source);
  const { access, problems } = readAccess(source, features, { parsed });
  if (access === undefined || parsed.document === undefined) {
    throw new Error(printed(problems));
  }
  return { source, document: parsed.document, users: accountUsers(access).flatMap(({ users }) => users) };
}

/** All users with keys in a file. */
export function keyedUsersIn(text: string): KeyedUser[] {
  return read(text).users;
}

/** Plans a step of accounts, of the user that a key of the file asks for. */
export function planned(
  text: string,
  step: Step,
  names: readonly string[],
  key = "aurora",
): RotationPlan | NotPlanned {
  const { source, document, users } = read(text);
  const asked = names.map((name) => {
    const user = users.find(({ account, key: ofUser }) => account.name === name && ofUser === key);
    if (user === undefined) {
      throw new Error(`${name} has no ${key}`);
    }
    return user;
  });
  const planner = new RotationPlanner({ source, document }, (again, parsed) =>
    readAccess(again, features, { parsed }),
  );
  return planner.plan(step, asked);
}

/** The text after a step. */
export function afterStep(text: string, step: Step, names: readonly string[], key?: string): string {
  const plan = planned(text, step, names, key);
  if ("problems" in plan) {
    throw new Error(printed(plan.problems));
  }
  return plan.text;
}

/** What is said where a step is refused, a line for each problem without the quoted lines. */
export function refusedStep(text: string, step: Step, names: readonly string[], key?: string): string[] {
  const plan = planned(text, step, names, key);
  return "problems" in plan
    ? plan.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
    : [];
}

/** A file of one account, whose entry has these lines. */
export function fileOf(...entry: readonly string[]): string {
  return [
    'source: {account_id: "111111111111", pmm_ec2_role_name: pmm}',
    "defaults: {admin_role_name: Admin}",
    "accounts:",
    "  - name: orders",
    '    account_id: "222222222222"',
    ...entry.map((line) => `    ${line}`),
    "",
  ].join("\n");
}
