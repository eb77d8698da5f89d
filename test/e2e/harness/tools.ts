import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/** The root of the project. */
export const ROOT = join(__dirname, "..", "..", "..");

/** Something that the end-to-end tests need and this machine does not have: one line, with how to get it. */
export class Missing extends Error {}

/**
 * A tool that is there in a version that cannot work: one line, with the version that can. Never a reason to skip
 * tests, for whoever has the tool means to run them.
 */
export class WrongVersion extends Error {}

/** The terraform on the PATH (or in E2E_TERRAFORM, which may be an OpenTofu). */
export function terraformPath(path = process.env["E2E_TERRAFORM"] ?? "terraform"): string {
  let told: string;
  try {
    told = execFileSync(path, ["version", "-json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    throw new Missing(
      `${path} is not on the PATH: install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install)`,
    );
  }
  // One from before -json says "Terraform v0.12.31".
  const version = /"terraform_version": *"([^"]+)"|v(\d\S*)/.exec(told)?.slice(1).find(Boolean);
  if (isAtLeast(version, 1, 11)) return path;
  throw new WrongVersion(
    `${path} is version ${version ?? "unknown"}: 1.11 or later is needed, for write-only arguments; install it (https://developer.hashicorp.com/terraform/install), or name another in E2E_TERRAFORM`,
  );
}

/**
 * How an account is forgotten whose provider reaches nothing: OpenTofu reads first what it is about to forget.
 * OpenTofu is known by the name of its program.
 */
export function unread(): string[] {
  return basename(enginePath()).startsWith("tofu") ? ["-refresh=false"] : [];
}

/** The engine's own path, for what is to call it by another name. */
export function enginePath(): string {
  return execFileSync("sh", ["-c", 'command -v "$0"', terraformPath()], { encoding: "utf8" }).trim();
}

function isAtLeast(version: string | undefined, major: number, minor: number): boolean {
  const [is = 0, least = 0] = (version ?? "").split(".").map(Number);
  return is > major || (is === major && least >= minor);
}

/** A Python that has moto and the AWS CLI: E2E_PYTHON, or the project's own virtual environment, or python3. */
export function pythonPath(): string {
  const own = join(ROOT, ".venv", "bin", "python");
  const path = process.env.E2E_PYTHON ?? (existsSync(own) ? own : "python3");
  const install = "python3 -m venv .venv && .venv/bin/pip install 'moto[server]==5.2.5' awscli==1.46.3";
  let told: string;
  try {
    // Python 2 says it on stderr.
    told = execFileSync("sh", ["-c", '"$0" --version 2>&1', path], { encoding: "utf8" });
  } catch {
    throw new Missing(`${path} is not on the PATH: install Python 3.10 or later, then: ${install}`);
  }
  const version = /^Python (\S+)/.exec(told)?.[1];
  if (!isAtLeast(version, 3, 10)) {
    throw new WrongVersion(
      `${path} is version ${version ?? "unknown"}: Python 3.10 or later is needed, for moto; install it, or name another in E2E_PYTHON, then: ${install}`,
    );
  }
  try {
    execFileSync(path, ["-c", "import moto.server, flask, awscli"], { stdio: "ignore" });
  } catch {
    throw new Missing(`${path} has no moto, the local AWS, or no AWS CLI: ${install}`);
  }
  return path;
}
