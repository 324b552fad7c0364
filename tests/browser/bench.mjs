// From navigation to a usable button, on a slow phone, against a plain-JS twin in the same run. `node bench.mjs [RUNS]`.
//
// "Accepts" is the moment from which a click is not lost: it is proved by clicking at that very moment and arriving at
// Amazon. "Complete" is Amazon's own button standing in its place. Prints a table, then one line of JSON.
import { createServer } from "node:http";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { launch, PHONE } from "./lib/browser.mjs";
import { DEMO_SHOP, World } from "./lib/world.mjs";

const RUNS = Number(process.argv[2] ?? 7);
const NETWORK = { offline: false, latency: 165, downloadThroughput: 8.1e6 / 8, uploadThroughput: 8.1e6 / 8 };
const SLOWER = 4;

const world = new World({});
const twinFolder = mkdtempSync(join(tmpdir(), "noren-bench-"));
let twinServer;
let browser;
try {
  await world.start();
  const [origin, server] = await serveTwin();
  twinServer = server;
  browser = await launch();
  const kinds = {
    noren: { address: `${world.shop}/products/yirgacheffe`, element: "noren-button" },
    twin: { address: `${world.shop}/twin`, element: "twin-button" },
  };
  await world.shopProgram.stop();
  makeTwinPage(origin);
  await world.startShop("--root", twinFolder, "--no-csp");

  const runs = { noren: [], twin: [] };
  for (const kind of Object.keys(kinds)) await visit(kinds[kind]); // warms the server's files, not the browser's: each visit has a fresh profile
  for (let run = 0; run < RUNS; run += 1) {
    for (const kind of Object.keys(kinds)) runs[kind].push(await visit(kinds[kind]));
  }
  for (const kind of Object.keys(kinds)) await proveTheClickIsNotLost(kinds[kind]);
  report(runs, await firstPage());
} finally {
  await browser?.close();
  twinServer?.close();
  await world.stop();
  rmSync(twinFolder, { recursive: true, force: true });
}

/** The twin's script from an origin of its own, compressed, with no other work for its server than ours has. */
async function serveTwin() {
  const script = brotliCompressSync(readFileSync(new URL("bench/twin.js", import.meta.url)));
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/javascript", "content-encoding": "br", "access-control-allow-origin": "*" });
    answer.end(script);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [`http://twin.localhost:${server.address().port}`, server];
}

/** The demo shop with one more page: the same product, the twin in the element's place. */
function makeTwinPage(origin) {
  cpSync(DEMO_SHOP, twinFolder, { recursive: true });
  const page = readFileSync(join(DEMO_SHOP, "products/yirgacheffe.html"), "utf8");
  const twin = page
    .replace(/<script async src="__NOREN__\/noren.js"><\/script>/, `<script async src="${origin}/twin.js" data-noren="__NOREN__"></script>`)
    .replace(/<noren-button[^>]*>.*?<\/noren-button>/s, '<twin-button items="yirgacheffe:1"></twin-button>');
  if (!twin.includes("<twin-button") || !twin.includes("twin.js")) throw new Error("the demo shop's product page is not as the twin needs it");
  writeFileSync(join(twinFolder, "twin.html"), twin);
}

async function slowPage() {
  const context = await browser.newContext({ viewport: PHONE, locale: "ja-JP" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return { context, page, session };
}

/** One visit with an empty cache: when a click is accepted, when all is complete, what moved, what came over the wire. */
async function visit({ address, element }) {
  const { context, page, session } = await slowPage();
  let bytes = 0;
  const ours = new Set();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => /noren\.localhost|twin\.localhost/.test(new URL(request.url).hostname) && ours.add(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => ours.has(requestId) && (bytes += encodedDataLength));
  await page.addInitScript((element) => {
    globalThis.__bench = { shift: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.__bench.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
      const host = document.querySelector(element);
      const bench = globalThis.__bench;
      if (!bench.accepts && host?.shadowRoot?.querySelector("button")) bench.accepts = performance.now();
      if (!bench.complete && host?.querySelector("[slot=amazon] button")) bench.complete = performance.now();
      if (!bench.complete) requestAnimationFrame(look);
    };
    look();
  }, element);
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.__bench?.complete, null, { timeout: 60_000 });
  const seen = await page.evaluate(() => globalThis.__bench);
  await context.close();
  return { ...seen, bytes };
}

async function proveTheClickIsNotLost({ address, element }) {
  const { context, page } = await slowPage();
  await page.addInitScript((element) => {
    const look = () => {
      const button = document.querySelector(element)?.shadowRoot?.querySelector("button");
      if (button) button.click();
      else requestAnimationFrame(look);
    };
    look();
  }, element);
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForURL((url) => url.hostname === "amazon.localhost", { timeout: 60_000 });
  await context.close();
}

/**
 * Everything of Noren's that a first visit to the button's page and the hosted review brings, from an empty cache, headers
 * included. A browser keeps one cache per site visited, so the hosted page loads the program a second time.
 */
async function firstPage() {
  const { context, page, session } = await slowPage();
  const parts = new Map();
  const urls = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, new URL(request.url)));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId);
    if (url?.hostname !== "noren.localhost" || encodedDataLength === 0) return;
    const path = url.pathname.replace(/checkouts\/[^/]+/, "checkouts/…");
    const part = parts.get(path) ?? { path, once: encodedDataLength, times: 0 };
    part.times += 1;
    parts.set(path, part);
  });
  await page.goto(`${world.shop}/products/yirgacheffe`);
  await page.locator("noren-button [slot=amazon] button").click();
  await page.locator('[data-test="buyer-hanako"]').click();
  await page.locator('[data-test="continue"]').click();
  await page.getByRole("button", { name: "注文する" }).waitFor({ timeout: 60_000 });
  await context.close();
  return [...parts.values()];
}

function report(runs, parts) {
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const of = (kind, what) => median(runs[kind].map((run) => run[what]));
  const rows = ["noren", "twin"].map((kind) => ({
    page: kind === "noren" ? "Noren" : "plain-JS twin",
    "accepts a click (ms)": Math.round(of(kind, "accepts")),
    "at best": Math.round(Math.min(...runs[kind].map((run) => run.accepts))),
    "complete (ms)": Math.round(of(kind, "complete")),
    "layout shift": of(kind, "shift"),
    "bytes from its origin": of(kind, "bytes"),
  }));
  console.log(`median of ${RUNS} visits, ${NETWORK.latency} ms, 8.1 Mbit/s, CPU ${SLOWER}×, empty cache`);
  console.table(rows);
  const once = parts.reduce((sum, part) => sum + part.once, 0);
  const wire = parts.reduce((sum, part) => sum + part.once * part.times, 0);
  console.log("button page and hosted review, bytes from Noren:");
  console.table([...parts, { path: "each once", once }, { path: "over the wire", once: wire }]);
  const ratio = (what) => of("noren", what) / of("twin", what);
  console.log(`a click is accepted at ${ratio("accepts").toFixed(3)} × the twin's time (target ≤ 1.05), complete at ${ratio("complete").toFixed(3)} ×`);
  console.log(JSON.stringify({ runs: RUNS, accepts_ratio: ratio("accepts"), complete_ratio: ratio("complete"), noren: rows[0], twin: rows[1], first_page_bytes: once, first_page_wire_bytes: wire, every_run: runs }));
}
