import { dirname, join, relative, sep } from "node:path";
import packageJson from "../package.json";

/** The folder of this program's own package.json: where modules/, the schemas and the docs are. */
export const packageRoot = dirname(__dirname);

export const version: string = packageJson.version;

/** What a package.json of a user calls this program. */
export const packageName: string = packageJson.name;

/** Where a page of the docs is, from the working directory: in a user's repository it is in the package. */
export function pagePath(name: string): string {
  return relative(process.cwd(), join(packageRoot, "docs", name))
    .split(sep)
    .join("/");
}
