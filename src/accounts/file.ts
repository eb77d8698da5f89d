import type { z } from "zod";
import type { Partition } from "../aws/partitions";
import type { ParsedDocument } from "./document";
import type { Effects } from "./effects";
import type { AccountsFolder } from "./folder";
import type { StackMode } from "./names";
import type { Finding, Path } from "./problem";
import type {
  AccountInput,
  BackendInput,
  DefaultsInput,
  SecretsInput,
  SourceInput,
  TeleportInput,
} from "./schema";

/** One account whose own shape is right. */
export interface Entry<Keys extends z.ZodRawShape = z.ZodRawShape> {
  readonly path: Path;
  readonly input: AccountInput & z.output<z.ZodObject<Keys>>;
}

/**
 * The file as the rules see it: the parts whose shape is right, typed. What is misshapen is left out, so that
 * the rules still speak about the rest.
 */
export interface AccountsFile<Keys extends z.ZodRawShape = z.ZodRawShape> {
  /** Where relative paths start, and what was read from there. */
  readonly folder: AccountsFolder;
  /** How accounts are spread over stacks; the default where it is misshapen. */
  readonly stacks: StackMode;
  /** The deployment's, or the default; undefined where it is missing or misshapen. */
  readonly name: string | undefined;
  /** A name for the deployment of a file that must say one and does not. */
  readonly suggestedName: string | undefined;
  /** The source account's; undefined where the region that says so is misshapen. */
  readonly partition: Partition | undefined;
  readonly source: SourceInput | undefined;
  readonly defaults: DefaultsInput;
  readonly backend: BackendInput | undefined;
  readonly teleport: TeleportInput | undefined;
  readonly secrets: SecretsInput | undefined;
  readonly entries: readonly Entry<Keys>[];
  readonly document: ParsedDocument;
}

/** A part of the program that adds keys to each account, and rules about them. */
export interface AccountKeys<Keys extends z.ZodRawShape = z.ZodRawShape> {
  /** The keys of each entry under `accounts` that are this part's. None is required: an entry names what it needs. */
  readonly keys: Keys;
  /** What a change of each key does to what is in AWS, nested keys too. */
  readonly effects: Effects<Keys>;
  /** What the schema cannot say: within an account, between accounts, against the rest of the file. */
  rules?(file: AccountsFile<Keys>): Iterable<Finding>;
}

/** "12:5": how an earlier place is cited. */
export function place(file: Pick<AccountsFile, "document">, path: Path): string {
  const { line, column } = file.document.locate(path, "value");
  return `${line}:${column}`;
}
