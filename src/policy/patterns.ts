import { matchesPattern } from "../aws/action-patterns";

/**
 * Texts as IAM's patterns name them: `*` is any run of characters, `?` is one. What some patterns match and others do
 * not is decided, not guessed: a pattern is a finite automaton, and the search below walks several of them at once.
 * (IAM User Guide, "IAM JSON policy elements: Action" and "Resource"; Hopcroft, Motwani, Ullman: "Introduction to
 * Automata Theory", subset construction.)
 */

/** What any of some patterns matches. */
export interface PatternSet {
  readonly patterns: readonly string[];
  /** Actions have no case. */
  readonly ignoresCase: boolean;
}

/** In place of a `*` or `?` that stands for itself. Of Unicode's private use, which no policy holds. */
const LITERAL = { "*": "\uE000", "?": "\uE001" } as const;

/** A pattern that matches this text alone. */
export function literal(text: string): string {
  return isPattern(text)
    ? text.replace(/[*?]/g, (character) => LITERAL[character as keyof typeof LITERAL])
    : text;
}

function isPattern(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** The text that a pattern from `literal` matches; of any other pattern, the pattern. */
export function textOf(pattern: string): string {
  return pattern.replaceAll(LITERAL["*"], "*").replaceAll(LITERAL["?"], "?");
}

/** What texts are looked for. */
export interface Search {
  /** The text is in each of these ... */
  readonly all: readonly PatternSet[];
  /** ... and in none of these. */
  readonly none: readonly PatternSet[];
  /** Texts that are good to read, tried first. */
  readonly candidates?: readonly string[];
}

/** A text that is found by a search, the first candidate that is or else a short one; undefined: there is none. */
export function findText({ all, none, candidates = [] }: Search): string | undefined {
  const isFound = (text: string): boolean =>
    all.every((set) => matchesAny(set, text)) && !none.some((set) => matchesAny(set, text));
  // Most statements name what they are about: nothing else can be found.
  const exact = all.find((set) => isExact(set, [...all, ...none]));
  const found = candidates.find(isFound) ?? (exact?.patterns.map(textOf) ?? examplesOf(all)).find(isFound);
  return found === undefined && exact === undefined ? shortestText(all, none) : found;
}

/** A text that is good to read of each pattern. */
function examplesOf(sets: readonly PatternSet[]): string[] {
  return sets.flatMap(({ patterns }) => patterns.map((pattern) => pattern.replaceAll(/[*?]/g, "x")));
}

/** Whether nothing but the patterns themselves can be found. In another case, a text may be out of a set that minds it. */
function isExact({ patterns, ignoresCase }: PatternSet, sets: readonly PatternSet[]): boolean {
  return !patterns.some(isPattern) && (!ignoresCase || sets.every((other) => other.ignoresCase));
}

/** Whether any of the patterns matches a text. */
export function matchesAny({ patterns, ignoresCase }: PatternSet, text: string): boolean {
  const given = prepared(literal(text), ignoresCase);
  return patterns.some((pattern) => {
    const wanted = prepared(pattern, ignoresCase);
    return wanted === given || (isPattern(wanted) && matchesPattern(wanted, given));
  });
}

function prepared(pattern: string, ignoresCase: boolean): string {
  return ignoresCase ? pattern.toLowerCase() : pattern;
}

/** Breadth first over the texts that the automata tell apart. */
function shortestText(all: readonly PatternSet[], none: readonly PatternSet[]): string | undefined {
  const walked = [...all, ...none].map(automatonOf);
  const other = unusedCharacter([...all, ...none]);
  /** No longer text makes good what is lost: a set that nothing is left of, or one to keep out of that takes all. */
  const isHopeless = (states: readonly State[]): boolean =>
    states.some((state, index) => (index < all.length ? state.isEmpty : state.takesAll));
  const isFound = (states: readonly State[]): boolean =>
    states.every((state, index) => state.accepts === index < all.length);
  const start = walked.map(({ start }) => start);
  const queue: { readonly states: readonly State[]; readonly text: string }[] = [{ states: start, text: "" }];
  const seen = new Set<string>([keyOf(start)]);
  for (const { states, text } of queue) {
    if (isHopeless(states)) {
      continue;
    }
    if (isFound(states)) {
      return textOf(text);
    }
    for (const character of new Set([...states.flatMap(({ characters }) => characters), other])) {
      const next = states.map((state, index) => (walked[index] as Automaton).after(state, character));
      const key = keyOf(next);
      if (!seen.has(key)) {
        seen.add(key);
        queue.push({ states: next, text: text + character });
      }
    }
  }
  return undefined;
}

/** Statements that deny are compared with each grant of an identity. */
const automata = { exact: new WeakMap<object, Automaton>(), anyCase: new WeakMap<object, Automaton>() };

function automatonOf(set: PatternSet): Automaton {
  const known = set.ignoresCase ? automata.anyCase : automata.exact;
  const automaton = known.get(set.patterns) ?? new Automaton(set);
  known.set(set.patterns, automaton);
  return automaton;
}

function keyOf(states: readonly State[]): string {
  return states.map(({ id }) => id).join(" ");
}

/** Stands for every character that no pattern names. */
function unusedCharacter(sets: readonly PatternSet[]): string {
  const used = new Set(
    sets.flatMap(({ patterns }) => patterns.flatMap((pattern) => [...pattern.toLowerCase()])),
  );
  const unused = [..."xyzabcdefghijklmnopqrstuvw0123456789-_"].find((character) => !used.has(character));
  return unused ?? "\u00FF";
}

/** The places in the patterns that a text may have come to. */
interface State {
  readonly id: number;
  readonly places: readonly number[];
  /** The characters that a pattern names next. */
  readonly characters: readonly string[];
  /** Whether the text is matched as it is, whether whatever follows is, and whether nothing can be any more. */
  readonly accepts: boolean;
  readonly takesAll: boolean;
  readonly isEmpty: boolean;
}

/** A set of patterns as a deterministic automaton, whose states are made when they are first come to. */
class Automaton {
  readonly start: State;
  /** The patterns one after the other, each with an end. */
  private readonly steps: string[] = [];
  private readonly states = new Map<string, State>();
  private readonly next = new Map<string, State>();

  constructor({ patterns, ignoresCase }: PatternSet) {
    const starts = patterns.map((pattern) => {
      const at = this.steps.length;
      this.steps.push(...prepared(pattern, ignoresCase).replace(/\*+/g, "*"), END);
      return at;
    });
    this.start = this.stateOf(starts);
  }

  after(state: State, character: string): State {
    const key = `${state.id} ${character}`;
    const known = this.next.get(key);
    if (known !== undefined) {
      return known;
    }
    const places = state.places.flatMap((place) => {
      const step = this.steps[place];
      return step === "*" ? [place] : step === "?" || step === character ? [place + 1] : [];
    });
    const next = this.stateOf(places);
    this.next.set(key, next);
    return next;
  }

  private stateOf(places: readonly number[]): State {
    const closed = [...new Set(places.flatMap((place) => this.withSkipped(place)))].sort((a, b) => a - b);
    const key = closed.join(" ");
    const known = this.states.get(key);
    if (known !== undefined) {
      return known;
    }
    const steps = closed.map((place) => this.steps[place] as string);
    const state: State = {
      id: this.states.size,
      places: closed,
      characters: steps.filter((step) => step !== "*" && step !== "?" && step !== END),
      accepts: steps.includes(END),
      takesAll: closed.some((place) => this.steps[place] === "*" && this.steps[place + 1] === END),
      isEmpty: closed.length === 0,
    };
    this.states.set(key, state);
    return state;
  }

  /** A `*` may be no character. */
  private withSkipped(place: number): number[] {
    return this.steps[place] === "*" ? [place, place + 1] : [place];
  }
}

/** Longer than any character. */
const END = "end";
