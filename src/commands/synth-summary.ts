import type { AccessModel } from "../access/model";
import type { Stack } from "../access/stacks";
import { shellPath } from "../accounts/shell";
import { counted } from "../accounts/wording";
import type { Headroom } from "../aws/packing";
import type { Published } from "../output/publish";
import type { OutputFormat } from "../terraform/render";
import { consumerLines } from "./consumer-lines";

export interface SynthResult {
  readonly access: AccessModel;
  readonly format: OutputFormat;
  /** As the user would type it. */
  readonly folder: string;
  readonly published: Published;
}

/** With a stack for each account there may be two thousand. */
const MOST_STACKS = 50;

/** What synth made, for people: stacks, accounts, users, headroom, files, and what to type next. */
export function synthSummary({ access, format, folder, published }: SynthResult): string {
  const { deployment, stacks, callers, identities } = access;
  const users = identities.filter(({ keys }) => keys !== undefined);
  const listed = stacks.slice(0, MOST_STACKS);
  const width = Math.max(...listed.map(({ name }) => name.length));
  const lines = [
    `${counted(stacks.length, "stack")} for ${counted(deployment.accounts.length, "account")}, as ${format === "hcl" ? "HCL" : "JSON"}, in ${shellPath(`${folder}/stacks`)}:`,
    ...listed.map(
      ({ name, accounts }) =>
        `  ${name.padEnd(width)}  ${counted(accounts.length, "account")}, ${counted(accounts.flatMap(({ calls }) => calls).length, "module instance")}`,
    ),
    ...(stacks.length > listed.length ? [`  and ${stacks.length - listed.length} more`] : []),
    ...teamModulesLine(stacks),
    `${counted(users.length, "user")} with access keys${users.length === 0 ? "" : `; the newest keys are secrets in ${deployment.source.accountId}`}`,
    ...callers
      .flatMap(({ grants }) => grants)
      .filter(({ headroom }) => headroom.accounts > 0)
      .map(({ name, headroom }) => `${name}: ${headroomText(headroom)}`),
    `${counted(published.written + published.unchanged, "file")}: ${published.written} written, ${published.unchanged} unchanged, ${published.removed} removed`,
    ...consumerLines(published.consumers, folder),
    "",
    "Next, for each stack:",
    `  cd ${shellPath(`${folder}/stacks/${stacks[0]?.name}`)} && terraform init && terraform plan`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The teams' own modules by name: their code is no part of this program, so a reviewer has to know of them. */
function teamModulesLine(stacks: readonly Stack[]): string[] {
  const accounts = new Map<string, number>();
  for (const { team } of stacks.flatMap((stack) => stack.accounts).flatMap(({ calls }) => calls)) {
    if (team !== undefined) {
      accounts.set(team.name, (accounts.get(team.name) ?? 0) + 1);
    }
  }
  const names = [...accounts].sort(([a], [b]) => (a < b ? -1 : 1));
  return names.length === 0
    ? []
    : [
        `team modules: ${names.map(([name, number]) => `${name} in ${counted(number, "account")}`).join(", ")}`,
      ];
}

/** "140 of 152 accounts". */
function headroomText({ mode, accounts, capacity, shard }: Headroom): string {
  if (capacity === undefined) {
    return `${mode}, ${counted(accounts, "account")}, no limit`;
  }
  const where = shard === undefined ? "" : ` in the fullest shard (${shard})`;
  return `${mode}, ${accounts} of ${capacity} accounts${where}`;
}
