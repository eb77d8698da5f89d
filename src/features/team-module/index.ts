import { judged, under } from "../../accounts/effects";
import type { AccountsFile } from "../../accounts/file";
import type { Account, Deployment } from "../../accounts/model";
import { aliasOf } from "../../accounts/names";
import { error, type Finding, warning } from "../../accounts/problem";
import { repeated } from "../../accounts/rules";
import { type TeamModuleInput, teamModuleEffects, teamModules } from "../../accounts/schema";
import { type ModuleCode, readModuleCode } from "../../modules/code";
import { moduleSource, versionProblem } from "../../modules/source";
import type { Feature, ModuleCall, TeamModule, VariableValue } from "../feature";
import { type ListedEntry, listedAt, listedFor } from "../listed";
import { variableFindings } from "./variables";

const keys = {
  modules: teamModules.nullable().optional(),
};

type Asked = ListedEntry<TeamModuleInput>;

/** A team's own Terraform modules, given the account's provider. */
export const teamModule: Feature<typeof keys> = {
  keys,
  effects: {
    modules: judged("destroyed", "module-dropped"),
    ...under("modules[].", teamModuleEffects),
  },

  instances: { prefix: "", key: "modules", list: { noun: "module", sameBy: "source" } },

  *rules(file) {
    const lists = [
      { list: listedAt(file.defaults.modules, ["defaults", "modules"]), isCalled: true },
      ...file.entries.map(({ path, input }) => ({
        list: listedAt(input.modules, [...path, "modules"]),
        isCalled: input.lifecycle === "active",
      })),
    ];
    for (const { list, isCalled } of lists) {
      yield* repeated(
        file,
        list.map(({ input, path }) => ({ value: input.name, path: [...path, "name"] })),
        "modules",
        (name, first) =>
          `the module "${name}" is there already at ${first}; expected each once: give this one another name`,
      );
      for (const module of list) {
        yield* moduleRules(file, module, isCalled);
      }
    }
  },

  calls: (account, deployment) =>
    listedFor("modules", deployment.inherited.modules, account.input.modules, account.path).map((module) =>
      callOf(module, account, deployment),
    ),
};

/** What an account that leaves has is destroyed or forgotten without its code, which may be gone already. */
function* moduleRules(file: AccountsFile, { input, path }: Asked, isCalled: boolean): Iterable<Finding> {
  const source = input.source.startsWith("../")
    ? { problem: `"${input.source}" starts with ../; paths start with ./: type ./${input.source}` }
    : moduleSource(input.source);
  let code: ModuleCode | undefined;
  if ("problem" in source) {
    yield error([...path, "source"], "source", source.problem);
  } else {
    const misversioned = versionProblem(source, input.version);
    if (misversioned !== undefined) {
      yield error([...path, input.version === undefined ? "source" : "version"], "version", misversioned);
    }
    if (source.kind === "local" && isCalled) {
      code = file.folder.once(readModuleCode, source.path);
      for (const problem of code.problems) {
        yield error([...path, "source"], "source", problem);
      }
      for (const finding of code.warnings) {
        yield warning([...path, "source"], "source", finding);
      }
    }
  }
  yield* variableFindings(file, [...path, "variables"], code);
}

function callOf({ input, path }: Asked, account: Account, deployment: Deployment): ModuleCall {
  return {
    name: aliasOf(`${input.name}_${account.name}`),
    module: `team/${input.name}`,
    team: teamOf(input, deployment),
    usesSecrets: false,
    path,
    makes: [],
    variables: {},
    locals: (input.variables ?? {}) as Readonly<Record<string, VariableValue>>,
  };
}

function teamOf({ name, source: written, version }: TeamModuleInput, deployment: Deployment): TeamModule {
  const source = moduleSource(written);
  if ("problem" in source) {
    throw new Error(`the module ${name} has passed the rules with the source ${written}`);
  }
  if (source.kind !== "local") {
    return { name, kind: "remote", source: source.address, version };
  }
  const { folder, files } = deployment.folder.once(readModuleCode, source.path);
  return { name, kind: "local", folder, files };
}
