import { Composer, CST, type Document, Lexer, Parser, YAMLParseError } from "yaml";
import { type Fault, MOST_FAULTS, MOST_LEVELS, TOO_DEEP } from "./yaml-messages";

/**
 * The library takes some microseconds and a few hundred bytes for each token: a word, a sign, a line end. 2,000
 * accounts with every feature have about 900,000.
 */
const MOST_TOKENS = 1_200_000;

/** Empty lines and comments between two values. The library hands them on as arguments, which the stack holds. */
const MOST_BLANK_TOKENS = 50_000;

/** What the parser has open beside the collections: the document, and the scalar that it is at. */
const MOST_OPEN = MOST_LEVELS + 2;

/** Why a text is not parsed to its end. */
class Unfit extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/**
 * Parses one document of YAML 1.2. What is wrong with it is among its `errors` and `warnings`; what would take the
 * parser too long or too deep is a fault, found on the way to it.
 */
export function parseYaml(text: string): Document.Parsed | Fault {
  // The library makes an Error of each fault, and a file may have a million: taking their traces costs most.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // Mappings with a key twice are told apart later, in time that grows with the file and not with its square.
    const composer = new Composer({ prettyErrors: false, stringKeys: true, uniqueKeys: false });
    let first: Document.Parsed | undefined;
    for (const document of composer.compose(tokens(text), true, text.length)) {
      if (first !== undefined) {
        const [start, end] = document.range;
        first.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "found a second document"));
        break;
      }
      first = document;
    }
    return first ?? fault(0, "the file is empty; expected source and accounts");
  } catch (cause) {
    if (cause instanceof Unfit) {
      return cause.fault;
    }
    if (cause instanceof RangeError) {
      // The stack is used up, by a structure that the counts above do not know.
      return fault(0, TOO_DEEP);
    }
    throw cause;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function* tokens(text: string): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  let blank = 0;
  let faults = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    blank = isBlank(lexeme) ? blank + 1 : 0;
    if (count > MOST_TOKENS) {
      throw new Unfit(
        fault(
          parser.offset,
          `the file has more than ${MOST_TOKENS} words, signs and line ends; 2000 accounts with every feature have 900000: is it the right file?`,
        ),
      );
    }
    if (blank > MOST_BLANK_TOKENS) {
      throw new Unfit(
        fault(
          parser.offset,
          `found more than ${MOST_BLANK_TOKENS / 2} empty lines or comments in a row; remove some`,
        ),
      );
    }
    const start = parser.offset;
    for (const token of parser.next(lexeme)) {
      faults += token.type === "error" ? 1 : 0;
      yield token;
    }
    if (faults > MOST_FAULTS) {
      break;
    }
    if (parser.stack.length > MOST_OPEN) {
      throw new Unfit(fault(start, TOO_DEEP));
    }
  }
  yield* parser.end();
}

function isBlank(lexeme: string): boolean {
  const type = CST.tokenType(lexeme);
  return type === "newline" || type === "space" || type === "comment";
}

function fault(offset: number, message: string): Fault {
  return { offset, message, rule: "yaml" };
}
