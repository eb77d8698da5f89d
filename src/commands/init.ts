import { DEFAULT_FILE } from "../accounts/names";
import { reasonOf } from "../accounts/system-refusals";
import { counted } from "../accounts/wording";
import { type Chosen, type Given, withAnswers, withoutQuestions } from "../init/ask";
import { type Deployment, deploymentFiles, isInstalled, isOtherPackage } from "../init/files";
import { addScripts, installPackages, isThere, mayInstall } from "../init/install";
import { nextSteps } from "../init/next-steps";
import { judged } from "../init/refusals";
import { type Answers, SETTING_KEYS, SETTINGS, type SettingKey } from "../init/settings";
import { deploymentName, notesOn, unfitFolder } from "../init/surroundings";
import { type Obstacle, obstacles, UnwrittenError, writeFiles } from "../init/write-files";
import { packageName, version } from "../project";
import { Ended, Interrupted } from "./dialogue";
import { reportError, reportNote, reportResult } from "./report";
import { EXIT_USER } from "./run";
import { openDialogue, print } from "./terminal";

/** Ctrl-C: 128 and the number of SIGINT, as a shell counts it. */
const EXIT_INTERRUPTED = 130;

/** What the flags give. */
export type InitOptions = Partial<Pick<Given, "pipeline" | "backend">> &
  Answers & {
    /** Whether `npm install` is run, so that the scripts work and package-lock.json is there. */
    readonly install?: boolean;
  };

/** Writes a new deployment into the current folder, with scripts for `commands`. Returns the exit code. */
export async function init(
  { install = false, ...options }: InitOptions,
  commands: readonly string[],
): Promise<number> {
  const folder = process.cwd();
  const given = givenBy(options, folder);
  const unfit = unfitFolder(folder) ?? unusedFlag(options);
  // What is in the way of every pipeline is said before anything is asked.
  if (unfit !== undefined || isRefused(given, folder, commands)) {
    if (unfit !== undefined) {
      reportError(unfit);
    }
    return EXIT_USER;
  }
  try {
    const chosen = await choose(given, folder);
    return isRefused(chosen, folder, commands) ? EXIT_USER : write({ ...chosen, commands }, folder, install);
  } catch (cause) {
    if (cause instanceof Interrupted) {
      print("stdout", [""]);
      return EXIT_INTERRUPTED;
    }
    if (cause instanceof Ended) {
      print("stdout", [""]);
      reportError(
        "the terminal was closed before every question was answered; nothing is written: run init again",
      );
      return EXIT_USER;
    }
    throw cause;
  }
}

function givenBy({ pipeline, backend, ...answers }: InitOptions, folder: string): Given {
  const isS3 = SETTING_KEYS.some((key) => SETTINGS[key].ofS3 && answers[key] !== undefined);
  return {
    answers: { ...answers, name: answers.name ?? deploymentName(folder) },
    pipeline,
    backend: backend ?? (isS3 ? "s3" : undefined),
  };
}

/** A flag that says where a state in S3 is, where the state is to be local. */
function unusedFlag(options: InitOptions): string | undefined {
  const key = SETTING_KEYS.find((key) => SETTINGS[key].ofS3 && options[key] !== undefined);
  return key !== undefined && options.backend === "local"
    ? `${SETTINGS[key].flag} is for state in S3, and --backend is local; type --backend s3, or leave ${SETTINGS[key].flag} out`
    : undefined;
}

/** Says what keeps the files from being written: one line for each value and each file. */
function isRefused(given: Given, folder: string, commands: readonly string[]): boolean {
  const chosen = withoutQuestions(given);
  const { refusals } = judged(chosen, folder);
  for (const { key, message } of refusals) {
    reportError(key === undefined ? message : `${SETTINGS[key].flag}: ${message}`);
  }
  const inTheWay = obstacles(folder, deploymentFiles(folder, { ...chosen, commands }));
  for (const obstacle of inTheWay) {
    reportError(inTheWayOf(obstacle, folder));
  }
  return refusals.length > 0 || inTheWay.length > 0;
}

function inTheWayOf({ path, kind }: Obstacle, folder: string): string {
  const is = kind === "link" ? "a link" : kind === "other" ? "no regular file" : `a ${kind}`;
  const wayOn =
    path === "package.json" && isOtherPackage(folder)
      ? `, or install the program there first, and init leaves it as it is: npm install --save-dev --save-exact ${packageName}@${version}`
      : "";
  return `${path} is there already (${is}), and init overwrites nothing; nothing is written: move it away, or run init in an empty folder${wayOn}`;
}

async function choose(given: Given, folder: string): Promise<Chosen> {
  const dialogue = await openDialogue();
  if (dialogue === undefined) {
    return withoutQuestions(given);
  }
  try {
    return await withAnswers(given, folder, {
      ask: (question) => dialogue.ask(question),
      say: (line) => print("stdout", [line]),
    });
  } finally {
    dialogue.close();
  }
}

function write(deployment: Deployment, folder: string, install: boolean): number {
  const wasInstalled = isInstalled(folder);
  const files = deploymentFiles(folder, deployment);
  const notes = notesOn(folder, deployment);
  const addsScripts = { path: "package.json", change: () => addScripts(folder, deployment.commands) };
  try {
    writeFiles(folder, files, wasInstalled ? addsScripts : undefined);
  } catch (cause) {
    if (cause instanceof UnwrittenError) {
      const { code } = Object(cause.cause) as NodeJS.ErrnoException;
      reportError(`${cause.message}: ${reasonOf(code)}; nothing is written`);
      return EXIT_USER;
    }
    throw cause;
  }
  const { left } = judged(deployment, folder);
  const lacking = (key: SettingKey): string => `${SETTINGS[key].placeholder}: ${SETTINGS[key].description}`;
  // Before npm, which may take a while.
  reportResult([
    `${counted(files.length, "file")} written:`,
    ...files.map(({ path }) => `  ${path}`),
    ...(wasInstalled ? ["scripts added to package.json"] : []),
    ...(left.length === 0
      ? []
      : [
          "",
          `${counted(left.length, "value")} left to type into ${DEFAULT_FILE}:`,
          ...left.map(({ key, line, column }) => `  ${DEFAULT_FILE}:${line}:${column}  ${lacking(key)}`),
        ]),
  ]);
  const installs = install && !wasInstalled && mayInstall(folder);
  const { failure } = installs ? installPackages(folder) : {};
  const isReady = installs ? failure === undefined : wasInstalled && isThere(folder);
  const steps = nextSteps(folder, { ...deployment, isReady, isComplete: left.length === 0 });
  reportResult([
    ...(installs && isReady ? ["", "packages installed: package-lock.json"] : []),
    "",
    "Next:",
    ...steps.map((step) => `  ${step}`),
  ]);
  if (failure !== undefined) {
    reportNote(
      `npm install failed, and everything else is written; fix the cause, then run npm install: ${failure}`,
    );
  }
  notes.forEach(reportNote);
  return 0;
}
