// The main job on PostgreSQL.
import { mainJob } from "./lib/main-job.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld({ postgres: true });

test("R80 the whole purchase and its capture on PostgreSQL", async (world) => {
  await mainJob(world);
});

proveNothingPersonalWasWritten();
