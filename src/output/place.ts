import { dirname, join, sep } from "node:path";
import { packageRoot } from "../project";

/** What the program itself consists of, and reads when it runs. */
const PROGRAM = ["modules", "src", "bin", "dist", "node_modules"].map((name) => join(packageRoot, name));

/** Why a place, without links, can be no output folder; undefined where it can. */
export function misplaced(place: string): string | undefined {
  if (dirname(place) === place) {
    return "it is the root of the file system";
  }
  const around = PROGRAM.find((folder) => `${place}${sep}`.startsWith(`${folder}${sep}`));
  return around && `it is inside ${around.slice(packageRoot.length + 1)}/, which is a part of the program`;
}
