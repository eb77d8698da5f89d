import { type Facts, readHeld } from "../harness/held";
import { type Lab, startLab } from "../harness/lab";
import { secretOf } from "../harness/look";
import { oneUser } from "../harness/one-user";
import { Project } from "../harness/project";
import type { ProviderKind } from "../harness/provider";
import { type Recorded, Recorder } from "../harness/recorder";
import type { Folder } from "../harness/terraform";
import { describeReal } from "./gate";

/*
 * A key's life from generation 1 to 4, step by step with the real provider and with the stand-in. Both must plan the
 * same, refuse the same, change AWS by the same calls, and leave the same in it.
 */

const SOURCE = "111111111111";
const BILLING = "033333333333";
const SECRET = "pmm/aurora/billing-prod";

interface Step {
  readonly aurora: string;
  /** What the plan does to the slots of the keys; undefined where it refuses. */
  readonly slots?: Readonly<Record<string, string>>;
  /** What the refusal says. */
  readonly refusal?: string;
}

const STEPS: readonly Step[] = [
  { aurora: "{}", slots: { odd: "create" } },
  { aurora: "{key_generation: 3}", refusal: "Set key_generation to 2." },
  { aurora: "{key_generation: 2, previous_key: inactive}", refusal: 'expected "active"' },
  { aurora: "{key_generation: 2}", slots: { even: "create" } },
  { aurora: "{key_generation: 1}", refusal: "To take a rotation back, do not lower the number" },
  { aurora: "{key_generation: 2, previous_key: inactive}", slots: { odd: "update" } },
  { aurora: "{key_generation: 2, previous_key: deleted}", slots: { odd: "delete" } },
  { aurora: "{key_generation: 3}", slots: { odd: "create" } },
  { aurora: "{key_generation: 4}", slots: { even: "delete create" } },
  { aurora: "{key_generation: 4, previous_key: inactive}", slots: { odd: "update" } },
];

/** What came of a step. */
interface Outcome {
  readonly refused?: string;
  /** The plan's actions, by address. */
  readonly actions?: Readonly<Record<string, string>>;
  /** The calls of the apply that change something, sorted: terraform makes many of them at once. */
  readonly changing?: readonly string[];
  /** What AWS holds, with each access key by the generation that it is of. */
  readonly held?: Record<string, Record<string, string>>;
}

class Life {
  private project: Project | undefined;
  private stack: Folder | undefined;
  /** The generation of each access key. */
  private readonly generations = new Map<string, number>();

  private constructor(
    private readonly lab: Lab,
    private readonly recorder: Recorder,
  ) {}

  static async begin(provider: ProviderKind): Promise<Life> {
    const recorder = await Recorder.start();
    return new Life(await startLab({ provider, url: recorder.url }), recorder);
  }

  async take({ aurora }: Step): Promise<Outcome> {
    this.project ??= new Project(this.lab, "rotation");
    await this.project.synth(oneUser(aurora));
    this.stack ??= await this.project.init();
    const planned = await this.stack.attempt("plan", "-no-color", "-out=plan");
    if (planned.code !== 0) return { refused: planned.stderr };
    const actions = await this.stack.saved();
    const before = this.recorder.calls.length;
    await this.stack.run("apply", "-no-color", "plan");
    const calls = this.recorder.calls.slice(before);
    await this.stack.expectEmptyPlan();
    return { actions, changing: changing(calls), held: await this.held() };
  }

  async end(): Promise<void> {
    await this.lab.stop();
    this.recorder.stop();
  }

  private async held(): Promise<Record<string, Record<string, string>>> {
    const { access_key_id, generation } = await secretOf(await this.lab.account(SOURCE), SECRET);
    this.generations.set(access_key_id, generation);
    const facts = await readHeld(this.lab, [SOURCE, BILLING], ["us-east-1"]);
    const named = (text: string) =>
      [...this.generations].reduce(
        (all, [id, number]) => all.replaceAll(id, `of generation ${number}`),
        text,
      );
    return JSON.parse(named(JSON.stringify(plain(facts)))) as Record<string, Record<string, string>>;
  }
}

function plain(facts: Facts): Record<string, Record<string, string>> {
  return Object.fromEntries([...facts].map(([holder, known]) => [holder, Object.fromEntries(known)]));
}

function changing(calls: readonly Recorded[]): string[] {
  const changes = calls.filter(({ action }) => !/:(Get|List|Describe|AssumeRole)/.test(action));
  return changes.map(({ account, action }) => `${account} ${action}`).sort();
}

describeReal("a rotation", () => {
  let real: Life;
  let standIn: Life;
  beforeAll(async () => {
    [real, standIn] = [await Life.begin("real"), await Life.begin("stand-in")];
  });
  afterAll(async () => {
    await real?.end();
    await standIn?.end();
  });

  test.each(STEPS)("$aurora", async (step) => {
    const [outcome, other] = [await real.take(step), await standIn.take(step)];
    expect(other).toEqual(outcome);
    expect(outcome.refused).toEqual(step.refusal === undefined ? undefined : expect.any(String));
    if (step.refusal !== undefined)
      expect(outcome.refused?.replaceAll(/^[│╷╵]/gm, "").replaceAll(/\s+/g, " ")).toContain(step.refusal);
    const slot = /module\.key\.aws_iam_access_key\.slot\["(\w+)"\]$/;
    const slots = Object.entries(outcome.actions ?? {}).flatMap(([address, action]) => {
      const name = slot.exec(address)?.[1];
      return name === undefined ? [] : [[name, action] as const];
    });
    expect(Object.fromEntries(slots)).toEqual(step.slots ?? {});
  });
});
