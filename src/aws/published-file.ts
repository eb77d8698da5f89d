import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of a file of what AWS has published, which is large. The package has these files compressed. */
export function publishedFile(name: string): string {
  return readFileSync(join(__dirname, name), "utf8");
}
