import { allOf, counted, firstOfMany } from "../accounts/wording";
import type { KeyedUser } from "./keyed-users";
import type { NotAsked } from "./keys-in-aws";

/** As many accounts as are worth a name. */
const MOST_NAMED = 10;

/** A user of whom AWS was not asked. */
export interface NotAskedOf {
  readonly user: KeyedUser;
  readonly notAsked: NotAsked;
}

/**
 * Why users were not asked for, a line for each cause.
 *
 * @param missed what is missing of so many keys, with which a line begins: `the ages of 3 keys are not known`.
 * @param otherwise what else can be done where the credentials here do not work, to follow "or ".
 */
export function notAskedLines(
  all: readonly NotAskedOf[],
  missed: (keys: number) => string,
  otherwise: string,
): string[] {
  const causes = new Map<string, NotAskedOf[]>();
  for (const one of all) {
    const { at, kind, role = "" } = one.notAsked;
    const cause = [at, kind, role].join(" ");
    causes.set(cause, [...(causes.get(cause) ?? []), one]);
  }
  return [...causes.values()].flatMap((of) => {
    const [first] = of;
    return first === undefined ? [] : [`${missed(of.length)}: ${causeText(first.notAsked, of, otherwise)}`];
  });
}

function causeText({ at, kind, role, text }: NotAsked, of: readonly NotAskedOf[], otherwise: string): string {
  const names = [...new Set(of.map(({ user }) => user.account.name))];
  const where =
    names.length === 1
      ? `in ${names[0]}`
      : `in ${counted(names.length, "account")}: ${firstOfMany(names, MOST_NAMED)}`;
  const said = names.length === 1 || at === "own" ? text : `the first: ${text}`;
  const who = role === undefined ? "the credentials here" : `the role ${role}`;
  if (kind === "unreachable") {
    return `AWS is out of reach${at === "own" ? "" : ` ${where}`} (${said}); expected a network from which Terraform reaches it, or ${otherwise}`;
  }
  switch (at) {
    case "own":
      if (kind === "other") {
        return `AWS answers with an error to the credentials here (${said}); run this again, or ${otherwise}`;
      }
      return `there are no AWS credentials here that work (${said}); log in (aws sso login), set AWS_PROFILE, or ${otherwise}`;
    case "account":
      return `${said}, and there is no admin_role_name ${where}; expected the credentials that Terraform has there, or ${otherwise}`;
    case "role":
      return `${who} cannot be assumed ${where} (${said}); expected credentials that may assume it, or another role in PMM_IAM_ADMIN_ROLE_NAME`;
    case "call":
      return kind === "denied"
        ? `${who} may not ask ${where} (${said}); expected a role that may call ${allOf(CALLS)}`
        : `AWS answers with an error ${where} (${said}); run this again`;
  }
}

const CALLS = ["iam:GetUser", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"];
