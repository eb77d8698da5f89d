import { accountsFile, guarded, type Judged, judge, judgedLines } from "./judged";

/** What accounts take from `defaults`: a change there is judged for each of them, and said once. */

const ORDERS = 'name: orders, account_id: "222222222222"';
const BILLING = 'name: billing, account_id: "033333333333"';
const CLOSED = 'name: gone, account_id: "444444444444", lifecycle: closed';

const file = (agent: string, entries: readonly string[] = [ORDERS, BILLING]): string =>
  accountsFile(entries, { defaults: agent === "" ? "" : `\n  cloudwatch_agent: ${agent}` });

/** The lines that a change adds to those that the file has by itself. */
function lines(before: string | undefined, after: string, more: Partial<Judged> = {}): string[] {
  const own = new Set(judgedLines({ before: after, after }));
  return judgedLines({ before, after, ...more }).filter((line) => !own.has(line));
}

function rules(before: string, after: string, more: Partial<Judged> = {}): string[] {
  const own = new Set(judge({ before: after, after }).problems.map(({ message }) => message));
  return judge({ before, after, ...more }).problems.flatMap(({ message, rule }) =>
    own.has(message) ? [] : [rule],
  );
}

test("a generation raised by two is refused once for all accounts, where it is written", () => {
  expect(
    lines(
      file("{on_premises_server_user: {key_generation: 1}}"),
      file("{on_premises_server_user: {key_generation: 3}}"),
    ),
  ).toEqual([
    "6:64 error: key_generation of CloudWatchAgentServerUser in the accounts that take cloudwatch_agent from defaults was 1 at main and is 3; expected 1 or 2: raise it to 2 and apply; the key in use would be deleted by two steps at once [key-generation]",
  ]);
});

test("an account with settings of its own is not judged by what defaults say", () => {
  const own = `${BILLING}, cloudwatch_agent: {on_premises_server_user: true}`;
  const after = file("{on_premises_server_user: {key_generation: 3}}", [own]);
  expect(lines(file("{on_premises_server_user: true}", [own]), after)).toEqual([]);
  expect(lines(file("null", [own]), file("{on_premises_admin_user: {key_generation: 3}}", [own]))).toEqual(
    [],
  );
});

test("settings that move to defaults, or from there, with the same meaning are no change", () => {
  const settings = "{on_premises_server_user: {key_generation: 3, previous_key: inactive}}";
  const own = [ORDERS, BILLING].map((entry) => `${entry}, cloudwatch_agent: ${settings}`);
  expect(lines(file("", own), file(settings))).toEqual([]);
  expect(lines(file(settings), file("", own))).toEqual([]);
});

test("an account that gives its own settings up is judged in its entry", () => {
  const own = `${ORDERS}, cloudwatch_agent: {on_premises_server_user: {key_generation: 3}}`;
  const defaults = "{server_role: false, on_premises_server_user: true}";
  expect(lines(file(defaults, [own]), file(defaults, [ORDERS]))).toEqual([
    '8:5 error: key_generation of CloudWatchAgentServerUser in "orders" was 3 at main and is 1; expected 3 or 4: put 3 back; to undo a rotation, give the consumers the previous key, which is active [key-generation]',
    '8:5 warning: CloudWatchAgentServerRole of "orders" is dropped: the next apply destroys it; who loses access: EC2 instances that run the agent with its instance profile [role-dropped]',
  ]);
});

test("what is dropped from defaults is said once, with the secrets of all", () => {
  const before = file("{hybrid_activation: true, on_premises_admin_user: true}");
  expect(lines(before, file("{}"))).toEqual([
    "6:3 warning: CloudWatchAgentAdminUser of the accounts that take cloudwatch_agent from defaults is dropped: the next apply destroys it with its keys and the secret cloudwatch-agent/CloudWatchAgentAdminUser/<account>; servers that use the key lose access [user-dropped]",
    "6:3 warning: CloudWatchAgentHybridRole of the accounts that take cloudwatch_agent from defaults is dropped: the next apply destroys it; who loses access: servers outside EC2 that were registered by a hybrid activation, which Systems Manager loses too [role-dropped]",
  ]);
  expect(rules(before, file("")).sort()).toEqual(["role-dropped", "role-dropped", "user-dropped"]);
  expect(rules(before, file("null")).sort()).toEqual(["role-dropped", "role-dropped", "user-dropped"]);
});

test("null in an account drops what it had from defaults", () => {
  expect(lines(file("{}"), file("{}", [`${ORDERS}, cloudwatch_agent: null`, BILLING]))).toEqual([
    '8:48 warning: CloudWatchAgentServerRole of "orders" is dropped: the next apply destroys it; who loses access: EC2 instances that run the agent with its instance profile [role-dropped]',
  ]);
});

test("a raise beside a previous key that is inactive, and a deleted key restored, are refused", () => {
  const user = (settings: string) => file(`{on_premises_server_user: {${settings}}}`);
  const inactive = user("key_generation: 3, previous_key: inactive");
  expect(rules(inactive, user("key_generation: 4, previous_key: inactive"))).toEqual(["previous-key"]);
  const deleted = user("key_generation: 3, previous_key: deleted");
  expect(rules(deleted, user("key_generation: 3"))).toEqual(["previous-key-restored"]);
  expect(rules(user("key_generation: 3"), deleted)).toEqual(["previous-key-deleted"]);
});

test("an account that joins takes the generation that defaults have, without a word", () => {
  const agent = "{on_premises_server_user: {key_generation: 3}}";
  expect(lines(file(agent, [ORDERS]), file(agent))).toEqual([]);
  expect(rules(file("", [ORDERS]), file(agent, [ORDERS]))).toEqual(["key-generation"]);
});

test("a closed account forgets what it had from defaults, whatever they say now", () => {
  expect(rules(file("{}", [ORDERS, CLOSED]), file("", [`${ORDERS}, cloudwatch_agent: {}`, CLOSED]))).toEqual(
    [],
  );
  const active = CLOSED.replace(", lifecycle: closed", "");
  expect(rules(file("{}", [ORDERS, active]), file("{}", [ORDERS, CLOSED]))).toEqual(["closed-from-active"]);
  expect(
    rules(file("{}", [ORDERS, active]), file("null", [ORDERS, CLOSED])).filter(
      (rule) => rule === "dropped-when-closed",
    ),
  ).toEqual(["dropped-when-closed"]);
});

test("a file from before is read whatever its defaults are", () => {
  for (const broken of ["7", "[]", "text", "{on_premises_server_user: [1]}", "{server_role: 7}"]) {
    const found = rules(file(broken), file("{server_role: false, admin_role: true}"));
    // That who gains access is not judged.
    expect(found.filter((rule) => rule === "base")).toHaveLength(1);
  }
  expect(
    rules(file("{}", [ORDERS]), file("{}", [ORDERS]), { states: [["pmm-iam", guarded("pmm-iam")]] }),
  ).toEqual([]);
});
