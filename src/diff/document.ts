import { z } from "zod";
import { CHANGES } from "./row";

/** What `diff --format json` prints, as its schema describes it. A test holds it to the type Row. */

const text = (description: string) => z.string().describe(description);

const texts = (description: string) => z.array(z.string()).readonly().describe(description);

const condition = (description: string) =>
  z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string()).readonly()])))
    .describe(description);

const who = z
  .strictObject({
    kind: z
      .enum(["role", "user", "account", "service", "key_holder", "anyone", "module"])
      .describe("anyone: every AWS account. key_holder: the holder of the user's access key."),
    id: text("An ARN, an account id, a service's name or a module's; of a key holder, the user's ARN."),
  })
  .describe("Who has the access.");

const where = z
  .strictObject({
    account: text("The account's name in the file. Left out where no file lists it.").exactOptional(),
    account_id: z
      .string()
      .regex(/^\d{12}$/)
      .describe("The account that the access is in."),
    region: text("Of a secret.").exactOptional(),
    target: text("The ARN of the role or user, the secret's name, or the module's address."),
  })
  .describe("What the access is to.");

const witness = z
  .strictObject({
    principal: text("The ARN of the role or user that calls, or a service."),
    action: text("The action that it calls."),
    resource: text("What it calls the action on."),
    context: z.record(z.string(), z.string()).describe("The condition keys that the request has."),
    assuming: text("What it takes for granted, where that cannot be known.").exactOptional(),
  })
  .describe(
    "One request that was denied and now is allowed. Of every row that is gained or widened, but for a team's module.",
  );

const row = z.strictObject({
  change: z
    .enum(CHANGES)
    .describe("widened: a part of it was there before. narrowed: a part of it is there still."),
  kind: z
    .enum(["assume", "permission", "read_key", "use_key", "boundary", "module"])
    .describe(
      "assume: assume a role, or pass session tags to it where actions has nothing but sts:TagSession: that alone lets nobody in. permission: of a role or user. read_key: a key's secret. use_key: from where a key works. boundary: a permissions boundary. module: a team's own.",
    ),
  who,
  where,
  actions: texts("As the policy writes them, sorted. Empty where the kind or the policy says it."),
  resources: texts(
    "As the policy writes them, sorted. Of a boundary: the one before and the one now, or none.",
  ),
  policy: text("The name of one of AWS's own policies.").exactOptional(),
  condition: condition("What a request has to carry, by operator and key, as the policy writes it."),
  isDenied: z
    .literal(true)
    .describe("The other side allows it too, and a Deny there takes it back.")
    .exactOptional(),
  says: text("The row in words. They may change with any version of the program."),
  witness: witness.exactOptional(),
});

const count = z.int().min(0);

/** The document as a whole: one with a key that is not here is refused. */
export const diffDocument = z.strictObject({
  version: z.literal(1).describe("Another number where a key changes or goes. Keys may be added."),
  base: z
    .strictObject({
      ref: text("The git ref as typed."),
      commit: z
        .string()
        .regex(/^[0-9a-f]{40,64}$/)
        .describe("The commit that was compared with."),
    })
    .describe("What the file was compared with."),
  rows: z
    .array(row)
    .readonly()
    .describe("One grant each, in one account: gained first, then widened, narrowed and lost."),
  counts: z
    .strictObject({ gained: count, widened: count, narrowed: count, lost: count })
    .describe("How many rows there are of each change."),
});

export type DiffDocument = z.output<typeof diffDocument>;

/** The schema for others. It takes keys that are not in it: a later program may add some. */
export function diffSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(diffDocument, {
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
      if (jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties;
      }
    },
  });
  return { $schema, title: "What pmm-iam diff --format json prints, version 1", ...schema };
}
