import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The JavaScript of the file for the host. The package has it beside the program; here it is made of the sources, which
 * may have changed since a build.
 */
export async function hostFile(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pmm-iam-verify-"));
  try {
    const { AWS_FILE, bundleAws } = await import("../../build/bundle.ts");
    const file = join(folder, AWS_FILE);
    await bundleAws(file);
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
