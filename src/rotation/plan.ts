import { isDeepStrictEqual } from "node:util";
import type { AccessModel } from "../access/model";
import type { Access } from "../access/read";
import { type DocumentResult, Lines, type ParsedDocument, parseDocument } from "../accounts/document";
import { type Path, type Position, type Problem, sortProblems } from "../accounts/problem";
import type { SourceText } from "../accounts/source-text";
import { valueAt } from "../accounts/values";
import { type Edit, editedText, type NotEdited, settingEdits } from "./edits";
import { type KeyedUser, whose } from "./keyed-users";
import { type KeyValues, type Step, valuesAfter } from "./steps";
import { firstDifference, withValues } from "./values";
import { WrittenFile } from "./written";

/** An accounts file that no rule refuses. */
export interface ValidText {
  readonly source: SourceText;
  readonly document: ParsedDocument;
}

/** What a step makes of one user's setting. */
export interface Rotated {
  readonly user: KeyedUser;
  /** The keys of the setting whose values the file then has. */
  readonly values: Partial<KeyValues>;
  readonly edits: readonly Edit[];
}

/** A step of several users at once. */
export interface RotationPlan {
  readonly rotated: readonly Rotated[];
  readonly edits: readonly Edit[];
  /** The file afterwards. */
  readonly text: string;
  readonly document: ParsedDocument;
  readonly access: AccessModel;
}

/** Why nothing is planned. */
export interface NotPlanned {
  readonly problems: readonly Problem[];
}

/** Reads a text as the accounts file that it is to become. */
export type ReadAgain = (source: SourceText, parsed: DocumentResult) => Access;

/** What is said of the keys of a user, at a place of the file. */
export function problemOf(
  { source, document }: ValidText,
  path: Path,
  message: string,
  severity: Problem["severity"] = "error",
): Problem {
  return problemAt({ source, document }, document.locate(path, "value"), message, severity);
}

function problemAt(
  { source, document }: ValidText,
  { line, column }: Position,
  message: string,
  severity: Problem["severity"] = "error",
): Problem {
  return {
    severity,
    file: source.name,
    line,
    column,
    message,
    rule: "rotation",
    sourceLine: document.line(line),
  };
}

/**
 * Plans a step of users. Nothing but the values changes, byte for byte: what is not written in the account's own entry
 * is refused with its place. The edited text is parsed and validated, and its data differs from that before in the
 * values alone.
 */
export class RotationPlanner {
  private readonly written: WrittenFile;
  private readonly lines: Lines;

  constructor(
    private readonly file: ValidText,
    private readonly readAgain: ReadAgain,
  ) {
    this.written = new WrittenFile(file.source.text);
    this.lines = new Lines(file.source.text);
  }

  /** All users or none. */
  plan(step: Step, users: readonly KeyedUser[]): RotationPlan | NotPlanned {
    const results = users.map((user) => this.rotated(step, user));
    const refused = results.filter((result) => "severity" in result);
    return refused.length > 0
      ? { problems: sortProblems(refused) }
      : this.planned(results.filter((result) => "user" in result));
  }

  /** The users of which a step can be taken, and why it cannot of the others. */
  divide(
    step: Step,
    users: readonly KeyedUser[],
  ): { readonly users: readonly KeyedUser[]; readonly problems: readonly Problem[] } {
    const results = users.map((user) => ({ user, result: this.rotated(step, user) }));
    const editable = results.filter(({ result }) => "user" in result).map(({ user }) => user);
    const refused = results.flatMap(({ result }) => ("severity" in result ? [result] : []));
    const rest = this.halved(step, editable);
    return { users: rest.users, problems: sortProblems([...refused, ...rest.problems]) };
  }

  /** By halves, since each plan reads the whole file again. */
  private halved(step: Step, users: readonly KeyedUser[]): ReturnType<RotationPlanner["divide"]> {
    const planned = users.length === 0 ? undefined : this.plan(step, users);
    if (planned === undefined || !("problems" in planned)) {
      return { users, problems: [] };
    }
    if (users.length === 1) {
      return { users: [], problems: planned.problems };
    }
    const middle = Math.ceil(users.length / 2);
    const halves = [users.slice(0, middle), users.slice(middle)].map((half) => this.halved(step, half));
    return {
      users: halves.flatMap((half) => half.users),
      problems: halves.flatMap((half) => half.problems),
    };
  }

  private planned(rotated: readonly Rotated[]): RotationPlan | NotPlanned {
    const edits = rotated.flatMap((one) => one.edits);
    const source = { ...this.file.source, text: editedText(this.file.source.text, edits) };
    const parsed = parseDocument(source);
    const wrong = this.difference(rotated, parsed.document);
    if (wrong.length > 0 || parsed.document === undefined) {
      return { problems: sortProblems(wrong) };
    }
    const { access, problems } = this.readAgain(source, parsed);
    return access === undefined
      ? { problems: problems.filter(({ severity }) => severity === "error") }
      : { rotated, edits, text: source.text, document: parsed.document, access };
  }

  private rotated(step: Step, user: KeyedUser): Rotated | Problem {
    const wanted = valuesAfter(step, user);
    if ("message" in wanted) {
      return problemOf(this.file, [...user.path, wanted.key], wanted.message);
    }
    if (user.isInherited) {
      return problemOf(this.file, user.path, inDefaults(user, wanted));
    }
    const setting = this.written.at(user.path);
    if (setting === undefined) {
      throw new Error(`nothing is written at ${user.path.join(".")}`);
    }
    const result =
      "by" in setting
        ? setting
        : settingEdits(this.written, setting, wanted, (key) =>
            valueAt(this.file.document.plain, [...user.path, key]),
          );
    return "edits" in result ? { user, ...result } : this.notEdited(user, wanted, result);
  }

  private notEdited(user: KeyedUser, wanted: KeyValues, found: NotEdited): Problem {
    const place = this.lines.position(found.offset);
    if (found.by === undefined) {
      return problemAt(this.file, place, byHand(user, wanted));
    }
    const what = "key" in found && found.key !== undefined ? `${user.key}.${found.key}` : user.key;
    const there = found.anchor === undefined ? "" : `, whose value is at ${this.lines.cite(found.anchor)}`;
    return problemAt(
      this.file,
      place,
      `${what} of "${user.account.name}" comes from ${found.by}${there}, so that an edit would change all that use it; expected it in the account's own entry: write it there, with the values that it has now, and run this again`,
    );
  }

  /** Where the file afterwards would say more, less or something else than the steps ask for. */
  private difference(rotated: readonly Rotated[], after: ParsedDocument | undefined): Problem[] {
    const { plain } = this.file.document;
    const expected = withValues(plain, rotated);
    if (after !== undefined && isDeepStrictEqual(after.plain, expected)) {
      return [];
    }
    const other = after && firstDifference(expected, after.plain);
    // What another part of the file takes from there, by an alias or a merge key.
    const shared =
      other && rotated.every(({ user }) => !isAtOrAbove(user.path, other) && !isAtOrAbove(other, user.path));
    if (other !== undefined && shared) {
      const found = this.written.at(other);
      const place =
        found !== undefined && "by" in found
          ? this.lines.position(found.offset)
          : this.file.document.locate(other, "value");
      return [
        problemAt(
          this.file,
          place,
          "this takes its value by an alias or a merge key from what would be edited, and would change with it; expected it to have its own: write it out here, and run this again",
        ),
      ];
    }
    return rotated.map(({ user, values }) => problemOf(this.file, user.path, byHand(user, values)));
  }
}

function isAtOrAbove(above: Path, path: Path): boolean {
  return above.every((step, index) => path[index] === step);
}

function inDefaults({ key, account }: KeyedUser, wanted: KeyValues): string {
  return `${key} of "${account.name}" comes from defaults, where an edit would rotate the keys of every account that takes it; to rotate them all, type here: ${valuesText(wanted)}`;
}

function byHand(user: KeyedUser, values: Partial<KeyValues>): string {
  return `the keys of ${whose(user)} are written in a way in which this program cannot change the values alone; type it yourself: ${valuesText(values)}`;
}

function valuesText(values: Partial<KeyValues>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ");
}
