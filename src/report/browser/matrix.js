import { changesIn, isUnbounded, KINDS, report, statementsOf } from "./data.js";
import { chip, element, link } from "./elements.js";
import { kindAddress } from "./identities.js";
import { isFound } from "./search.js";
import { accountLink, changeChips, counted } from "./words.js";

/** What a cell of the matrix says of the roles and users of one kind in one account. */
const CELLS = {
  monitoring_role: ({ permissions }, found) =>
    found.map(({ name, uses }, index) => [
      index === 0 ? permissions : `, ${name}`,
      uses.length > 1 && element("span", { class: "muted" }, ` +${counted(uses.length - 1, "caller")}`),
    ]),
  aurora_key: (_, found) => found.map(keyText),
  teleport: (_, found) => found.map(loginsText),
  agent_role: (_, found) => found.map(({ name }) => agentName(name)).join(", "),
  agent_key: (_, found) =>
    found.map((identity, index) => [index > 0 && ", ", agentName(identity.name), " ", keyText(identity)]),
  third_party: (_, found) => found.map(({ name }) => name.replace(/-monitoring$/, "")).join(", "),
  team_module: ({ modules }) => modules.map(({ name }) => name).join(", "),
  source_role: (_, found) => found.map(({ name }) => name).join(", "),
};

function agentName(name) {
  return name.replace(/^CloudWatchAgent(.+?)(?:Role|User)$/, "$1").toLowerCase();
}

/** The newest generation, and whether the key works from everywhere or from what the file names. */
function keyText({ keys }) {
  const sources = keys.allowed_source_ips.length + keys.allowed_source_vpcs.length;
  return [
    `key ${keys.generation}`,
    sources > 0 && element("span", { class: "muted" }, `, from ${counted(sources, "source")}`),
  ];
}

function loginsText({ policies }) {
  const resources = policies.flatMap(({ document: id }) =>
    id === null
      ? []
      : statementsOf(report.documents[id].policy).flatMap(({ Action, Resource }) =>
          [Action].flat().includes("rds-db:connect") ? [Resource].flat() : [],
        ),
  );
  const isAny = resources.some((resource) => resource.endsWith("/*"));
  return [counted(resources.length, "login"), isAny && [" ", chip("warn", "any user")]];
}

/** The columns that some account fills: a column of nothing says nothing. */
const shownKinds = Object.keys(KINDS).filter((kind) =>
  report.accounts.some((account) => hasKind(account, kind)),
);

export function hasKind({ identities, modules }, kind) {
  return kind === "team_module"
    ? modules.length > 0
    : identities.some(({ grant_kind }) => grant_kind === kind);
}

function boundaryCell({ identities }) {
  const made = identities.filter(({ origin }) => origin === "made");
  const without = made.filter(isUnbounded).length;
  if (made.length === 0) {
    return undefined;
  }
  return without === 0
    ? chip("good", "yes")
    : chip("bad", without === made.length ? "none" : `${without} of ${made.length} without`);
}

function accountRow(account) {
  const { account_id: id, stack, lifecycle } = account;
  const cell = (head, content, extra = {}) =>
    element("td", { role: "cell", "data-head": head, ...extra }, content ?? "–");
  return element(
    "tr",
    { role: "row" },
    element(
      "th",
      { scope: "row", role: "rowheader" },
      accountLink(account),
      lifecycle !== "active" && [" ", chip("neutral", lifecycle)],
      element("span", { class: "id" }, id),
    ),
    cell("Boundary", boundaryCell(account)),
    report.since === null
      ? undefined
      : cell("Changed", changesIn.has(id) ? element("div", {}, changeChips(changesIn.get(id))) : undefined),
    shownKinds.map((kind) =>
      hasKind(account, kind)
        ? cell(
            KINDS[kind],
            link(
              kindAddress(account, kind),
              CELLS[kind](
                account,
                account.identities.filter(({ grant_kind }) => grant_kind === kind),
              ),
            ),
          )
        : cell(KINDS[kind], undefined, { class: "empty" }),
    ),
    cell("Stack", stack),
  );
}

/** The rows, made once: a filter only hides some of them. */
let rows;

function matrixRows() {
  rows ??= report.accounts.map((account) => ({ account, row: accountRow(account) }));
  return rows;
}

const HEADS = [
  "Account",
  "Boundary",
  ...(report.since === null ? [] : ["Changed"]),
  ...shownKinds.map((kind) => KINDS[kind]),
  "Stack",
];

/** Accounts by kinds of grants. `filter` says which accounts are shown; `onFilter` is told another one. */
export function matrixPage(filter, onFilter) {
  const body = element("tbody", { role: "rowgroup" });
  const count = element("p", { class: "count", role: "status" });
  const fill = (chosen) => {
    const shown = matrixRows().filter(({ account }) => isShown(account, chosen));
    const rowsShown = shown.length === 0 ? [noRow()] : shown.map(({ row }) => row);
    body.replaceChildren(...rowsShown);
    const all = counted(report.accounts.length, "account");
    count.textContent = shown.length === report.accounts.length ? all : `${shown.length} of ${all}`;
  };
  fill(filter);
  body.addEventListener("keydown", moveByArrow);
  return [
    element("h1", { tabindex: "-1" }, "Accounts by what is granted"),
    filterBar(filter, (chosen) => {
      onFilter(chosen);
      fill(chosen);
    }),
    count,
    matrixTable(body),
  ];
}

function noRow() {
  const none = ["No account matches. ", link("#accounts", "Show all accounts")];
  return element("tr", {}, element("td", { colspan: String(HEADS.length), class: "none" }, none));
}

function matrixTable(body) {
  const heads = HEADS.map((head) => element("th", { scope: "col", role: "columnheader" }, head));
  const matrix = element(
    "table",
    { role: "table" },
    element("caption", { class: "hidden" }, "Accounts by kinds of grants"),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, heads)),
    body,
  );
  // Columns of a fixed width: to measure the cells of 1,000 rows takes a second.
  matrix.style.setProperty("--columns", String(HEADS.length - 1));
  const label = "Accounts by kinds of grants";
  return element(
    "div",
    { class: "scroll matrix", tabindex: "0", role: "region", "aria-label": label },
    matrix,
  );
}

function filterBar(filter, onChange) {
  const stacks = [...new Set(report.accounts.map(({ stack }) => stack))].sort();
  const search = element("input", {
    type: "search",
    id: "search",
    value: filter.search,
    placeholder: "Name, id, ARN, vendor, reader …",
    autocomplete: "off",
    spellcheck: "false",
  });
  const stack = choice("stack", filter.stack, [["", "every stack"], ...stacks.map((name) => [name, name])]);
  const kind = choice("kind", filter.kind, [
    ["", "any grant"],
    ...shownKinds.map((name) => [name, KINDS[name]]),
  ]);
  const boundary = tick("boundary", filter.boundary === "none");
  const changed = tick("changed", filter.changed === "yes");
  const bar = element(
    "form",
    { class: "filters", role: "search", "aria-label": "Filter the accounts" },
    element("label", { class: "wide" }, element("span", {}, "Search"), search),
    stacks.length > 1 && element("label", {}, element("span", {}, "Stack"), stack),
    element("label", {}, element("span", {}, "With"), kind),
    element("label", { class: "tick" }, boundary, "Without a boundary"),
    report.since !== null && element("label", { class: "tick" }, changed, "Changed"),
  );
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.addEventListener("input", () =>
    onChange({
      search: search.value,
      stack: stack.value,
      kind: kind.value,
      boundary: boundary.checked ? "none" : "",
      changed: changed.checked ? "yes" : "",
    }),
  );
  return bar;
}

function choice(name, value = "", options) {
  return element(
    "select",
    { name },
    options.map(([option, text]) => element("option", { value: option, selected: option === value }, text)),
  );
}

function tick(name, isOn) {
  return element("input", { type: "checkbox", name, checked: isOn });
}

function isShown(account, { search = "", stack = "", kind = "", boundary = "", changed = "" }) {
  return (
    (stack === "" || account.stack === stack) &&
    (kind === "" || hasKind(account, kind)) &&
    (boundary === "" || account.identities.some(isUnbounded)) &&
    (changed === "" || changesIn.has(account.account_id)) &&
    isFound(account, search)
  );
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Arrows go to the next link in their direction. */
function moveByArrow(event) {
  const step = STEPS[event.key];
  const from = event.target.closest?.("th, td");
  if (step === undefined || !from || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  event.preventDefault();
  const [down, right] = step;
  let [row, column] = [from.parentElement, from.cellIndex];
  for (;;) {
    row = down > 0 ? row.nextElementSibling : down < 0 ? row.previousElementSibling : row;
    column += right;
    const cell = row?.cells[column];
    if (cell === undefined) {
      return;
    }
    const target = cell.querySelector("a");
    if (target) {
      target.focus();
      return;
    }
  }
}
