import { readFile, readdir, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Act, App } from '#application/app.js';
import { reviewSharing, signAccountChange } from '#application/account-changes.js';
import { carryOut } from '#application/aside-works.js';
import { batchIdOf, signBatch } from '#application/batches.js';
import { approveClaim, calculateClaim, reviewClaim } from '#application/claims.js';
import { contextOf } from '#application/context.js';
import { batchLine } from '#application/document-lines.js';
import { derivedId } from '#application/ids.js';
import { importFile, type ImportReport } from '#application/imports/import-file.js';
import { cutMonth, openMonth } from '#application/months.js';
import { proposePlan, signPlan } from '#application/plans.js';
import { rollIdOf, signRoll } from '#application/rolls.js';
import { stored } from '#application/stored.js';
import { proposalRoot, signProposal } from '#application/verifications.js';
import { answerBatch, type LineAnswer } from '#apps/cli/bank/bank.js';
import { officeStream } from '#domain/office/office.js';
import { batchStream } from '#domain/batch/batch.js';
import { monthStream } from '#domain/month/month.js';
import { planStream } from '#domain/plan/plan.js';
import { rollStream } from '#domain/roll/roll.js';
import { accountStream } from '#domain/account/account.js';
import { personStream } from '#domain/person/person.js';
import type { Seen, Signer } from '#domain/signing/signing.js';
import { day, type Month } from '#domain/values/calendar.js';
import { fen, type Fen } from '#domain/values/fen.js';
import { verificationStream } from '#domain/verification/verification.js';

/** Seven people run an office; the duty is what each does, the person is what counts. */
export type Hand =
  'intake' | 'payroll' | 'approver' | 'reviewer' | 'accountant' | 'cashier' | 'reconciler';

/**
 * A bureau at work on the application itself: who does what on which day, one act after another.
 */
export class Bureau {
  private acts = 0;

  constructor(
    readonly app: App,
    readonly pool: string,
    readonly offices: readonly string[],
  ) {}

  act(hand: Hand, on: string): Act {
    this.acts += 1;
    const by: Signer = { person: hand, account: hand, duty: hand, office: this.pool };
    const commandId = derivedId('bureau', this.acts);
    return { by, on: day(on), commandId, related: [], offices: [this.pool, ...this.offices] };
  }

  async openOffices(on: string): Promise<void> {
    const all = [this.pool, ...this.offices];
    for (const code of all) {
      const act = this.act('intake', on);
      const place =
        code === this.pool
          ? { kind: 'pool' as const }
          : { kind: 'county' as const, parent: this.pool };
      const names = { zh: code, en: code };
      const command = {
        type: 'OpenOffice' as const,
        ...{ code, jurisdiction: this.pool, names, ...place },
      };
      const context = contextOf(act.by, act.commandId, act.on);
      await this.app.transact.run(stored.office, officeStream(code), command, context);
    }
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.app.settled(await this.app.store.head());
  }

  async takeIn(kind: string, path: string, on: string, park = true): Promise<ImportReport> {
    const bytes = await readFile(path);
    const fileName = path.split('/').at(-1) ?? path;
    const report = await importFile(this.app, this.act('intake', on), {
      ...{ kind, fileName, bytes, park },
    });
    await this.settle();
    return report;
  }

  async signRolls(rollIds: readonly string[], on: string): Promise<void> {
    for (const id of rollIds) {
      const roll = await this.app.transact.state(stored.roll, rollStream(id));
      if (roll.status === 'none') throw new Error(`no roll ${id}`);
      const { seen } = roll.signing;
      await signRoll(this.app, this.act('approver', on), { id, step: 'approve', seen });
      await signRoll(this.app, this.act('reviewer', on), { id, step: 'review', seen });
    }
    await this.settle();
  }

  async signAccountChanges(changeNos: readonly string[], on: string): Promise<void> {
    for (const changeNo of changeNos) {
      const personRef = changeNo.slice(0, -'-YYYY-MM-DD'.length);
      const person = await this.app.transact.state(stored.person, personStream(personRef));
      if (person.status !== 'enrolled' || person.change === null) throw new Error(changeNo);
      const { sealedSha256 } = person.change.account;
      const change = { personRef, changeNo, sealedSha256 };
      await signAccountChange(this.app, this.act('approver', on), { ...change, step: 'approve' });
      await signAccountChange(this.app, this.act('reviewer', on), { ...change, step: 'review' });
    }
    await this.settle();
  }

  async reviewSharing(accountKey: string, on: string): Promise<void> {
    const state = await this.app.transact.state(stored.account, accountStream(accountKey));
    const review = { accountKey, holders: state.holders, reason: 'a couple' };
    await reviewSharing(this.app, this.act('approver', on), { ...review, step: 'make' });
    await reviewSharing(this.app, this.act('reviewer', on), { ...review, step: 'approve' });
    await this.settle();
  }

  /** Approves and reviews a claim as the law gives it: a grant, or a signed rejection. */
  async decideClaim(claimNo: string, on: string): Promise<string> {
    const act = this.act('approver', on);
    const { finding, digest } = await calculateClaim(this.app, act, claimNo);
    await approveClaim(this.app, act, { claimNo, outcome: finding.outcome, digest });
    await reviewClaim(this.app, this.act('reviewer', on), claimNo);
    return finding.outcome;
  }

  async signProposals(office: string, month: Month, on: string): Promise<void> {
    const stream = verificationStream(office, month);
    const state = await this.app.transact.state(stored.verification, stream);
    if (state.status === 'none') return;
    for (const { proposal, status } of Object.values(state.proposals)) {
      if (status !== 'open') continue;
      const root = proposalRoot(proposal);
      const one = { office, month, proposalId: proposal.proposalId, root };
      await signProposal(this.app, this.act('approver', on), { ...one, step: 'approve' });
      await signProposal(this.app, this.act('reviewer', on), { ...one, step: 'review' });
    }
    await this.settle();
  }

  async openMonth(office: string, month: Month, on: string): Promise<void> {
    await openMonth(this.app, this.act('reconciler', on), { office, month });
    await this.settle();
  }

  async roll(office: string, month: Month, on: string): Promise<void> {
    const input = { office, month, no: 1 };
    await carryOut(this.app, 'prepareRoll', this.act('payroll', on), input);
    await this.signRolls([rollIdOf(input)], on);
  }

  async judge(office: string, month: Month, on: string): Promise<void> {
    await carryOut(this.app, 'judgeSignIns', this.act('intake', on), { office, month });
    await this.settle();
  }

  async plan(month: Month, allotments: Readonly<Record<string, Fen>>, on: string): Promise<void> {
    const list = Object.entries(allotments).map(([office, amountFen]) => ({ office, amountFen }));
    const input = { pool: this.pool, month, no: 1, allotments: list };
    await proposePlan(this.app, this.act('accountant', on), input);
    const id = `${this.pool}-${month}-1`;
    const plan = await this.app.transact.state(stored.plan, planStream(id));
    if (plan.status === 'none') throw new Error(`no plan ${id}`);
    const { seen } = plan.signing;
    await signPlan(this.app, this.act('approver', on), { id, step: 'approve', seen });
    await signPlan(this.app, this.act('reviewer', on), { id, step: 'review', seen });
    await this.settle();
  }

  /** Prepares, signs, writes and sends a batch; answers the bank's receipts with their days. */
  async pay(
    office: string,
    month: Month,
    on: string,
    answers: (person: string) => LineAnswer | undefined,
    no = 1,
  ): Promise<readonly Readonly<{ name: string; bytes: Buffer; day: string }>[]> {
    const input = { office, month, no, layout: 'delimited-v1' };
    const id = batchIdOf(input);
    await carryOut(this.app, 'prepareBatch', this.act('payroll', on), input);
    await this.signBatch(id, on);
    await carryOut(this.app, 'writeFile', this.act('accountant', on), id);
    await carryOut(this.app, 'submitBatch', this.act('cashier', on), id);
    const batch = await this.app.transact.state(stored.batch, batchStream(id));
    if (batch.status === 'none' || batch.file === undefined) throw new Error(`no file of ${id}`);
    const persons = new Map<string, string>();
    for await (const chunk of this.app.documents.lines(batch.document))
      for (const line of chunk.map(batchLine)) persons.set(line.instruction, line.person);
    const bytes = await readFile(join(this.app.bank.outgoing, batch.file.fileName));
    const { files } = answerBatch(bytes, {
      answers: ({ instructionId }) => answers(persons.get(instructionId) ?? ''),
      seed: id,
    });
    return files;
  }

  async signBatch(id: string, on: string): Promise<Seen> {
    const batch = await this.app.transact.state(stored.batch, batchStream(id));
    if (batch.status === 'none') throw new Error(`no batch ${id}`);
    const { seen } = batch.signing;
    await signBatch(this.app, this.act('approver', on), { id, step: 'approve', seen });
    await signBatch(this.app, this.act('reviewer', on), { id, step: 'review', seen });
    await this.settle();
    return seen;
  }

  async book(
    office: string,
    month: Month,
    on: string,
    file: Readonly<{ name: string; bytes: Buffer }>,
  ): Promise<void> {
    await carryOut(this.app, 'bookReceipt', this.act('cashier', on), {
      ...{ office, month, fileName: file.name, bytes: file.bytes },
    });
    await this.settle();
  }

  async close(office: string, month: Month, on: string): Promise<void> {
    const input = { office, month };
    await cutMonth(this.app, this.act('reconciler', on), input);
    await this.settle();
    await carryOut(this.app, 'prepareClose', this.act('reconciler', on), input);
    const state = await this.app.transact.state(stored.month, monthStream(office, month));
    if (state.status === 'none' || state.signing === undefined)
      throw new Error(`no close ${month}`);
    const { seen } = state.signing;
    await carryOut(this.app, 'signClose', this.act('approver', on), {
      ...input,
      step: 'approve',
      seen,
    });
    await carryOut(this.app, 'signClose', this.act('reviewer', on), {
      ...input,
      step: 'review',
      seen,
    });
    await this.settle();
  }
}

export const yuan = (amount: number): Fen => fen(BigInt(amount) * 100n);

export async function bankFolders(app: App): Promise<readonly string[]> {
  await mkdir(app.bank.outgoing, { recursive: true });
  return readdir(app.bank.outgoing);
}
