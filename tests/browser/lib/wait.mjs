// Waiting for a condition, never for a time.

/** Asks `question` until it answers something truthy; what it last threw or answered is told when patience ends. */
export async function until(what, question, patience = 30_000) {
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

/** Ports nobody listens on; none is let go before all are drawn, so that none comes twice. */
export async function freePorts(count) {
  const { createServer } = await import("node:net");
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** One of them. */
export const freePort = async () => (await freePorts(1))[0];
