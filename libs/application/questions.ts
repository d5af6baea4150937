import { Refusal, type RefusalCode } from '#domain/refusal.js';

/** What one thread asks of another; the name says what is to be done. */
export type Task<Name extends string = string> = Readonly<{
  no: number;
  name: Name;
  args: readonly unknown[];
}>;

/** A refusal crosses with its code and facts, everything else that fails as a fault. */
export type Answer = Readonly<{ no: number }> &
  (
    | Readonly<{ result: unknown }>
    | Readonly<{ refusal: Readonly<{ code: RefusalCode; facts: Refusal['facts'] }> }>
    | Readonly<{ fault: Fault }>
  );

/**
 * A fault's code says whether it passes, and its name and stack where it came about; an error that
 * is copied to another thread loses them.
 */
type Fault = Readonly<{ name: string; message: string; stack?: string; code?: string }>;

/** A thread hears tasks that it is to do, and answers to those that it asked. */
export type Message<Name extends string> =
  Readonly<{ task: Task<Name> }> | Readonly<{ answer: Answer }>;

type Waiting = Readonly<{ resolve: (result: unknown) => void; reject: (fault: Error) => void }>;

/** Tasks that another thread was asked to do and has not answered yet. */
export class Questions<Name extends string> {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  constructor(private readonly send: (message: Message<Name>) => void) {}

  get open(): number {
    return this.waiting.size;
  }

  ask(name: Name, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.asked += 1;
      this.waiting.set(this.asked, { resolve, reject });
      this.send({ task: { no: this.asked, name, args } });
    });
  }

  answered(answer: Answer): void {
    const waiting = this.waiting.get(answer.no);
    this.waiting.delete(answer.no);
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(errorOf(answer));
  }

  /** Nobody is there any more who would answer. */
  lost(fault: Error): void {
    for (const { reject } of this.waiting.values()) reject(fault);
    this.waiting.clear();
  }
}

/** Does a task and makes the answer that crosses to the other thread. */
export async function answerTo({ no }: Task, work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { no, result: await work() };
  } catch (error) {
    if (!(error instanceof Refusal)) return { no, fault: faultOf(error) };
    const { code, facts } = error;
    return { no, refusal: { code, facts } };
  }
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return {
    ...{ name, message },
    ...(stack === undefined ? {} : { stack }),
    ...('code' in error ? { code: String(error.code) } : {}),
  };
}

function errorOf(answer: Exclude<Answer, { result: unknown }>): Error {
  if ('refusal' in answer) return new Refusal(answer.refusal.code, answer.refusal.facts);
  return Object.assign(new Error(answer.fault.message), answer.fault);
}
