import { dirname, isAbsolute, join, relative, sep } from "node:path";
import packageJson from "../package.json";

/** The folder of this program's own package.json: where modules/, the schemas and the docs are. */
export const packageRoot = dirname(__dirname);

export const version: string = packageJson.version;

/** What a package.json of a user calls this program. */
export const packageName: string = packageJson.name;

/**
 * How text names a file of this program, such as `docs/upgrade.md`: by its path where it is below the working
 * directory, as it is in a repository that installs the program, and else from the program's own folder.
 */
export function filePath(name: string): string {
  const path = relative(process.cwd(), join(packageRoot, name)).split(sep).join("/");
  return path.startsWith("../") || isAbsolute(path) ? name : path;
}
