// Japan's calendar from the moment on at which worlds begin, for tests that must hold whatever the date.
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const JAPAN = 9 * HOUR;
const WEEKDAYS = "日月火水木金土";

/**
 * What the clocks of a world add to the machine's, ms: up to `NOREN_TEST_NOW`, so that the suites can be run on the days
 * that calendars are odd on; else nothing, but past the last ten minutes of a day in Japan.
 */
export function firstOffset() {
  const begin = process.env.NOREN_TEST_NOW;
  if (begin) return Date.parse(begin) - Date.now();
  const left = DAY - ((Date.now() + JAPAN) % DAY);
  return left < 600_000 ? left + 1_000 : 0;
}

const FIRST_OFFSET = firstOffset();
/** Now, in a world that has moved no clock. */
export const now = () => Date.now() + FIRST_OFFSET;

/** Year, month (0 to 11) and the rest of the date in Japan at a moment, as a Date whose UTC fields are Japan's. */
const inJapan = (at) => new Date(at + JAPAN);

/** How long it is until an hour after Japan's next month begins, ms. */
export function untilNextMonth(from = now()) {
  const japan = inJapan(from);
  return Date.UTC(japan.getUTCFullYear(), japan.getUTCMonth() + 1, 1) + HOUR - japan.getTime();
}

/** The 15th, so many months after Japan's present one: as a date field takes it, and as pages write it. */
export function fifteenth(months, from = now()) {
  const japan = inJapan(from);
  const day = new Date(Date.UTC(japan.getUTCFullYear(), japan.getUTCMonth() + months, 15));
  const short = `${day.getUTCMonth() + 1}月15日(${WEEKDAYS[day.getUTCDay()]})`;
  return { iso: day.toISOString().slice(0, 10), short, long: `${day.getUTCFullYear()}年${short}` };
}
