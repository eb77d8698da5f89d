import { matchesAction } from "./action-patterns";
import { publishedFile } from "./published-file";

/** Actions, `service:Name` each, in which patterns are looked up as IAM matches them. */
export class ActionList {
  private readonly byText = new Map<string, string>();
  private readonly byService = new Map<string, Map<string, string>>();

  constructor(actions: readonly string[]) {
    for (const action of actions) {
      const text = action.toLowerCase();
      const service = serviceOf(text);
      const siblings = this.byService.get(service) ?? new Map<string, string>();
      this.byText.set(text, action);
      this.byService.set(service, siblings.set(text, action));
    }
  }

  /** The actions that a pattern matches, in the order of the list. */
  matching(pattern: string): string[] {
    const wanted = pattern.toLowerCase();
    if (!/[*?]/.test(wanted)) {
      const action = this.byText.get(wanted);
      return action === undefined ? [] : [action];
    }
    const service = serviceOf(wanted);
    const candidates =
      /[*?]/.test(service) || service === wanted ? this.byText : (this.byService.get(service) ?? []);
    // What is between the wildcards rules out most actions.
    const parts = wanted.split(/[*?]+/);
    return [...candidates].flatMap(([text, action]) =>
      parts.every((part) => text.includes(part)) && matchesAction(wanted, text) ? [action] : [],
    );
  }

  /** The names of a service's actions, without the service; none where there is no such service. */
  namesOf(service: string): string[] {
    const actions = this.byService.get(service.toLowerCase())?.values() ?? [];
    return [...actions].map((action) => action.slice(service.length + 1));
  }

  get services(): readonly string[] {
    return [...this.byService.keys()];
  }
}

function serviceOf(action: string): string {
  return action.split(":", 1)[0] ?? "";
}

/** All actions that AWS publishes, and the day on which they were read. */
export interface PublishedActions {
  /** `2026-09-26` */
  readonly published: string;
  readonly actions: ActionList;
}

let known: PublishedActions | undefined;

/**
 * AWS's actions as they were on the day `published`; `npm run refresh:actions` writes the file. It is read when it is
 * asked for: most accounts files have no policy file.
 */
export function publishedActions(): PublishedActions {
  if (known === undefined) {
    const { published, actions }: ActionsFile = JSON.parse(publishedFile("published-actions.json"));
    const all = Object.entries(actions).flatMap(([service, names]) =>
      names.split(" ").map((name) => `${service}:${name}`),
    );
    known = { published, actions: new ActionList(all) };
  }
  return known;
}

/** What published-actions.json holds: the names of each service's actions, a space between them. */
export interface ActionsFile {
  readonly published: string;
  readonly actions: Readonly<Record<string, string>>;
}
