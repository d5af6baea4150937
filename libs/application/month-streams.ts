/** What a month is signed and closed by. */
const streams = /^(?:verification|roll|plan|batch|month|pool-month)-/;

/** Whose commands are steps of a month, and set its bulk work off. */
export function isOfMonth(stream: string): boolean {
  return streams.test(stream);
}
