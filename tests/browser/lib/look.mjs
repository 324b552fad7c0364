// What stands on a page, in one line each.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { proveAccessible } from "./axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./browser.mjs";

/** Looks at the page in both sizes: picture, width, axe. All faults are told at once. */
export async function look(page, name) {
  mkdirSync(OUTPUT, { recursive: true });
  const own = page.viewportSize();
  const faults = [];
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(OUTPUT, `${name}-${size.width}.png`), fullPage: true, animations: "disabled" });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) faults.push(`${name} is ${overflow} px too wide at ${size.width} px`);
    await proveAccessible(page, `${name} at ${size.width} px`).catch((error) => faults.push(error.message));
  }
  await page.setViewportSize(own);
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

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
