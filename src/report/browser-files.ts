import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of a file of the page: its style or a part of its script. The package has these texts inside its program. */
export function browserFile(name: string): string {
  return readFileSync(join(__dirname, "browser", name), "utf8");
}
