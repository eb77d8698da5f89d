import { nearest, oneOf, shown } from "../accounts/wording";
import { judged } from "./refusals";
import {
  type Answers,
  BACKENDS,
  type Backend,
  type Choices,
  PIPELINES,
  type Pipeline,
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
  settled,
} from "./settings";

/** What the flags give. */
export interface Given {
  readonly answers: Choices["answers"];
  readonly pipeline: Pipeline | undefined;
  readonly backend: Backend | undefined;
}

/** All that decides what is written. */
export interface Chosen extends Choices {
  readonly pipeline: Pipeline;
}

/** A person to ask. */
export interface Person {
  /** Puts a question, and returns the line that is typed. Rejects where no line comes any more. */
  ask(question: string): Promise<string>;
  say(line: string): void;
}

/** What the flags give, and what follows from them: without a pipeline, a state can be on one machine. */
export function withoutQuestions({ answers, pipeline = "none", backend }: Given): Chosen {
  return { answers, pipeline, backend: backend ?? usualBackend(pipeline) };
}

/** The same with what a person answers where no flag says it. Each answer is one that `check` takes. */
export async function withAnswers(given: Given, folder: string, person: Person): Promise<Chosen> {
  let { answers } = given;
  let backend = given.backend ?? "local";
  const askFor = async (keys: readonly SettingKey[]): Promise<void> => {
    for (const key of keys.filter((key) => SETTINGS[key].question !== undefined)) {
      answers = { ...answers, ...(await answerTo(key, { answers, backend }, folder, person)) };
    }
  };
  await askFor(SETTING_KEYS.filter((key) => !SETTINGS[key].ofS3));
  const pipeline = given.pipeline ?? (await choiceOf("Pipeline", PIPELINES, "none", person));
  backend = given.backend ?? (await choiceOf("Terraform's state", BACKENDS, usualBackend(pipeline), person));
  if (backend === "s3") {
    await askFor(SETTING_KEYS.filter((key) => SETTINGS[key].ofS3));
  }
  return { answers, pipeline, backend };
}

/** A pipeline's machine is gone after each job, and a local state with it. */
function usualBackend(pipeline: Pipeline): Backend {
  return pipeline === "none" ? "local" : "s3";
}

async function answerTo(key: SettingKey, choices: Choices, folder: string, person: Person): Promise<Answers> {
  if (choices.answers[key] !== undefined) {
    return {};
  }
  const { question, suggested = settled(key, choices) } = SETTINGS[key];
  for (;;) {
    const answer = await typed(question ?? SETTINGS[key].description, suggested, person);
    const answers = { ...choices.answers, [key]: answer };
    const [refusal] = judged({ ...choices, answers }, folder).refusals;
    if (refusal === undefined) {
      return { [key]: answer };
    }
    person.say(refusal.message);
  }
}

async function choiceOf<Word extends string>(
  question: string,
  words: readonly Word[],
  suggested: Word,
  person: Person,
): Promise<Word> {
  for (;;) {
    const answer = await typed(`${question}: ${oneOf(words)}`, suggested, person);
    const word = words.find((candidate) => candidate === answer.toLowerCase());
    if (word !== undefined) {
      return word;
    }
    const near = nearest(answer, words);
    person.say(
      `found ${shown(answer)}; expected ${oneOf(words)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
}

/** A line without white space and quotes around it; of an empty one, what is suggested. */
async function typed(question: string, suggested: string | undefined, person: Person): Promise<string> {
  const line = await person.ask(`${question}${suggested === undefined ? "" : ` [${suggested}]`}: `);
  const answer = line.trim().replace(/^(["'])(.*)\1$/, "$2");
  return answer === "" ? (suggested ?? "") : answer;
}
