import { readAccess } from "../../src/access/read";
import { parseState } from "../../src/changes/state";
import type { Row } from "../../src/diff/row";
import { features } from "../../src/features";
import { reportOf } from "../../src/report/facts";
import { GivenStates } from "../../src/report/given-states";
import type { AccessReport } from "../../src/report/report";

interface Given {
  /** Where relative paths start. */
  readonly folder?: string;
  readonly rows?: readonly Row[];
  /** Texts of states. */
  readonly states?: readonly string[];
}

/** The report of a file, made on 2026-11-26. */
export function reportOfFile(text: string, { folder = "", rows, states = [] }: Given = {}): AccessReport {
  const { access, problems } = readAccess(
    { name: "accounts.yaml", path: `${folder}/accounts.yaml`, text },
    features,
  );
  if (access === undefined) {
    throw new Error(JSON.stringify(problems));
  }
  const today = new Date("2026-11-26T12:00:00Z");
  const read = states.map((state) => parseState(state, "state.json"));
  return reportOf(access, {
    file: "accounts.yaml",
    today,
    since: rows && { ref: "v1", commit: "0".repeat(40), rows },
    states: new GivenStates(read, access, today),
  });
}
