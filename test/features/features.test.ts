import { dirname, join } from "node:path";
import type { AccessModel } from "../../src/access/model";
import { accountSchema } from "../../src/accounts/schema";
import { features } from "../../src/features";
import { type Feature, instanceIn, type ModuleCall } from "../../src/features/feature";
import { terraformCode } from "../../src/modules/blocks";
import { variablesOf } from "../../src/modules/code-rules";
import { ownModules } from "../../src/modules/own";
import { CORPUS, corpusNames, loadFile } from "../accounts/corpus";

/** What holds for every feature. Each is asked for in a file of test/corpus/ok, and what it says of its module is looked up there. */

const files = [
  ...corpusNames("ok").map((name) => join(CORPUS, "ok", `${name}.yaml`)),
  join(CORPUS, "..", "support", "everything.yaml"),
].map((path): [string, AccessModel] => {
  const { access } = loadFile(path);
  if (access === undefined) {
    throw new Error(`${path} has errors`);
  }
  return [path.slice(path.lastIndexOf("/") + 1), access];
});

const instances = files.flatMap(([file, { stacks }]) =>
  stacks.flatMap(({ accounts }) =>
    accounts.flatMap(({ account, calls }) =>
      calls.map((call) => ({ file, account, call, at: `${file}: ${call.name}` })),
    ),
  ),
);

/** The instances that some features make in all the files. */
function madeBy(which: (feature: Feature) => boolean) {
  return files.flatMap(([, { deployment }]) =>
    deployment.accounts.flatMap((account) =>
      features
        .filter(which)
        .flatMap((feature) => feature.calls(account, deployment).map((call) => ({ feature, account, call }))),
    ),
  );
}

/** Instances of the program's own modules; a team's are checked when the file is read. */
const own = instances.filter(({ call }) => call.team === undefined);

function variablesOfModule(module: string): ReadonlyMap<string, { readonly required: boolean }> {
  const blocks = [...ownModules.files]
    .filter(([path]) => dirname(path) === `modules/${module}`)
    .flatMap(([path, content]) => terraformCode(path, content.toString("utf8")).blocks);
  return variablesOf(blocks);
}

/** The addresses that a call names, within the module and without `["server"]` and the like. */
function addressesOf({ name, makes, adoptable = [], adopts = [], moved = [] }: ModuleCall): string[] {
  const made = makes.flatMap(({ address = "", policies, instanceProfile }) => [
    address,
    ...policies.flatMap(({ addresses }) => addresses),
    ...(instanceProfile === undefined ? [] : [instanceProfile.address]),
  ]);
  const start = `module.${name}.`;
  return [
    ...made.map((address) => (address.startsWith(start) ? address.slice(start.length) : address)),
    ...[...adoptable, ...adopts].map(({ address }) => address),
    ...moved.flatMap(({ from, to }) => [from, to]),
  ].map((address) => address.replace(/\[.*\]$/, ""));
}

test("no two features share a key, and none takes a key that every account has", () => {
  const keys = [
    ...Object.keys(accountSchema({}).shape),
    ...features.flatMap((feature) => Object.keys(feature.keys)),
  ];
  expect(keys.filter((key, index) => keys.indexOf(key) < index)).toEqual([]);
});

test("no two features let a role be assumed under one name", () => {
  const names = features.flatMap(({ assumedBy }) =>
    assumedBy === undefined ? [] : [assumedBy.roleName, assumedBy.policyName, assumedBy.resourceName],
  );
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
});

test("each feature is asked for in a good file", () => {
  const asked = features.filter((feature) =>
    files.some(([, { deployment }]) =>
      deployment.accounts.some((account) => feature.calls(account, deployment).length > 0),
    ),
  );
  expect(features.filter((feature) => !asked.includes(feature)).map(({ keys }) => Object.keys(keys))).toEqual(
    [],
  );
});

test("the name of each instance ends in its account's: by that a state's objects are told apart", () => {
  const misnamed = instances.filter(({ account, call }) => !call.name.endsWith(`_${account.alias}`));
  expect(misnamed.map(({ at }) => at)).toEqual([]);
  expect(instances.length).toBeGreaterThan(50);
});

test("each instance is called as its feature says: by that a closed account forgets it", () => {
  const misnamed = madeBy(({ instances }) => instances.list === undefined).filter(
    ({ feature: { instances }, account, call }) => {
      const named = instances.list === undefined ? instanceIn(account, instances) : undefined;
      return named?.name !== call.name || named.module !== call.module;
    },
  );
  expect(misnamed.map(({ call }) => call.name)).toEqual([]);
});

test("each instance of a list is called by its entry", () => {
  const listed = madeBy(({ instances }) => instances.list !== undefined);
  const misnamed = listed.filter(
    ({ feature: { instances }, account, call }) =>
      !call.name.startsWith(instances.prefix) ||
      call.name.length <= instances.prefix.length + `_${account.alias}`.length,
  );
  expect(misnamed.map(({ call }) => call.name)).toEqual([]);
  expect(listed.length).toBeGreaterThan(10);
});

test("the role that a feature says is assumed is one that it makes", () => {
  const made = new Set(own.flatMap(({ call }) => call.makes.map(({ name }) => name)));
  const assumed = features.flatMap(({ assumedBy }) => assumedBy?.roleName ?? []);
  expect(assumed.filter((name) => !made.has(name))).toEqual([]);
});

test("each instance gives its module the variables that it requires, and no others", () => {
  const wrong = own.flatMap(({ at, call }) => {
    const known = variablesOfModule(call.module);
    const given = [...Object.keys(call.variables), ...Object.keys(call.locals ?? {})];
    return [
      ...given.filter((name) => !known.has(name)).map((name) => `${at} gives ${name}`),
      ...[...known]
        .filter(([name, { required }]) => required && !given.includes(name))
        .map(([name]) => `${at} lacks ${name}`),
    ];
  });
  expect(wrong).toEqual([]);
});

test("each address that an instance names is in its module", () => {
  const wrong = own.flatMap(({ at, call }) =>
    addressesOf(call)
      .filter((address) => !ownModules.objectsOf(call.module).includes(address))
      .map((address) => `${at}: ${address}`),
  );
  expect(wrong).toEqual([]);
});
