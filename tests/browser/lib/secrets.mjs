// What nobody may ever write down, and the search for it (R83).

/** Names, addresses, mails and phones of the simulator's test buyers, and what a person types in these tests. */
const PERSONAL = [
  "花子", "見本太郎", "ﾐﾎﾝ", "ミホン", "Müller", "Anna Example", "寿限無", "onerror",
  "hanako@example.jp", "taro@example.jp", "taro2@example.jp", "anna@example.com", "long@example.jp", "attacker@example.jp",
  "0312345678", "03-1234-5678", "+81312345678", "090-1234-5678", "09012345678", "０９０１２３４５６７８", "０６－１２３４－５６７８", "0612345678", "011-123-4567", "0111234567", "098-123-4567", "0981234567",
  "見本町", "見本ビル", "Mihoncho", "見本商事", "見本条", "見本の長い", "那覇市",
  "****1111", "****4444", "(Amazon Pay)",
];
/** Query parameters that carry a secret or lead to a person. */
const QUERIES = ["buyerToken=", "amazonCheckoutSessionId=", "noren_state="];
/** Shorter ones would be found by chance. */
const SHORTEST = 6;
/** What a database is for; everything else is not even there. */
const KEPT = ["personal data", "a query that carries a secret"];

export class Secrets {
  #values = new Map();

  constructor() {
    for (const word of PERSONAL) this.#values.set(word, "personal data");
    for (const word of QUERIES) this.#values.set(word, "a query that carries a secret");
  }

  /** Remembers that `values` must never be written. */
  add(kind, ...values) {
    for (const value of values) if (value && value.length >= SHORTEST) this.#values.set(value, kind);
  }

  /** The kinds that are looked for. */
  get kinds() {
    return new Set(this.#values.values());
  }

  /** Fails if any of `texts` holds any of them; the message names kind and place and never the value. */
  refuseIn(texts) {
    const found = [];
    for (const { where, text, isDatabase = false } of texts) {
      for (const [value, kind] of this.#values) {
        if (isDatabase && KEPT.includes(kind)) continue;
        const at = text.indexOf(value);
        if (at < 0) continue;
        if (isDatabase) {
          found.push(`${kind} in ${where}`);
          continue;
        }
        const line = text.slice(text.lastIndexOf("\n", at) + 1, text.indexOf("\n", at) < 0 ? undefined : text.indexOf("\n", at));
        found.push(`${kind} in ${where}: ${line.replaceAll(value, "█████").slice(0, 300)}`);
      }
    }
    if (found.length > 0) throw new Error(`written down:\n${[...new Set(found)].slice(0, 20).join("\n")}`);
  }
}
