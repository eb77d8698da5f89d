import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Lab } from "../harness/lab";
import type { Service } from "../harness/processes";
import { Checkout } from "./checkout";
import { edited, pageText, type Step, stepsOf } from "./steps";
import { Terminal } from "./terminal";

/** How the PMM host knows who it is: by the instance profile there, by a file here. */
const PMM_HOST = `[default]
region = us-east-1
role_arn = arn:aws:iam::111111111111:role/pmm-ec2-role
source_profile = me
`;

/** Someone who does what the pages say, step by step, in a checkout of the project. */
export class Reader {
  readonly checkout: Checkout;
  private readonly admin: Terminal;
  private readonly pmmHost: Terminal;

  /** @param variables What the pages say to have in the environment. */
  constructor(
    lab: Lab,
    awsCli: Service,
    name: string,
    profiles: string,
    variables: Readonly<Record<string, string>> = {},
  ) {
    this.checkout = new Checkout(join(lab.folder, name));
    this.admin = new Terminal(lab, awsCli, `${name}-admin`, this.checkout.folder, profiles, variables);
    this.pmmHost = new Terminal(lab, awsCli, `${name}-pmm`, this.checkout.folder, PMM_HOST);
  }

  /** Follows a page, in the case that it has no `where ...` for; at its end everything was merged. */
  async follow(page: string): Promise<void> {
    await this.take(
      page,
      stepsOf(page).filter((step) => step.where === undefined),
    );
    this.checkout.merge();
  }

  /** Does the steps of a page before one of them, and stops there. */
  async followUpTo(page: string, step: number): Promise<void> {
    const end = pageText(page)
      .split("\n")
      .findIndex((line) => line.startsWith(`${step}. **`));
    await this.take(
      page,
      stepsOf(page).filter(({ where, line }) => where === undefined && line <= end),
    );
  }

  /** Does what a page has for one case alone. */
  async followWhere(page: string, where: string): Promise<void> {
    const steps = stepsOf(page).filter((step) => step.where === where);
    if (steps.length === 0) throw new Error(`docs/${page} has nothing for ${where}`);
    await this.take(page, steps);
  }

  private async take(page: string, steps: readonly Step[]): Promise<void> {
    let output = "";
    for (const { kind, how, text, line } of steps) {
      const at = `docs/${page}:${line}`;
      if (kind === "run") {
        const ended = await (how === "on the PMM host" ? this.pmmHost : this.admin).type(text);
        output = stripVTControlCharacters(ended.output);
        if ((ended.code !== 0) !== (how === "refused"))
          throw new Error(`${at} ended with ${ended.code}:\n${text}\n${output}`);
        // Nothing is applied here that was not merged before.
        if (/terraform .*\bapply\b/.test(text)) this.checkout.merge();
      } else if (kind === "output") {
        expectOutput(at, output, text);
      } else if (kind !== "profiles") {
        this.edit(kind, text);
      }
    }
  }

  /** Types commands that are on no page. */
  async type(text: string): Promise<string> {
    const { code, output } = await this.admin.type(text);
    if (code !== 0) throw new Error(`ended with ${code}:\n${text}\n${output}`);
    return output;
  }

  edit(kind: "file" | "part" | "out", text: string): void {
    const path = join(this.checkout.folder, "accounts.yaml");
    const is = kind === "file" ? "" : readFileSync(path, "utf8");
    writeFileSync(path, edited(is, { kind, text }));
  }
}

/** The lines quoted stand together in the output; `...` is anything within a line, and any lines where it is one. */
function expectOutput(at: string, output: string, quoted: string): void {
  const escaped = quoted
    .trimEnd()
    .split("\n")
    .map((line) =>
      line.trim() === "..."
        ? "(?:.*\n)*?"
        : `[ \t]*${line.trim().split("...").map(literally).join(".*")}[ \t]*\n`,
    )
    .join("");
  if (!new RegExp(`^${escaped}`, "m").test(`${output}\n`))
    throw new Error(`${at}: this is not among the output:\n${quoted}\nThe output is:\n${output}`);
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
