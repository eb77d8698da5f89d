import { shellPath } from "../accounts/shell";
import { counted } from "../accounts/wording";
import { type ChangedLine, changedLines } from "../consumers/changed-lines";
import { CONSUMERS_FOLDER } from "../features/consumer";
import { CONSUMERS_README } from "../output/names";
import type { ChangedText, PublishedConsumers } from "../output/publish";

/** As many files as are named, and as many lines as are shown: of all, and of one, which leaves some to the others. */
const MOST_FILES = 20;
const MOST_LINES = 40;
const MOST_LINES_OF_A_FILE = 12;

interface ChangedFile {
  readonly path: string;
  readonly state: "new" | "changed" | "removed";
  /** Of a file that was there and is there. */
  readonly lines: readonly ChangedLine[];
}

/**
 * What synth did in `consumers/`: where it is, of a folder that is new; else the lines that changed. Nothing where
 * nothing did. The page that lists the files is left out.
 */
export function consumerLines(consumers: PublishedConsumers | undefined, folder: string): string[] {
  if (consumers === undefined) {
    return [];
  }
  const place = `${folder}/${CONSUMERS_FOLDER}`;
  if (consumers.isNew) {
    return [`consumer files: ${shellPath(`${place}/${CONSUMERS_README}`)} says where each goes`];
  }
  const files = consumers.changed.filter(({ path }) => path !== CONSUMERS_README).map(changedFile);
  return files.length === 0 ? [] : changedFilesLines(files, place);
}

function changedFile({ path, before, after }: ChangedText): ChangedFile {
  if (before === undefined || after === undefined) {
    return { path, state: before === undefined ? "new" : "removed", lines: [] };
  }
  return { path, state: "changed", lines: changedLines(before, after) };
}

function changedFilesLines(files: readonly ChangedFile[], place: string): string[] {
  const states = (["changed", "new", "removed"] as const).flatMap((state) => {
    const count = files.filter((file) => file.state === state).length;
    return count === 0 ? [] : `${count} ${state}`;
  });
  const all = files.reduce((sum, { lines }) => sum + lines.length, 0);
  let left = MOST_LINES;
  const listed = files.slice(0, MOST_FILES).flatMap(({ path, state, lines }) => {
    const shown = lines.slice(0, Math.min(left, MOST_LINES_OF_A_FILE));
    left -= shown.length;
    const name = state === "changed" ? path : `${path} (${state})`;
    return [`  ${name}`, ...shown.map(({ sign, text }) => `    ${sign} ${text}`)];
  });
  const more = [
    ...(files.length > MOST_FILES ? [counted(files.length - MOST_FILES, "more file")] : []),
    ...(all > MOST_LINES - left ? [counted(all - (MOST_LINES - left), "more changed line")] : []),
  ];
  return [
    `consumer files in ${shellPath(place)}: ${states.join(", ")}`,
    ...listed,
    ...(more.length === 0 ? [] : [`  and ${more.join(", ")}`]),
  ];
}
