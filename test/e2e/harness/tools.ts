import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The root of the project. */
export const ROOT = join(__dirname, "..", "..", "..");

/** Something that the end-to-end tests need and this machine does not have: one line, with how to get it. */
export class Missing extends Error {}

/** The terraform on the PATH (or in E2E_TERRAFORM, which may be an OpenTofu). */
export function terraformPath(): string {
  const path = process.env.E2E_TERRAFORM ?? "terraform";
  let version: string;
  try {
    const told = JSON.parse(
      execFileSync(path, ["version", "-json"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
    version = String((told as { terraform_version?: unknown }).terraform_version);
  } catch {
    throw new Missing(
      `${path} is not on the PATH: install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install)`,
    );
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 1 || (major === 1 && minor >= 11)) return path;
  throw new Missing(`${path} is version ${version}: 1.11 or later is needed, for write-only arguments`);
}

/** A Python that has moto and the AWS CLI: E2E_PYTHON, or the project's own virtual environment, or python3. */
export function pythonPath(): string {
  const own = join(ROOT, ".venv", "bin", "python");
  const path = process.env.E2E_PYTHON ?? (existsSync(own) ? own : "python3");
  const install = "python3 -m venv .venv && .venv/bin/pip install 'moto[server]==5.2.5' awscli==1.46.3";
  try {
    execFileSync(path, ["--version"], { stdio: "ignore" });
  } catch {
    throw new Missing(`${path} is not on the PATH: install Python 3.10 or later, then: ${install}`);
  }
  try {
    execFileSync(path, ["-c", "import moto.server, flask, awscli"], { stdio: "ignore" });
  } catch {
    throw new Missing(`${path} has no moto, the local AWS, or no AWS CLI: ${install}`);
  }
  return path;
}
