/**
 * An element. Its children are elements and texts, and a text is never read as HTML. An attribute that is false or
 * undefined is left out.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  for (const child of children.flat(Number.POSITIVE_INFINITY)) {
    if (child !== undefined && child !== null && child !== false && child !== "") {
      made.append(child instanceof Node ? child : visible(String(child)));
    }
  }
  return made;
}

/** Characters that are not seen, or turn a text around, as their code. */
function visible(text) {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0).toString(16);
    return `\\u{${code}}`;
  });
}

/** A link within the page. */
export function link(address, ...children) {
  return element("a", { href: address }, ...children);
}

/** A word on a coloured ground. */
export function chip(tone, ...children) {
  return element("span", { class: `chip ${tone}` }, ...children);
}

export function code(...children) {
  return element("code", {}, ...children);
}

/** A table. Each cell of a row is what `element` takes as children; narrow windows show the heads beside the cells. */
export function table(caption, heads, rows, { className = "", isCaptionHidden = false } = {}) {
  return element(
    "div",
    { class: "scroll" },
    element(
      "table",
      { class: className || false, role: "table" },
      element("caption", { class: isCaptionHidden && "hidden" }, caption),
      element(
        "thead",
        { role: "rowgroup" },
        element(
          "tr",
          { role: "row" },
          heads.map((head) => element("th", { scope: "col", role: "columnheader" }, head)),
        ),
      ),
      element(
        "tbody",
        { role: "rowgroup" },
        rows.map((cells) =>
          element(
            "tr",
            { role: "row" },
            cells.map((cell, index) => tableCell(heads[index], cell)),
          ),
        ),
      ),
    ),
  );
}

/** A cell with its head, and nothing in it where its content is nothing. */
function tableCell(head, content) {
  const inner = element("div", {}, content);
  return element("td", { role: "cell", "data-head": head }, inner.hasChildNodes() && inner);
}
