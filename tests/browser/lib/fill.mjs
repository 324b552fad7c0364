// A thousand rows of everything into a running world, by the program that the Rust tests' stores stand behind.
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const FILL = join(dirname(process.env.NOREN_BIN ?? "target/debug/noren"), "fill");

/** Fills the world's shop; there has to be an operator. Noren is ended for it, because its database belongs to one program. */
export async function fill(world, count = 1000) {
  await world.norenProgram.stop();
  await promisify(execFile)(FILL, [world.database, String(count), String(world.now())]);
  await world.startNoren();
}
