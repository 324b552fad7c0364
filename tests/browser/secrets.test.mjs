// The search that every file ends with finds what it is meant to find.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Secrets } from "./lib/secrets.mjs";

test("R83 a name, a token and a key in a log are found, and the message does not repeat them", () => {
  const secrets = new Secrets();
  secrets.add("bearer token", "0123456789abcdef");
  for (const leak of ["order of hanako@example.jp", "authorization: 0123456789abcdef", "GET /result?amazonCheckoutSessionId=1"]) {
    assert.throws(() => secrets.refuseIn([{ where: "noren", text: `fine\n${leak}\nfine` }]), (error) => !/hanako|0123456789abcdef/.test(error.message));
  }
  secrets.refuseIn([{ where: "noren", text: "an order was placed order.id=01a20c" }]);
});

test("R83 a database may hold whom the order is for, and no token", () => {
  const secrets = new Secrets();
  secrets.add("bearer token", "0123456789abcdef");
  secrets.refuseIn([{ where: "noren.db", text: "見本町", isDatabase: true }]);
  assert.throws(() => secrets.refuseIn([{ where: "noren.db", text: "\u00000123456789abcdef", isDatabase: true }]), /bearer token/);
});
