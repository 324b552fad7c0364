// The main job on SQLite, through every page of it.
import { mainJob } from "./lib/main-job.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();

test("R4 R6 R28 R34 R73 a purchase from the product page to the captured charge, with the same yen everywhere", async (world) => {
  await mainJob(world);
});

proveNothingPersonalWasWritten();
