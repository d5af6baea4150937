import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Act, App } from '#application/app.js';
import { carryOut } from '#application/aside-works.js';
import { batchIdOf, signBatch } from '#application/batches.js';
import { contextOf } from '#application/context.js';
import { derivedId } from '#application/ids.js';
import { cutMonth, openMonth } from '#application/months.js';
import { proposePlan, signPlan } from '#application/plans.js';
import { rollIdOf, signRoll } from '#application/rolls.js';
import { stored } from '#application/stored.js';
import { receiveSignIns } from '#application/verifications.js';
import { batchStream } from '#domain/batch/batch.js';
import { monthStream } from '#domain/month/month.js';
import { officeStream } from '#domain/office/office.js';
import { planStream } from '#domain/plan/plan.js';
import { rollStream } from '#domain/roll/roll.js';
import type { Seen, Signer, Signing } from '#domain/signing/signing.js';
import { day, type Month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { documentsOf } from '#projections/batch-board.js';
import { sheetOf } from '#projections/month-sheet.js';
import type { Cost, Meter } from './measure.js';
import { benchOffice, benchPool, personRefOf } from './seed.js';

const office = benchOffice;
const answer = promisify(execFile);

/** What a month costs, step by step; what stands `beside` is not part of the set-based month. */
export type MonthCost = Readonly<{
  steps: Readonly<Record<string, Cost>>;
  beside: Readonly<Record<string, Cost>>;
}>;

/** An office's month through the use cases, worked by the seven people that it takes. */
export class OurMonth {
  private acts = 0;

  constructor(
    private readonly app: App,
    private readonly meter: Meter,
    private readonly recipients: number,
  ) {}

  async openOffices(on: string): Promise<void> {
    for (const code of [benchPool, office]) {
      const place =
        code === benchPool
          ? { kind: 'pool' as const }
          : { kind: 'county' as const, parent: benchPool };
      const command = {
        type: 'OpenOffice' as const,
        ...{ code, jurisdiction: benchPool, names: { zh: code, en: code }, ...place },
      };
      const act = this.act('intake', on);
      const context = contextOf(act.by, act.commandId, act.on);
      await this.app.transact.run(stored.office, officeStream(code), command, context);
    }
    await this.settle();
  }

  async open(month: Month): Promise<void> {
    await openMonth(this.app, this.act('reconciler', `${month}-01`), { office, month });
    await this.settle();
  }

  /** @throws Error when a line is left out, or the closed sheet is not what everyone was paid */
  async run(month: Month): Promise<MonthCost> {
    const steps: Record<string, Cost> = {};
    const beside: Record<string, Cost> = {};
    const timed = async (into: Record<string, Cost>, name: string, work: () => Promise<void>) => {
      into[name] = await this.meter.cost(work);
    };
    await timed(beside, 'sign-ins', () => this.signIn(month));
    await timed(steps, 'prepare roll', () => this.prepareRoll(month));
    await timed(steps, 'post due', () => this.signRoll(month));
    await timed(beside, 'judge', () => this.judge(month));
    await timed(steps, 'plan', () => this.plan(month));
    await timed(steps, 'prepare batch', () => this.prepareBatch(month));
    await timed(steps, 'instruct', () => this.signBatch(month));
    await timed(beside, 'bank file', () => this.send(month));
    const bytes = await this.answer(month);
    await timed(steps, 'book', () => this.book(month, bytes));
    await timed(steps, 'cut and close', () => this.close(month));
    await this.check(month);
    return { steps, beside };
  }

  private act(hand: string, on: string): Act {
    this.acts += 1;
    const by: Signer = { person: hand, account: hand, duty: hand, office: benchPool };
    const commandId = derivedId('bench', process.pid, performance.timeOrigin, this.acts);
    return { by, on: day(on), commandId, related: [], offices: [benchPool, office] };
  }

  private async settle(): Promise<void> {
    await this.app.settled(await this.app.store.head());
  }

  private async signIn(month: Month): Promise<void> {
    const lines = Array.from({ length: this.recipients }, (_, at) => ({
      person: personRefOf(at + 1),
      signedOn: day(`${month}-10`),
    }));
    const received = { office, month, documentId: `sign-ins-${office}-${month}`, lines };
    await receiveSignIns(this.app, this.act('intake', `${month}-12`), received);
    await this.settle();
  }

  private async prepareRoll(month: Month): Promise<void> {
    const input = { office, month, no: 1 };
    await carryOut(this.app, 'prepareRoll', this.act('payroll', `${month}-15`), input);
  }

  private async signRoll(month: Month): Promise<void> {
    const id = rollIdOf({ office, month, no: 1 });
    const { seen } = signingOf(await this.app.transact.state(stored.roll, rollStream(id)));
    for (const [hand, step] of hands)
      await signRoll(this.app, this.act(hand, `${month}-16`), { id, step, seen });
    await this.settle();
  }

  private async judge(month: Month): Promise<void> {
    await carryOut(this.app, 'judgeSignIns', this.act('intake', `${month}-21`), { office, month });
    await this.settle();
  }

  private async plan(month: Month): Promise<void> {
    const amountFen = fen(BigInt(this.recipients) * 1_000_000n);
    const input = { pool: benchPool, month, no: 1, allotments: [{ office, amountFen }] };
    await proposePlan(this.app, this.act('accountant', `${month}-21`), input);
    const id = `${benchPool}-${month}-1`;
    const { seen } = signingOf(await this.app.transact.state(stored.plan, planStream(id)));
    for (const [hand, step] of hands)
      await signPlan(this.app, this.act(hand, `${month}-22`), { id, step, seen });
    await this.settle();
  }

  private async prepareBatch(month: Month): Promise<void> {
    const input = { office, month, no: 1, layout: 'delimited-v1' };
    await carryOut(this.app, 'prepareBatch', this.act('payroll', `${month}-23`), input);
  }

  private async signBatch(month: Month): Promise<void> {
    const id = batchIdOf({ office, month, no: 1 });
    const { seen } = signingOf(await this.app.transact.state(stored.batch, batchStream(id)));
    for (const [hand, step] of hands)
      await signBatch(this.app, this.act(hand, `${month}-23`), { id, step, seen });
    await this.settle();
  }

  private async send(month: Month): Promise<void> {
    const id = batchIdOf({ office, month, no: 1 });
    await carryOut(this.app, 'writeFile', this.act('accountant', `${month}-24`), id);
    await carryOut(this.app, 'submitBatch', this.act('cashier', `${month}-24`), id);
  }

  private async answer(month: Month): Promise<Buffer> {
    const id = batchIdOf({ office, month, no: 1 });
    const batch = await this.app.transact.state(stored.batch, batchStream(id));
    if (batch.status === 'none' || batch.file === undefined) throw new Error(`no file of ${id}`);
    const sent = join(this.app.bank.outgoing, batch.file.fileName);
    const program = fileURLToPath(new URL('./bank-process.js', import.meta.url));
    await answer(process.execPath, [program, sent, `${sent}.receipt`]);
    return readFile(`${sent}.receipt`);
  }

  private async book(month: Month, bytes: Buffer): Promise<void> {
    const input = { office, month, fileName: `RCT-${month}.txt`, bytes };
    await carryOut(this.app, 'bookReceipt', this.act('cashier', `${month}-25`), input);
    await this.settle();
  }

  private async close(month: Month): Promise<void> {
    const input = { office, month };
    await cutMonth(this.app, this.act('reconciler', `${month}-28`), input);
    await this.settle();
    await carryOut(this.app, 'prepareClose', this.act('reconciler', `${month}-28`), input);
    const seen = await this.seenOfClose(month);
    for (const [hand, step] of hands)
      await carryOut(this.app, 'signClose', this.act(hand, `${month}-28`), {
        ...input,
        step,
        seen,
      });
    await this.settle();
  }

  private async seenOfClose(month: Month): Promise<Seen> {
    const state = await this.app.transact.state(stored.month, monthStream(office, month));
    if (state.status === 'none' || state.signing === undefined)
      throw new Error(`the close of ${month} was not prepared`);
    return state.signing.seen;
  }

  /** A benchmark that leaves lines out would be quick. */
  private async check(month: Month): Promise<void> {
    const state = await this.app.transact.state(stored.month, monthStream(office, month));
    const sheet = await sheetOf(this.app.pool, { month, offices: [office] });
    const lines = sheet['benefit']?.paid.lines;
    const documents = await documentsOf(this.app.pool, office, month);
    const refused = documents.reduce((sum, one) => sum + one.refused, 0);
    if (state.status !== 'closed' || lines !== this.recipients || refused !== 0)
      throw new Error(`${month} is ${state.status}, ${lines} lines paid, ${refused} refused`);
  }
}

const hands = [
  ['approver', 'approve'],
  ['reviewer', 'review'],
] as const;

type Prepared = Readonly<{ status: 'none' }> | Readonly<{ status: string; signing: Signing }>;

function signingOf(state: Prepared): Signing {
  if (!('signing' in state)) throw new Error('nothing was prepared');
  return state.signing;
}
