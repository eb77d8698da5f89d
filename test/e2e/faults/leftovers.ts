import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../harness/lab";
import { run } from "../harness/processes";
import { pythonPath } from "../harness/tools";
import { SOURCE } from "./stack";

/*
 * What Terraform does not get over by itself: AWS made something and the answer was lost, so the next apply is told
 * that it exists already. docs/first-rollout.md gives the commands, and they are run here as it gives them.
 */

interface Leftover {
  /** The type in Terraform's message. */
  readonly type: string;
  /** Typed before, where something may be in it already; AWS answers NoSuchEntity where nothing is. */
  readonly first?: string;
  /** Removes what is left. */
  readonly command: string;
}

/** By the call whose answer was lost. */
export const LEFTOVERS: Readonly<Record<string, Leftover>> = {
  CreateRole: { type: "aws_iam_role", command: "aws iam delete-role --role-name <name>" },
  CreateUser: { type: "aws_iam_user", command: "aws iam delete-user --user-name <name>" },
  CreatePolicy: {
    type: "aws_iam_policy",
    command: "aws iam delete-policy --policy-arn arn:aws:iam::<account>:policy/<name>",
  },
  CreateInstanceProfile: {
    type: "aws_iam_instance_profile",
    first: "aws iam remove-role-from-instance-profile --instance-profile-name <name> --role-name <name>",
    command: "aws iam delete-instance-profile --instance-profile-name <name>",
  },
  CreateSecret: {
    type: "aws_secretsmanager_secret",
    command: "aws secretsmanager delete-secret --secret-id <name> --force-delete-without-recovery",
  },
};

/** What brings back a local state that was cut off. */
export const RESTORE = "cp <state>.backup <state>";

/**
 * Killed in the moment in which it writes a local state, Terraform leaves an empty file, which it takes for no state at
 * all, or the beginning of one (tried: the first 32,768 bytes), which it cannot read. Types the command then; "lost"
 * where there is no backup, because nothing was applied before.
 */
export function restoreState(folder: string, state: string): "whole" | "restored" | "lost" {
  const path = join(folder, state);
  if (!existsSync(path) || isWhole(readFileSync(path, "utf8"))) return "whole";
  if (!existsSync(`${path}.backup`)) return "lost";
  execSync(RESTORE.replaceAll("<state>", state), { cwd: folder });
  return "restored";
}

function isWhole(state: string): boolean {
  try {
    JSON.parse(state);
    return true;
  } catch {
    return false;
  }
}

/** A command to be run with the credentials of one account. */
export interface Remedy {
  /** The account whose fault left something. */
  readonly account: string;
  /** Where it is. */
  readonly runsIn: string;
  readonly first: string | undefined;
  readonly command: string;
}

/** The commands for all that an apply said exists already. */
export function remediesOf(stderr: string): Remedy[] {
  const unwrapped = stderr.replaceAll(/\s+/g, " ").split("Error: ").slice(1);
  const refused = unwrapped.filter((error) => /EntityAlreadyExists|ResourceExistsException/.test(error));
  return refused.map((error) => {
    const [, type, name = ""] = /^creating (aws_\w+) \(([^)]*)\)/.exec(error) ?? [];
    const account = /u(\d{12})\./.exec(error)?.[1];
    const found = Object.values(LEFTOVERS).find((leftover) => leftover.type === type);
    if (found === undefined || account === undefined) throw new Error(`no command is known for ${error}`);
    const filled = (command: string): string =>
      command.replaceAll("<name>", name).replace("<account>", account);
    return {
      account,
      runsIn: type === "aws_secretsmanager_secret" ? SOURCE : account,
      first: found.first === undefined ? undefined : filled(found.first),
      command: filled(found.command),
    };
  });
}

/** Types the commands as an administrator of the account. */
export async function type(lab: Lab, { runsIn, first, command }: Remedy): Promise<void> {
  const { iam } = await lab.account(runsIn);
  const { accessKeyId, secretAccessKey, sessionToken = "" } = await iam.config.credentials();
  const env = {
    ...lab.terraform("cli").env,
    AWS_ENDPOINT_URL: lab.url,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  for (const text of [first, command]) {
    if (text === undefined) continue;
    const args = ["-m", "awscli", ...text.split(" ").slice(1)];
    const { code, stderr } = await run({ command: pythonPath(), args, env }).ended;
    if (code !== 0 && !(text === first && stderr.includes("NoSuchEntity")))
      throw new Error(`${text} ended with ${code}\n${stderr}`);
  }
}
