import { z } from "zod";
import { ENTRY_NAME, type Format } from "../../aws/formats";
import { type Effects, IN_PLACE, judged } from "../effects";
import { list, mapping, shortText, text } from "../fields";

/** No range: it would let a release that no one has read run with the pipeline's credentials. */
export const EXACT_VERSION: Format = {
  pattern: /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/,
  expected:
    "one exact version (a range would let a release that you have not read run with the pipeline's credentials)",
  example: '"1.2.3"',
};

const teamModule = mapping(
  {
    name: text(
      { ...ENTRY_NAME, example: "backup-reader" },
      "The module's name here; its instance is <name>_<account>, with - as _.",
    ),
    source: shortText("expected where the module's code is, such as ./modules/backup-reader").meta({
      description:
        "./ and a path in the repository, namespace/name/provider in a registry (with version), or git::https://...?ref= and a 40-digit commit.",
      examples: ["./modules/backup-reader"],
    }),
    version: text(EXACT_VERSION, "The exact version of a registry module, in quotes.").optional(),
    variables: z
      .record(
        z.string().meta({ description: "The variable's name." }),
        z.unknown().meta({ description: "Its value, of any type." }),
        { error: "expected a mapping of the module's variables" },
      )
      .meta({ description: "The module's variables, of any type. They are in git, so put no secrets here." })
      .optional(),
  },
  "A Terraform module of your own, which is given the account's provider.",
);

export const teamModules = list(
  teamModule,
  "Your own Terraform modules, beside those of defaults. null: none of either.",
);

export type TeamModuleInput = z.output<typeof teamModule>;

/** What a change of each key of a team's module does to what the module made. What its code does is not known. */
export const teamModuleEffects: Effects<(typeof teamModule)["shape"]> = {
  name: judged("destroyed", "module-renamed", "module-dropped"),
  source: IN_PLACE,
  version: IN_PLACE,
  variables: IN_PLACE,
};
