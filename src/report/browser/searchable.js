import { element, table } from "./elements.js";
import { matches } from "./search.js";
import { counted } from "./words.js";

/** More rows make a page slow, and nobody reads them: the search finds the others. */
const MOST_ROWS = 1000;

/**
 * A list with a search over its rows: `rowOf` makes the cells of an item, and `searchedOf` says what of it is
 * searched. `onSearch` is told what is searched for.
 */
export function searchable({ title, lead, heads, items, rowOf, searchedOf, none, search = "" }, onSearch) {
  const input = element("input", {
    type: "search",
    id: "search",
    value: search,
    autocomplete: "off",
    spellcheck: "false",
  });
  const count = element("p", { class: "count", role: "status" });
  const list = element("div");
  const texts = items.map((item) => JSON.stringify(searchedOf(item)).toLowerCase());
  const fill = () => {
    const found = items.filter((_, index) => matches(texts[index], input.value));
    const rows = found.slice(0, MOST_ROWS).map(rowOf);
    list.replaceChildren(table(title, heads, rows, { isCaptionHidden: true }));
    count.textContent = countText(found.length, items.length);
  };
  const bar = element(
    "form",
    { class: "filters", role: "search" },
    element("label", { class: "wide" }, element("span", {}, "Search"), input),
  );
  bar.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    onSearch({ search: input.value });
    fill();
  });
  fill();
  return [
    element("h1", { tabindex: "-1" }, title),
    element("p", { class: "lead" }, lead),
    items.length === 0 ? element("p", { class: "notice" }, none) : [bar, count, list],
  ];
}

/** "12 of 4,000 rows". */
function countText(found, all) {
  const number =
    found === all ? counted(all, "row") : `${found.toLocaleString("en")} of ${counted(all, "row")}`;
  const rest = found - MOST_ROWS;
  return rest > 0
    ? `${number}; the first ${counted(MOST_ROWS, "row")} are here, so search for the others`
    : number;
}
