import type { AccountsFile } from "../file";
import { DEFAULT_FILE, DEFAULT_NAME } from "../names";
import { error, type Finding } from "../problem";

/** A file that is not the repository's own says its deployment's name, so that no two share stacks and states. */
export function* deploymentNames({ name, suggestedName }: AccountsFile): Iterable<Finding> {
  // The stack is a construct of that name, and constructs has no child called so.
  if (name === "constructor") {
    yield error(["name"], "name", "CDKTF cannot make a stack called constructor; choose another name");
  }
  if (suggestedName !== undefined) {
    yield error(
      [],
      "name",
      `name is missing: a file that is not ${DEFAULT_FILE} at the root of its repository must name its deployment, because the names of its stacks begin with it; add name: ${suggestedName} at the top (or name: ${DEFAULT_NAME}, if the stacks of this file are applied under that name already)`,
      "key",
    );
  }
}
