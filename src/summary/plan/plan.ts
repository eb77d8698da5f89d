import { z } from "zod";
import { GUARD } from "../../accounts/names";
import { shellWord } from "../../accounts/shell";
import { InputError } from "../../changes/input-error";

/**
 * What a plan does, read from the output of `terraform show -json <planfile>`. Such a file holds every key of its
 * stack. Of an object's values only those of `Known` are read, and all others are dropped while it is parsed.
 */
export interface Plan {
  /** What messages call its file by. */
  readonly file: string;
  readonly stack: string;
  /** Whether nothing of the stack has ever been applied. */
  readonly isFirst: boolean;
  /** Of managed resources, those that it does nothing to too. The guard is left out. */
  readonly changes: readonly PlannedChange[];
}

/** What a plan does to one object. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  /** The module instance that it is in, `module.aurora_user_x.module.key`; undefined at the root. */
  readonly moduleAddress: string | undefined;
  readonly actions: readonly Action[];
  readonly isImport: boolean;
  /** undefined: there is no object before. */
  readonly before: Known | undefined;
  /** undefined: there is no object after. */
  readonly after: Known | undefined;
  /** The values after the apply that the plan cannot know. */
  readonly unknown: ReadonlySet<string>;
}

/** Source: the change representation of Terraform's JSON output format. `forget`: removed from the state alone. */
const ACTIONS = ["no-op", "create", "read", "update", "delete", "forget"] as const;

type Action = (typeof ACTIONS)[number];

/** A value of another form is of a resource that means something else by it. */
const text = z.string().optional().catch(undefined);

const known = z.object({
  /** Of a role: its trust, as JSON. */
  assume_role_policy: text,
  /** Of a role or user: the ARN. */
  permissions_boundary: text,
  /** Of an access key: `Active` or `Inactive`. */
  status: text,
  /** Of an access key: its id, which is compared and never printed. */
  id: text,
  /** Of `terraform_data.newest`: the id of the key that the secret names. */
  input: text,
  /** Of the guard: its stack. */
  triggers_replace: text,
});

/** The values of an object that are read. */
export type Known = z.output<typeof known>;

const change = z.object({
  address: z.string(),
  module_address: z.string().optional(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  change: z.object({
    actions: z.array(z.enum(ACTIONS)),
    before: known.nullish().catch(null),
    after: known.nullish().catch(null),
    after_unknown: z.record(z.string(), z.unknown()).catch({}),
    importing: z.object({}).nullish(),
  }),
});

const shownPlan = z.object({
  // 1.2 is the first that says what is imported. Source: internal/command/jsonplan/plan.go of hashicorp/terraform.
  format_version: z.string().regex(/^1\.([2-9]|\d\d+)$/),
  errored: z.boolean().default(false),
  resource_changes: z.array(change).default([]),
});

/** Reads a plan that was given for a stack. Nothing of its text is ever quoted, for it holds keys. */
export function parsePlan(content: string, file: string, stack: string): Plan {
  const refuse = (what: string, expected = "the output of terraform show -json with a plan file"): never => {
    throw new InputError(
      `the plan ${file} of ${stack} ${what}; expected ${expected}: in the stack's folder, terraform plan -out=${stack}.tfplan, then terraform show -json ${stack}.tfplan >${shellWord(file)}`,
      "plan",
    );
  };
  const json = jsonOf(content.replace(/^\uFEFF/, ""), refuse);
  const other = otherKind(json);
  if (other !== undefined) {
    return refuse(other);
  }
  const read = shownPlan.safeParse(json);
  if (!read.success) {
    return refuse("has parts that this version cannot read", "a plan of Terraform 1.11 or newer");
  }
  const { errored, resource_changes } = read.data;
  if (errored) {
    return refuse("is of a plan that failed, so it does not say all", "a plan without errors");
  }
  const all = resource_changes.filter(({ mode }) => mode === "managed");
  const guard = all.find(({ address }) => address === GUARD)?.change;
  const own = (guard?.before ?? guard?.after)?.triggers_replace;
  if (own === undefined) {
    return refuse(
      `does not hold ${GUARD}, which says of which stack it is`,
      "a plan of the whole stack, without -target",
    );
  }
  if (own !== stack) {
    return refuse(`is of the stack ${own}`, `the plan of ${stack}`);
  }
  const changes = all.filter(({ address }) => address !== GUARD).map(plannedChange);
  // A state from before the guard, or one that objects were moved into, holds more than what is imported now.
  const holdsNothing = changes.every(({ before, isImport }) => before === undefined || isImport);
  return { file, stack, isFirst: holdsNothing && (guard?.actions.includes("create") ?? false), changes };
}

type Refuse = (what: string, expected?: string) => never;

function jsonOf(content: string, refuse: Refuse): unknown {
  if (content.trim() === "") {
    return refuse("is empty");
  }
  // A plan file is a ZIP archive.
  if (content.startsWith("PK")) {
    return refuse("is a plan file as terraform plan -out writes it");
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    return refuse(whyNoJson(content, cause));
  }
}

function whyNoJson(content: string, cause: unknown): string {
  if (cause instanceof RangeError) {
    return "is nested too deeply to be read";
  }
  if (content.includes("\0")) {
    return "is not UTF-8 text";
  }
  if (content.startsWith('{"@')) {
    return "is the log of terraform plan -json";
  }
  return content.trimStart().startsWith("{") ? "is cut off, or is not JSON" : "is not JSON";
}

/** What a JSON document is that is no plan of today's format. */
function otherKind(json: unknown): string | undefined {
  const has = (key: string): boolean => typeof json === "object" && json !== null && Object.hasOwn(json, key);
  const version = z.object({ format_version: z.string() }).safeParse(json).data?.format_version;
  if (has("resource_changes") || has("planned_values")) {
    const known = /^1\.([2-9]|\d\d+)$/.test(version ?? "");
    return known ? undefined : "has an older or unknown format";
  }
  if (has("@level")) {
    return "is the log of terraform plan -json";
  }
  const isState = has("values") || has("lineage") || version !== undefined;
  return isState ? "is a state, not a plan" : "is no Terraform plan";
}

function plannedChange({
  address,
  module_address,
  type,
  change: planned,
}: z.output<typeof change>): PlannedChange {
  const { actions, before, after, after_unknown, importing } = planned;
  return {
    address,
    type,
    moduleAddress: module_address,
    actions,
    isImport: importing !== undefined && importing !== null,
    before: before ?? undefined,
    after: after ?? undefined,
    unknown: new Set(Object.keys(after_unknown).filter((key) => after_unknown[key] === true)),
  };
}

/** Whether an object is there no more after the apply, or another one is there. */
export function isDestroyed({ actions }: PlannedChange): boolean {
  return actions.includes("delete");
}

/** Whether the plan does anything to an object. */
export function isChanged({ actions, isImport }: PlannedChange): boolean {
  return isImport || actions.some((action) => action !== "no-op" && action !== "read");
}

/** "replaced", "destroyed", "created" and the like. */
export function actionText({ actions, isImport }: PlannedChange): string {
  const is = (action: Action) => actions.includes(action);
  if (is("delete")) {
    return is("create") ? "replaced" : "destroyed";
  }
  const [action = "no-op"] = actions;
  const words = { create: "created", update: "changed", forget: "forgotten" } as const;
  const word = action in words ? words[action as keyof typeof words] : undefined;
  return [...(isImport ? ["imported"] : []), ...(word === undefined ? [] : [word])].join(" and ");
}
