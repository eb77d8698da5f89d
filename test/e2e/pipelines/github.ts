import type { Answering, ForgeAnswer } from "./forge";

export interface Comment {
  readonly id: number;
  readonly login: string;
  body: string;
}

interface Pull {
  readonly number: number;
  readonly head: string;
  readonly title: string;
}

/**
 * GitHub, as far as the workflows ask it through `gh`. A call that it does not know is an error, so that a workflow
 * that asks for something else fails here.
 */
export class GitHub {
  /** By pull request. */
  readonly comments = new Map<number, Comment[]>();
  /** The commits of the runs of the apply workflow that succeeded, the newest last. */
  readonly applied: string[] = [];
  /** The labels of the merged pull request that a commit came with. */
  readonly labels = new Map<string, readonly string[]>();
  readonly pulls: Pull[] = [];
  /** The newest commit of the default branch. */
  head = "";
  /** Each call that changed something, as `METHOD path`. */
  readonly changes: string[] = [];
  private ids = 100;

  readonly answer: Answering = ({ args, files, env }) => {
    if (!env["GH_TOKEN"]) return { code: 4, stderr: "gh: set GH_TOKEN\n" };
    const [command, ...rest] = args;
    const { options, words } = optionsOf(rest);
    if (command === "api") return this.api(options["method"] ?? "GET", words[0] ?? "", options, files);
    if (command === "pr" && words[0] === "list") return this.listed(options);
    if (command === "pr" && words[0] === "create") return this.created(options);
    throw new Error(`gh ${args.join(" ")} is not known`);
  };

  private api(
    method: string,
    path: string,
    { jq, field }: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>>,
  ): ForgeAnswer {
    if (method !== "GET") this.changes.push(`${method} ${path}`);
    const body = files[/^body=@(.*)$/s.exec(field ?? "")?.[1] ?? ""];
    const [, number] = /^repos\/acme\/access\/issues\/(\d+)\/comments$/.exec(path) ?? [];
    const [, comment] = /^repos\/acme\/access\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    const [, commit] = /^repos\/acme\/access\/commits\/([0-9a-f]{40})\/pulls$/.exec(path) ?? [];
    if (number !== undefined && method === "GET") return this.commentsOf(Number(number), jq);
    if (number !== undefined && method === "POST") return this.commented(Number(number), body);
    if (comment !== undefined && method === "PATCH") return this.changed(Number(comment), body);
    if (commit !== undefined) return this.labelsOf(commit, jq);
    if (path === RUNS) return answered(jq, '.workflow_runs[0].head_sha // ""', this.applied.at(-1) ?? "");
    if (path === "repos/acme/access/git/ref/heads/main") return answered(jq, ".object.sha", this.head);
    throw new Error(`gh api ${method} ${path} is not known`);
  }

  private commentsOf(number: number, jq: string | undefined): ForgeAnswer {
    const own = (this.comments.get(number) ?? []).filter(
      ({ login, body }) => login === "github-actions[bot]" && body.startsWith("<!-- pmm-iam -->"),
    );
    const asked =
      '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- pmm-iam -->"))) | .id';
    return answered(jq, asked, own.map(({ id }) => String(id)).join("\n"));
  }

  private commented(number: number, body: string | undefined): ForgeAnswer {
    this.ids += 1;
    const all = this.comments.get(number) ?? [];
    this.comments.set(number, [...all, { id: this.ids, login: "github-actions[bot]", body: sized(body) }]);
    return {};
  }

  private changed(id: number, body: string | undefined): ForgeAnswer {
    const comment = [...this.comments.values()].flat().find((one) => one.id === id);
    if (comment === undefined) return { code: 1, stderr: "gh: Not Found (HTTP 404)\n" };
    comment.body = sized(body);
    return {};
  }

  private labelsOf(commit: string, jq: string | undefined): ForgeAnswer {
    const allowing = (this.labels.get(commit) ?? []).filter((label) => label.startsWith("allow:"));
    const asked = '.[] | select(.merged_at != null) | .labels[].name | select(startswith("allow:"))';
    return answered(jq, asked, allowing.join("\n"));
  }

  private listed({ head, state, jq }: Readonly<Record<string, string>>): ForgeAnswer {
    if (state !== "open") throw new Error("expected --state open");
    const open = this.pulls.filter((pull) => pull.head === head);
    return answered(jq, ".[].number", open.map(({ number }) => String(number)).join("\n"));
  }

  private created({ base, head, title, body }: Readonly<Record<string, string>>): ForgeAnswer {
    if (base !== "main" || !head || !title || !body)
      throw new Error("expected a base, a head, a title, a body");
    this.pulls.push({ number: 40 + this.pulls.length, head, title });
    return {};
  }
}

const RUNS =
  "repos/acme/access/actions/workflows/pmm-iam-apply.yml/runs?branch=main&status=success&per_page=1";

/** What an expression of jq comes to. Only the one that is known here is. */
function answered(jq: string | undefined, known: string, value: string): ForgeAnswer {
  if (jq !== known) throw new Error(`the expression ${jq} is not known; ${known} is`);
  return { stdout: value === "" ? "" : `${value}\n` };
}

/** GitHub refuses a comment of more than 65,536 characters. */
function sized(body: string | undefined): string {
  if (body === undefined || body === "" || body.length > 65_536)
    throw new Error("expected a body of a comment");
  return body;
}

const FLAGS = ["--paginate", "--silent"];

function optionsOf(args: readonly string[]): {
  readonly options: Readonly<Record<string, string>>;
  readonly words: readonly string[];
} {
  const options: Record<string, string> = {};
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (FLAGS.includes(arg)) continue;
    if (arg.startsWith("--")) {
      at += 1;
      options[arg.slice(2)] = args[at] ?? "";
    } else {
      words.push(arg);
    }
  }
  return { options, words };
}
