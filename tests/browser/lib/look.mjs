// What stands on a page, in one line each.
import assert from "node:assert/strict";

/** The page shows `text` somewhere a person can see. */
export async function expectText(page, text) {
  await page.getByText(text).first().waitFor();
}

/** All text a person can read in `where`, open shadow roots included. */
export function visibleText(page, where = "body") {
  return page.evaluate((where) => {
    const read = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      if (["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT"].includes(node.nodeName)) return "";
      if (node.nodeName === "SLOT") return [...node.assignedNodes({ flatten: true })].map(read).join("");
      const inside = node.shadowRoot ?? node;
      return [...inside.childNodes].map(read).join("") + " ";
    };
    return read(document.querySelector(where)).replaceAll(/\s+/g, " ").trim();
  }, where);
}

/** Nothing of any person stands on the page, in its markup or its address. */
export async function proveNothingPersonal(page, words) {
  const everything = `${await visibleText(page)}\n${await page.content()}\n${page.url()}`;
  for (const word of words) assert.ok(!everything.includes(word), `the page shows ${word}`);
}
