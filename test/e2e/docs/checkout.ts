import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../harness/tools";

function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A clone of the project as it stands here, uncommitted files and all, on a branch main that origin has too. */
export class Checkout {
  constructor(readonly folder: string) {
    git(ROOT, "clone", "--quiet", "--no-hardlinks", ROOT, folder);
    const paths = (...args: string[]) =>
      git(ROOT, "ls-files", "-z", ...args)
        .split("\0")
        .filter(Boolean);
    for (const path of paths("--modified", "--others", "--exclude-standard")) {
      rmSync(join(folder, path), { recursive: true, force: true });
      if (!existsSync(join(ROOT, path)) || path === "node_modules") continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(ROOT, path), join(folder, path));
    }
    git(folder, "checkout", "--quiet", "-B", "main");
    this.merge();
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    // What npm ci builds starts the sources in a clone.
    mkdirSync(join(folder, "dist"));
    writeFileSync(
      join(folder, "dist", "pmm-iam.js"),
      '#!/usr/bin/env node\nrequire("../bin/pmm-iam.js");\n',
      {
        mode: 0o755,
      },
    );
  }

  /** What is here was reviewed and merged: origin/main has it. */
  merge(): void {
    const { folder } = this;
    const author = [
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@example.com",
      "-c",
      "commit.gpgsign=false",
    ];
    git(folder, "add", "--all");
    git(folder, ...author, "commit", "--quiet", "--allow-empty", "--message", "merged");
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD");
  }
}
