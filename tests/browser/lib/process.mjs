// A program of ours, started for a test: everything it writes is kept, and it ends with the test whatever happens.
import { spawn } from "node:child_process";

const PATIENCE = 30_000;
const running = new Set();

// The runner itself may be ended: nothing of ours may outlive it.
process.on("exit", () => {
  for (const program of running) program.kill();
});
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
  process.on(signal, () => process.exit(code));
}

export class Program {
  #child;
  #lines = [];
  #watchers = new Set();
  #ended;

  /** Starts `file` with `args`; `name` is used in messages. */
  constructor(name, file, args, env = {}) {
    this.name = name;
    this.#child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#read(stream);
    this.#ended = new Promise((resolve) => {
      const end = (why) => {
        running.delete(this);
        this.how = why;
        for (const look of this.#watchers) look();
        resolve();
      };
      this.#child.on("error", (error) => end(String(error)));
      this.#child.on("close", (code, signal) => end(signal ?? `code ${code}`));
    });
  }

  #read(stream) {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      this.#lines.push(...lines);
      for (const look of this.#watchers) look();
    });
    stream.on("close", () => rest && this.#lines.push(rest));
  }

  /** Everything written so far, both streams. */
  get written() {
    return this.#lines.join("\n");
  }

  /** The first group of `pattern` in a line written by now or later. */
  line(pattern) {
    return new Promise((resolve, reject) => {
      const give = (settle, value) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle(value);
      };
      const look = () => {
        for (const line of this.#lines) {
          const found = pattern.exec(line);
          if (found) return give(resolve, found[1] ?? found[0]);
        }
        if (this.how) give(reject, new Error(`${this.name} ended (${this.how}) before it wrote ${pattern}:\n${this.written}`));
      };
      const timer = setTimeout(() => give(reject, new Error(`${this.name} never wrote ${pattern}:\n${this.written}`)), PATIENCE);
      this.#watchers.add(look);
      look();
    });
  }

  /** Asks it to end and waits; one that does not listen is killed, and that is an error. */
  async stop() {
    if (this.how) return;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), PATIENCE);
    await this.#ended;
    clearTimeout(timer);
    if (this.how === "SIGKILL") throw new Error(`${this.name} did not end when asked:\n${this.written.slice(-4000)}`);
  }

  /** Ends it at once, as a power cut would. */
  kill() {
    this.#child.kill("SIGKILL");
  }

  /** Ends it at once and waits until it is gone. */
  async cut() {
    this.kill();
    await this.#ended;
  }
}
