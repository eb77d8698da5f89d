import type { Wanted } from "./stack";

/** One edit of the number or of previous_key, and the calls that its apply makes. */
export interface Step {
  readonly name: string;
  readonly wanted: Wanted;
  /** The calls that change what the accounts hold, in an order in which they may come. */
  readonly calls: readonly string[];
  /** Whether it makes a key. */
  readonly makes: boolean;
}

const RAISE = ["TagUser", "CreateAccessKey", "PutSecretValue"];
const RAISE_OVER_A_KEY = ["DeleteAccessKey", ...RAISE];

export const FIRST: Step = {
  name: "first apply",
  wanted: { generation: 1, previous: "active" },
  calls: [
    "CreateUser",
    "CreateSecret",
    "PutUserPolicy",
    "PutUserPolicy",
    "CreateAccessKey",
    "PutResourcePolicy",
    "PutSecretValue",
  ],
  makes: true,
};

/** Each state of the previous key once, and a raise from each. */
export const ROTATION: readonly Step[] = [
  { name: "1 -> 2", wanted: { generation: 2, previous: "active" }, calls: RAISE, makes: true },
  {
    name: "2, previous key inactive",
    wanted: { generation: 2, previous: "inactive" },
    calls: ["UpdateAccessKey"],
    makes: false,
  },
  {
    name: "2 -> 3, after inactive",
    wanted: { generation: 3, previous: "active" },
    calls: RAISE_OVER_A_KEY,
    makes: true,
  },
  {
    name: "3 -> 4, after active",
    wanted: { generation: 4, previous: "active" },
    calls: RAISE_OVER_A_KEY,
    makes: true,
  },
  {
    name: "4, previous key deleted",
    wanted: { generation: 4, previous: "deleted" },
    calls: ["DeleteAccessKey"],
    makes: false,
  },
  { name: "4 -> 5, after deleted", wanted: { generation: 5, previous: "active" }, calls: RAISE, makes: true },
];

export const STEPS: readonly Step[] = [FIRST, ...ROTATION];
