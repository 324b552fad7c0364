// Chromium and the people who use it: each a profile of their own, watched for every complaint of a page.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const OUTPUT = join(dirname(fileURLToPath(import.meta.url)), "../output");
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const PATIENCE = 30_000;

/** Where the browser is: CHROMIUM, or the usual places. */
function program() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("no Chromium here: set CHROMIUM to its path");
  return found;
}

export async function launch() {
  return chromium.launch({ executablePath: program(), headless: true, chromiumSandbox: false, args: FLAGS });
}

export class Browsers {
  #browser;
  #people = [];

  constructor(world) {
    this.world = world;
  }

  async launch() {
    this.#browser = await launch();
  }

  /** A person with a browser of their own. `expects`: patterns of complaints that belong to the test. */
  async person({ size = PHONE, language = "ja-JP", expects = [], ...more } = {}) {
    const context = await this.#browser.newContext({ viewport: size, locale: language, timezoneId: "Asia/Tokyo", reducedMotion: "reduce", ...more });
    context.setDefaultTimeout(PATIENCE);
    const person = new Person(this.world, context, [...expects]);
    await person.watch();
    this.#people.push(person);
    return person;
  }

  complainIfUnexpected() {
    const complaints = this.#people.flatMap((person) => person.unexpected());
    if (complaints.length > 0) throw new Error(`a page complained:\n${[...new Set(complaints)].join("\n")}`);
  }

  /** Pictures of what stood on the screens when a test failed. */
  async keepPictures(title) {
    mkdirSync(join(OUTPUT, "failed"), { recursive: true });
    const name = title.replaceAll(/[^\w]+/g, "-").slice(0, 60);
    let at = 0;
    for (const page of this.#people.flatMap((person) => person.context.pages())) {
      // A page that cannot be drawn any more is no reason to lose the error.
      await page.screenshot({ path: join(OUTPUT, "failed", `${name}-${(at += 1)}.png`), timeout: 3000 }).catch(() => {});
    }
  }

  async closeAll() {
    for (const person of this.#people.splice(0)) await person.context.close();
  }

  async end() {
    await this.#browser?.close();
  }
}

export class Person {
  #complaints = [];

  constructor(world, context, expects) {
    this.world = world;
    this.context = context;
    this.expects = expects;
  }

  /** This person expects complaints that match `pattern` from now on. */
  expect(...patterns) {
    this.expects.push(...patterns);
  }

  unexpected() {
    return this.#complaints.filter((complaint) => !this.expects.some((pattern) => pattern.test(complaint)));
  }

  get complaints() {
    return [...this.#complaints];
  }

  async watch() {
    const note = (text) => this.#complaints.push(text);
    await this.context.exposeBinding("__violation", ({ page }, text) => note(`policy: ${text} on ${page.url()}`));
    await this.context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => globalThis.__violation(`${event.effectiveDirective} blocked ${event.blockedURI}`));
      globalThis.__shift = 0;
      globalThis.__shifted = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (entry.hadRecentInput) continue;
          globalThis.__shift += entry.value;
          globalThis.__shifted.push(entry.sources.map((source) => `${source.node?.nodeName}.${source.node?.className ?? ""}: ${Math.round(source.previousRect.y)} → ${Math.round(source.currentRect.y)}`));
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    this.context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    this.context.on("weberror", (error) => note(`page error: ${error.error().stack ?? error.error()}`));
    this.context.on("request", (request) => this.#keepSecrets(request.headers()));
    this.context.on("response", (response) => this.#hear(response).catch(() => {}));
  }

  #keepSecrets(headers) {
    this.world.secrets.add("bearer token", headers.authorization?.replace(/^Bearer /, ""));
    this.world.secrets.add("anti-forgery token", headers["x-noren-csrf"]);
  }

  async #hear(response) {
    if (!response.url().startsWith(this.world.noren)) return;
    const headers = await response.allHeaders();
    for (const [, value] of (headers["set-cookie"] ?? "").matchAll(/^[^=]+=([^;]+)/gm)) this.world.secrets.add("cookie", value);
    if (!headers["content-type"]?.includes("json")) return;
    const text = await response.text();
    for (const [, name, value] of text.matchAll(/"(token|csrf)":"([^"]+)"/g)) this.world.secrets.add(name, value);
    if (response.status() >= 400) this.world.heard(text);
  }

  async open(address) {
    const page = await this.context.newPage();
    await page.goto(address);
    return page;
  }
}

/** How far the page's content moved by itself since it was opened. */
export const shift = (page) => page.evaluate(() => ({ value: globalThis.__shift, what: globalThis.__shifted }));
