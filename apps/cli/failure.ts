type Words = Readonly<{ title: string; detail: string; advice: string }>;

/** What is wrong, where, and what to do, as a server or this program says it. */
export type BothWords = Readonly<{ zh: Words; en: Words }>;

/** What was typed cannot be meant: the command line says so and ends with 2. */
export class UsageError extends Error {
  constructor(zh: string, en: string) {
    super(`${zh} · ${en}`);
    this.name = 'UsageError';
  }
}

/** The server's "no", or none at all: what is wrong and what to do; the process ends with 1. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    readonly title: string,
    readonly advice: string,
    readonly facts: Readonly<Record<string, string>> = {},
  ) {
    super(`${title} [${code}]`);
    this.name = 'Failure';
  }
}

/** A coded "no" in both languages, each with what it is about. */
export function bothFailure(
  code: string,
  { zh, en }: BothWords,
  facts: Readonly<Record<string, string>>,
): Failure {
  return new Failure(code, `${zh.detail} · ${en.detail}`, `${zh.advice} · ${en.advice}`, facts);
}
