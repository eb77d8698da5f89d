import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A temporary folder that holds an output folder `out`, and what is beside it. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), "pmm-iam-output-"));
  readonly out = join(this.folder, "out");

  put(files: Readonly<Record<string, string>>, below = this.out): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(below, path)), { recursive: true });
      writeFileSync(join(below, path), content);
    }
  }

  /** Every file below the output folder with its content, and links with where they lead; synth's list apart. */
  tree(below = this.out): Record<string, string> {
    return Object.fromEntries(
      Object.entries(treeOf(below, "")).filter(([path]) => path !== ".pmm-iam/files.json"),
    );
  }

  /** The paths on synth's list. */
  listed(): string[] {
    return JSON.parse(readFileSync(join(this.out, ".pmm-iam/files.json"), "utf8")).files;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function treeOf(root: string, below: string): Record<string, string> {
  const entries = readdirSync(join(root, below)).flatMap((name): (readonly [string, string])[] => {
    const path = join(below, name);
    const stats = lstatSync(join(root, path));
    if (stats.isSymbolicLink()) {
      return [[path, `-> ${readlinkSync(join(root, path))}`]];
    }
    return stats.isDirectory()
      ? Object.entries(treeOf(root, path))
      : [[path, readFileSync(join(root, path), "utf8")]];
  });
  return Object.fromEntries(entries);
}

/** A small output of one stack, in each format. */
export const JSON_OUTPUT = {
  "manifest.json": '{"stacks":{"pmm-iam":{}}}',
  "stacks/pmm-iam/cdk.tf.json": '{"//":{"metadata":{"stackName":"pmm-iam"}}}',
  "stacks/pmm-iam/pmm-iam.tf.json": '{"terraform":{"required_version":">= 1.11"}}',
  "stacks/pmm-iam/modules/x/main.tf": "module",
};

export const HCL_OUTPUT = {
  "manifest.json": '{"stacks":{"pmm-iam":{"hcl":true}}}',
  "stacks/pmm-iam/cdk.tf": "hcl",
  "stacks/pmm-iam/metadata.json": '{"//":{"metadata":{"stackName":"pmm-iam"}}}',
  "stacks/pmm-iam/pmm-iam.tf.json": '{"terraform":{"required_version":">= 1.11"}}',
  "stacks/pmm-iam/modules/x/main.tf": "module",
};

export function files(content: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(content));
}
