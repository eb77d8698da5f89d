import { dirname } from "node:path";
import packageJson from "../package.json";

/** The folder of package.json: where modules/, cdktf.json and the default accounts.yaml are. */
export const projectRoot = dirname(__dirname);

export const version: string = packageJson.version;

/** What a package.json of a user calls this program. */
export const packageName: string = packageJson.name;
