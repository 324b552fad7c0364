// Waiting for a condition, never for a time.

/** Asks `question` until it answers something truthy; what it last threw or answered is told when patience ends. */
export async function until(what, question, patience = 10_000) {
  const end = performance.now() + patience;
  let last;
  for (;;) {
    try {
      last = await question();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${patience} ms (last: ${last instanceof Error ? last.stack : JSON.stringify(last)})`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** A port nobody listens on. */
export async function freePort() {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
