import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeAtExit } from "../harness/processes";
import { PROVIDER_VERSION } from "../harness/provider";

const NAME = "terraform-provider-aws_v";

/** A program that is a build of hashicorp/aws, and the version that its name tells. */
export interface Binary {
  readonly path: string;
  readonly version: string;
}

/**
 * The AWS provider of this machine: the one that E2E_AWS_PROVIDER names, or the newest that a search of the root
 * file system finds within a minute. Undefined where there is none, or E2E_AWS_PROVIDER is empty.
 */
export function findBinary(): Binary | undefined {
  const told = process.env.E2E_AWS_PROVIDER;
  const paths = told === undefined ? searched() : told === "" ? [] : [told];
  const found = paths.map((path) => ({
    path,
    version: /_v(\d+\.\d+\.\d+)[^/]*$/.exec(path)?.[1] ?? "unknown",
  }));
  return found.sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }))[0];
}

/** Nothing where the search takes too long. A folder that may not be read ends `find` with an error, not early. */
function searched(): string[] {
  const script = `find / -xdev -type f -perm -u+x -name '${NAME}*' 2>/dev/null || true`;
  try {
    const told = execFileSync("sh", ["-c", script], { encoding: "utf8", timeout: 60_000 });
    return told.split("\n").filter((path) => path !== "");
  } catch {
    return [];
  }
}

/**
 * A home folder in which terraform finds the program as the version that the stacks pin, whatever version it is:
 * its implied mirror. Removed when the tests end.
 */
export function homeWith({ path }: Binary): string {
  const home = mkdtempSync(join(tmpdir(), "pmm-iam-real-"));
  removeAtExit(home);
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const source = ["registry.terraform.io", "hashicorp", "aws", PROVIDER_VERSION, platform];
  const folder = join(home, ".terraform.d", "plugins", ...source);
  mkdirSync(folder, { recursive: true });
  symlinkSync(path, join(folder, `${NAME}${PROVIDER_VERSION}_x5`));
  return home;
}
