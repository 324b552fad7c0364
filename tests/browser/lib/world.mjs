// One test file's own world: simulator, Noren with a fresh database, demo shop, one Chromium. Start at `openWorld`.
import { after, before, test as nodeTest } from "node:test";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Browsers } from "./browser.mjs";
import { firstOffset } from "./calendar.mjs";
import { ask } from "./http.mjs";
import { Program } from "./process.mjs";
import { Secrets } from "./secrets.mjs";
import { Simulator } from "./simulator.mjs";
import { freePort, freePorts, until } from "./wait.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const DEMO_SHOP = join(ROOT, "tests/demo-shop");
const from = (name, otherwise) => process.env[name] ?? join(ROOT, otherwise);
const PROGRAMS = {
  noren: from("NOREN_BIN", "target/debug/noren"),
  simulator: from("SIMULATOR_BIN", "target/debug/simulator"),
  xtask: from("XTASK_BIN", "target/debug/xtask"),
};
/** As the demo shop's seed names it. */
const MERCHANT = {
  id: "A1SIMULATOR0001",
  store: "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
  key: "SANDBOX-AEDEMO0000000000000000001",
};
const DIST = from("NOREN_DIST", "dist");

/**
 * A world for one file, and the `test` that runs in it: each test gets the world and may open as many browsers
 * of people as it needs; what any page complained of and was not expected fails it.
 * `postgres`: on a database of its own in the run's cluster. `seed`: changes the seed's text. `noren`: more flags for Noren.
 */
export function openWorld(options = {}) {
  const world = new World(options);
  before(() => world.start());
  after(() => world.stop());
  const test = (title, body) =>
    nodeTest(title, async (context) => {
      try {
        await body(world, context);
        world.browsers.complainIfUnexpected();
      } catch (error) {
        await world.browsers.keepPictures(title);
        error.message += world.lastWords();
        throw error;
      } finally {
        await world.browsers.closeAll();
        await world.simulator?.clearFaults();
      }
    });
  /** Last in every file: R83 over all that this file's processes wrote, every refusal they answered, and the database's bytes. */
  const proveNothingPersonalWasWritten = () =>
    nodeTest("R83 no name, address, token or key stands in what the programs wrote or refused with, no secret in the database", async () => {
      await world.readMetrics();
      await world.stopPrograms();
      world.secrets.refuseIn([...world.everythingWritten(), ...world.storedBytes()]);
    });
  return { world, test, proveNothingPersonalWasWritten };
}

export class World {
  secrets = new Secrets();
  #programs = [];
  #offset = 0;
  #answers = [];

  constructor(options) {
    this.options = options;
    this.browsers = new Browsers(this);
  }

  async start() {
    this.folder = mkdtempSync(join(tmpdir(), "noren-browser-"));
    const ports = await freePorts(3);
    [this.shop, this.noren, this.amazon] = ["shop", "noren", "amazon"].map((name, at) => `http://${name}.localhost:${ports[at]}`);
    this.ports = { shop: ports[0], noren: ports[1], amazon: ports[2] };
    this.clock = join(this.folder, "clock");
    this.moveClock(firstOffset());
    this.database = this.options.postgres ? await newPostgres() : `sqlite:${join(this.folder, "noren.db")}`;
    this.#writeSeed();
    await this.startSimulator();
    await this.startNoren();
    await this.startShop();
    await this.browsers.launch();
  }

  #writeSeed() {
    // The demo's own pair is in the repository; here every world draws a new one, so that none can be searched for in vain.
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    this.publicKey = publicKey.export({ type: "spki", format: "pem" });
    this.secrets.add("private key", ...pem.split("\n").filter((line) => line.length === 64));
    writeFileSync(join(this.folder, "demo-key.pem"), pem);
    writeFileSync(join(this.folder, "demo-key.pub.pem"), this.publicKey);
    let seed = readFileSync(join(DEMO_SHOP, "seed.toml"), "utf8");
    for (const [word, origin] of [["__SHOP__", this.shop], ["__NOREN__", this.noren], ["__AMAZON__", this.amazon]]) seed = seed.replaceAll(word, origin);
    seed = this.options.seed?.(seed, this) ?? seed;
    for (const [, secret] of seed.matchAll(/^secret = "(.+)"$/gm)) this.secrets.add("cart secret", secret);
    this.seed = join(this.folder, "seed.toml");
    writeFileSync(this.seed, seed);
  }

  async startSimulator() {
    this.simulatorProgram = this.#started("simulator", PROGRAMS.simulator, [
      "--listen", `127.0.0.1:${this.ports.amazon}`,
      "--public-url", this.amazon,
      "--clock", this.clock,
      "--merchant-id", MERCHANT.id,
      "--store-id", MERCHANT.store,
      "--public-key-id", MERCHANT.key,
      "--public-key", join(this.folder, "demo-key.pub.pem"),
      "--notification-url", `${this.noren}/notifications/demo/demo-notifications`,
    ]);
    await this.simulatorProgram.line(/^listening: /);
    this.simulator = new Simulator(this.amazon);
  }

  async startNoren(...more) {
    this.norenProgram = this.#started("noren", PROGRAMS.noren, [
      "--listen", `127.0.0.1:${this.ports.noren}`,
      "--public-url", this.noren,
      "--database", this.database,
      "--simulator", this.amazon,
      "--pages", DIST,
      "--clock", this.clock,
      "--seed", this.seed,
      "--master-key", join(this.folder, "master.key"),
      ...(this.options.noren ?? []),
      ...more,
    ]);
    await this.norenProgram.line(/^listening: /);
    const master = readFileSync(join(this.folder, "master.key"));
    this.secrets.add("master key", master.toString("latin1").trim(), master.toString("hex"), master.toString("base64").replace(/=+$/, ""));
    await until("Noren is ready", async () => (await ask(`${this.noren}/health`)).status === 200);
  }

  async startShop(...more) {
    this.shopProgram = this.#started("shop", PROGRAMS.xtask, [
      "serve-shop", "--port", String(this.ports.shop), "--noren", this.noren, "--amazon", this.amazon, ...(more.includes("--root") ? [] : ["--root", DEMO_SHOP]), ...more,
    ]);
    await this.shopProgram.line(/^listening on /);
  }

  #started(name, file, args) {
    const program = new Program(name, file, args);
    this.#programs.push(program);
    return program;
  }

  /** A second shop server with another policy; its origin. */
  async anotherShop(...flags) {
    const port = await freePort();
    const program = this.#started("shop", PROGRAMS.xtask, ["serve-shop", "--port", String(port), "--noren", this.noren, "--amazon", this.amazon, "--root", DEMO_SHOP, ...flags]);
    return program.line(/^listening on (\S+)/);
  }

  /** Noren's one-time link for the first operator. */
  firstOperatorLink() {
    return this.norenProgram.line(/^first operator: (\S+)/);
  }

  /** Business time, in milliseconds. */
  now() {
    return Date.now() + this.#offset;
  }

  /** Moves the clock of Noren and of the simulator forward by `ms`, in all. */
  moveClock(ms) {
    this.#offset += ms;
    const next = join(this.folder, "clock.next");
    writeFileSync(next, String(this.#offset));
    renameSync(next, this.clock);
  }

  /** What Noren said to a browser, kept for the search at the end when it was a refusal. */
  heard(what) {
    this.#answers.push(what);
  }

  async readMetrics() {
    for (const path of ["/metrics", "/health", "/health/ready"]) {
      // A test may have ended Noren; what it wrote is searched all the same.
      const answer = await ask(this.noren + path).catch(() => null);
      if (answer) this.heard(`${path}\n${answer.text}`);
    }
  }

  everythingWritten() {
    return [
      ...this.#programs.map((program) => ({
        where: program.name,
        // The one secret a program is meant to print: the link of the first operator.
        text: program.written.replaceAll(/^first operator: .*$/gm, ""),
      })),
      ...this.#answers.map((text) => ({ where: "an answer of Noren", text })),
    ];
  }

  /** The SQLite file and what belongs to it, byte for byte: secrets are there encrypted or as hashes only. */
  storedBytes() {
    if (this.options.postgres) return [];
    const files = readdirSync(this.folder).filter((name) => name.startsWith("noren.db"));
    return files.map((name) => ({ where: name, text: readFileSync(join(this.folder, name), "latin1"), isDatabase: true }));
  }

  lastWords() {
    return this.#programs.map((program) => `\n--- ${program.name}${program.how ? ` (ended: ${program.how})` : ""}\n${program.written.split("\n").slice(-12).join("\n")}`).join("");
  }

  async stopPrograms() {
    const failed = [];
    for (const program of this.#programs.reverse()) await program.stop().catch((error) => failed.push(error.message));
    if (failed.length > 0) throw new Error(failed.join("\n"));
  }

  async stop() {
    await this.browsers.end();
    try {
      await this.stopPrograms();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

/** A database of its own in the run's cluster; the cluster goes away with the run. */
async function newPostgres() {
  const base = process.env.NOREN_TEST_POSTGRES;
  if (!base) throw new Error("NOREN_TEST_POSTGRES is not set: run `cargo xtask test --only browser`, or set it to a postgres://… address of a throw-away server");
  const name = `browser_${randomBytes(6).toString("hex")}`;
  await promisify(execFile)("psql", ["--no-psqlrc", "--quiet", "--dbname", base, "--command", `create database ${name} template template0 encoding 'UTF8'`]);
  const address = new URL(base);
  address.pathname = `/${name}`;
  return address.href;
}
