import { report } from "./data.js";
import { element, link } from "./elements.js";
import { changesPage, keysPage, principalsPage } from "./lists.js";
import { matrixPage } from "./matrix.js";
import { accountPage } from "./pages.js";
import { policyPage } from "./policies.js";
import { principalPage } from "./principal.js";
import { unmanagedPage } from "./unmanaged.js";
import { counted } from "./words.js";

/** The pages that the head names. Each answers a question of a review. */
const QUESTIONS = [
  ["#accounts", "Accounts"],
  ["#accounts?boundary=none", "Without a boundary"],
  ["#principals", "Who has access"],
  ["#principals?only=vendors", "What vendors reach"],
  ["#keys", "Who reads keys"],
  ["#changes", "What has changed"],
  ["#unmanaged", "Not managed"],
];

const main = element("main", { id: "main", tabindex: "-1" });

function head() {
  const { deployment, accounts, made_on: madeOn, since } = report;
  const listed = accounts.filter(({ is_listed: isListed }) => isListed).length;
  return element(
    "header",
    { class: "top" },
    link("#main", "Skip to the contents"),
    element(
      "div",
      { class: "title" },
      element("strong", {}, "Access report"),
      element(
        "span",
        {},
        `${deployment.name}, ${counted(listed, "account")}, ${madeOn}`,
        since !== null && `, since ${since.ref}`,
      ),
    ),
    element(
      "nav",
      { "aria-label": "Questions" },
      QUESTIONS.map(([address, text]) => link(address, text)),
    ),
  );
}

/** What the part after # asks for: a view, a name, and the filter. */
function asked() {
  const [path = "", query = ""] = location.hash.slice(1).split("?");
  const [view = "", name = ""] = path.split("/");
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    // A fragment that somebody typed: it is no name of the report.
  }
  return { view: view || "accounts", name: decoded, filter: Object.fromEntries(new URLSearchParams(query)) };
}

/** Writes the filter into the address, so that a link keeps it. The page stays as it is. */
function keepFilter(view) {
  return (filter) => {
    const given = Object.entries(filter).filter(([, value]) => value);
    const query = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
    history.replaceState(null, "", `#${view}${query}`);
    markQuestion();
  };
}

function contentOf({ view, name, filter }) {
  switch (view) {
    case "accounts":
      return matrixPage(filter, keepFilter(view));
    case "principals":
      return principalsPage(filter, keepFilter(view));
    case "keys":
      return keysPage(filter, keepFilter(view));
    case "changes":
      return changesPage(filter, keepFilter(view));
    case "unmanaged":
      return unmanagedPage();
    case "account":
      return accountPage(name);
    case "principal":
      return principalPage(name);
    case "policy":
      return policyPage(name);
    default:
      return undefined;
  }
}

function markQuestion() {
  const here = location.hash === "" ? "#accounts" : location.hash;
  for (const question of document.querySelectorAll("nav a")) {
    if (question.getAttribute("href") === here) {
      question.setAttribute("aria-current", "page");
    } else {
      question.removeAttribute("aria-current");
    }
  }
}

function show(isFirst) {
  const { view, name, filter } = asked();
  if (view === "main") {
    main.focus();
    return;
  }
  const content = contentOf({ view, name, filter }) ?? [
    element("h1", { tabindex: "-1" }, "Not in this report"),
    element("p", {}, "The report has no such page. ", link("#accounts", "Show all accounts")),
  ];
  main.replaceChildren(element("div", { class: `view ${view}` }, content));
  const title = main.querySelector("h1");
  document.title = `${title.textContent} – Access report`;
  markQuestion();
  const part = filter.kind === undefined ? null : document.getElementById(`kind-${filter.kind}`);
  if (part !== null && view === "account") {
    part.querySelector("h2").focus({ preventScroll: true });
    part.scrollIntoView();
  } else {
    scrollTo(0, 0);
    if (!isFirst) {
      title.focus({ preventScroll: true });
    }
  }
}

document.body.append(head(), main);
addEventListener("hashchange", () => show(false));
addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.("input, select, textarea");
  const search = document.getElementById("search");
  if (event.key === "/" && !isTyping && search !== null) {
    event.preventDefault();
    search.focus();
  }
});

/** On paper nothing can be opened, so all is. */
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.dataset.printed = "";
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-printed]")) {
    delete details.dataset.printed;
    details.open = false;
  }
});
show(true);
