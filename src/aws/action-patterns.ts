/**
 * Whether a pattern for actions matches an action, as IAM decides it: `*` is any run of characters, `?` is one, and
 * case does not count. (IAM User Guide, "IAM JSON policy elements: Action".)
 */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Whether a pattern matches a text, case and all. It goes back to the last `*` only, so that a hostile pattern takes no
 * more time than the two lengths multiplied.
 */
export function matchesPattern(wanted: string, given: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let here = 0; here < given.length; ) {
    if (wanted[at] === "*") {
      star = at;
      resume = here;
      at += 1;
    } else if (wanted[at] === "?" || wanted[at] === given[here]) {
      at += 1;
      here += 1;
    } else if (star >= 0) {
      resume += 1;
      here = resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(wanted.slice(at));
}
