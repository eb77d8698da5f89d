import type { Answering, ForgeAnswer } from "./forge";

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

const API = "https://gitlab.example.com/api/v4";
const PROJECT = `${API}/projects/42/`;

/** GitLab's API, as far as the jobs ask it through `curl`. A call that it does not know is an error. */
export class GitLab {
  notes: Note[] = [{ id: 1, author: { id: 5 }, body: "<!-- pmm-iam -->" }];
  /** The commits of the pipelines that succeeded, the newest last. */
  readonly applied: string[] = [];
  /** The labels of the merge request that a commit came with. */
  readonly labels = new Map<string, readonly string[]>();
  readonly open: { readonly iid: number }[] = [];

  readonly answer: Answering = ({ args, files }) => {
    const options = new Map<string, string>();
    let url = "";
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? "";
      if (["--fail", "--silent", "--show-error"].includes(arg)) continue;
      if (arg.startsWith("--")) {
        at += 1;
        options.set(arg, args[at] ?? "");
      } else {
        url = arg;
      }
    }
    if (options.get("--header") !== "PRIVATE-TOKEN: glpat-secret") return { code: 22, stderr: "401\n" };
    const body = Object.values(files)[0];
    return this.asked(options.get("--request") ?? "GET", url, body);
  };

  private asked(method: string, url: string, body: string | undefined): ForgeAnswer {
    const path = url.replace(PROJECT, "");
    const [, note] = /^merge_requests\/7\/notes\/(\d+)$/.exec(path) ?? [];
    const [, commit] = /^repository\/commits\/([0-9a-f]{40})\/merge_requests$/.exec(path) ?? [];
    if (url === `${API}/user`) return json({ id: 9 });
    if (path.startsWith("merge_requests/7/notes?")) return json(this.notes);
    if (path === "merge_requests/7/notes" && method === "POST") {
      this.notes.push({ id: this.notes.length + 1, author: { id: 9 }, body: body ?? "" });
      return json({});
    }
    const changed = this.notes.find(({ id, author }) => String(id) === note && author.id === 9);
    if (method === "PUT" && changed !== undefined) {
      changed.body = body ?? "";
      return json({});
    }
    if (path === "pipelines?ref=main&source=push&status=success&per_page=1")
      return json(this.applied.slice(-1).map((sha) => ({ sha })));
    if (commit !== undefined) {
      const labels = this.labels.get(commit);
      return json(labels === undefined ? [] : [{ state: "merged", labels }]);
    }
    if (path === "merge_requests?state=opened&source_branch=pmm-iam/keys-due") return json(this.open);
    throw new Error(`curl ${method} ${url} is not known`);
  }
}

function json(value: unknown): ForgeAnswer {
  return { stdout: JSON.stringify(value) };
}
