// What a shop's own server does: it signs a cart (JWS, HS256).
import { createHmac, randomUUID } from "node:crypto";
import { now } from "./calendar.mjs";

const DEMO_SECRETS = {
  k1: Buffer.from("a29tb3JlYmktY29mZmVlLWRlbW8tY2FydC1zZWNyZXQtMDE=", "base64"),
  k2: Buffer.from("a29tb3JlYmktY29mZmVlLWRlbW8tY2FydC1zZWNyZXQtMDI=", "base64"),
};
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token for `cart` as the demo shop's server would sign it; `claims` and `header` replace what it would say. */
export function signCart(cart, { claims = {}, header = {}, secret } = {}) {
  const head = { alg: "HS256", typ: "JWT", kid: "k1", ...header };
  const body = {
    iss: "demo",
    aud: "noren",
    exp: Math.floor(now() / 1000) + 1800,
    cart_id: `estimate-${randomUUID()}`,
    ...cart,
    ...claims,
  };
  const signed = `${encode(head)}.${encode(body)}`;
  const signature = createHmac("sha256", secret ?? DEMO_SECRETS[head.kid]).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}
