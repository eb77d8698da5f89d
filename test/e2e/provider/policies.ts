import { meaning, parseJson, sorted } from "../../support/policy-meaning";

/** Whether two policy documents mean the same to the provider. */
export function equivalent(left: string, right: string): boolean {
  const [one, other] = [meaning(left), meaning(right)];
  return one !== undefined && one === other;
}

/** The document as the provider keeps and sends it: no white space, keys sorted. What is no JSON stays as it is. */
export function normalized(document: string): string {
  const parsed = parseJson(document);
  return parsed === undefined ? document : escaped(JSON.stringify(sorted(parsed)));
}

/** As Go's encoder writes it, which the provider sends policies through. */
function escaped(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether the text is a JSON object, which the provider asks of every policy before it calls AWS. */
export function isDocument(text: string): boolean {
  const parsed = parseJson(text);
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
}
