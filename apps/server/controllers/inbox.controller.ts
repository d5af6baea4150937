import { Controller, Get, Inject } from '@nestjs/common';
import type { Act } from '#application/app.js';
import { lastSentBack, type Chained } from '#application/sent-back.js';
import type { Duty as DutyName } from '#domain/actor/duties.js';
import type { Hand, Step } from '#domain/signing/signing.js';
import { waitingFor } from '#projections/batch-board.js';
import { claimsWaiting } from '#projections/claim-register.js';
import { closesWaiting } from '#projections/month-sheet.js';
import { accountChangesWaiting, type PersonRow } from '#projections/person-register.js';
import { recoveriesWaiting } from '#projections/recovery-register.js';
import { proposalsWaiting } from '#projections/verification-board.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { shown } from '../scope.js';
import { heldUp, mayNotSend, mayNotSign, type Signable } from '../waiting.js';

const steps: Partial<Record<DutyName, Step>> = {
  approver: 'approve',
  reviewer: 'review',
  authoriser: 'authorise',
  cashier: 'send',
};

/** Those who make what others sign: what was sent back waits for them. */
const makers = [
  'intake',
  'payroll',
  'accountant',
  'reconciler',
] as const satisfies readonly DutyName[];

type Row = Signable & Readonly<{ hands: readonly Hand[] }>;

/**
 * What waits for me: everything whose next step is the one of my duty, oldest first; with who made
 * it, and why I may not sign it where I may not. For a maker that is what was sent back to his
 * duty, by whom and why.
 */
@Controller('api/v1/inbox')
export class InboxController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get()
  @Duty(...makers, 'approver', 'reviewer', 'authoriser', 'cashier')
  @Says(
    '待办：谁经办、我不能签的原因（mayNotSign）；经办岗看到被退回的事项、谁退回及原因（sentBack）；' +
      '以及签完后还在等拨款或等开月份的单据',
    'What waits for my signature: who made it, and why I may not sign it where I may not ' +
      '(`mayNotSign`); for makers what was sent back, by whom and why (`sentBack`); and what is ' +
      'signed and waits for funds or for its month',
  )
  async waiting(@CurrentAct() act: Act): Promise<object> {
    const { by, offices } = act;
    const { pool } = this.deps.app;
    const step = steps[by.duty as DutyName] ?? 'make';
    const [claims, documents, proposals, accounts, closes, recoveries, held] = await Promise.all([
      claimsWaiting(pool, step, offices),
      waitingFor(pool, step, offices),
      proposalsWaiting(pool, step, offices),
      accountChangesWaiting(pool, step, offices),
      closesWaiting(pool, step, offices),
      recoveriesWaiting(pool, step, offices),
      heldUp(pool, offices),
    ]);
    const listed = <Of extends Row>(rows: readonly Of[], chained: (row: Of) => Chained) =>
      this.listed(act, step, rows, chained);
    return {
      step,
      claims: await listed(claims, ({ claimNo: id }) => ({ kind: 'claim', id })),
      documents: await listed(documents, ({ kind, id }) => ({ kind, id })),
      proposals: await listed(proposals, (row) => ({ ...row, kind: 'proposal' })),
      accountChanges: await listed(accounts.flatMap(changeOf), (row) => ({
        ...row,
        kind: 'account-change',
      })),
      closes: await listed(
        closes.map(({ close: _statement, ...row }) => row),
        (row) => ({ ...row, kind: 'close' }),
      ),
      recoveries: await listed(recoveries, ({ recoveryNo: id }) => ({ kind: 'recovery', id })),
      heldUp: held,
    };
  }

  private listed<Of extends Row>(
    act: Act,
    step: Step,
    rows: readonly Of[],
    chainedOf: (row: Of) => Chained,
  ): Promise<readonly object[]> {
    const mine = step === 'make' ? rows.filter((row) => isMadeBy(act.by.duty, row)) : rows;
    return Promise.all(
      mine.map(async (row) => {
        const { app } = this.deps;
        const chained = chainedOf(row);
        const mayNot =
          step === 'send' && chained.kind === 'batch'
            ? await mayNotSend(app, act, chained.id)
            : mayNotSign(act, step, row);
        const sentBack = step === 'make' ? { sentBack: await lastSentBack(app, chained) } : {};
        return { ...shown(row), mayNotSign: mayNot, ...sentBack };
      }),
    );
  }
}

/** What the system made of a file or an event goes back to payroll, whose lines it touches. */
function isMadeBy(duty: string, { hands }: Row): boolean {
  const maker = hands.findLast(({ step }) => step === 'make')?.duty;
  return duty === (makers.find((one) => one === maker) ?? 'payroll');
}

/** The change with its chain; the account that it names is seen where it is signed. */
function changeOf({ personRef, office, change }: PersonRow) {
  if (change === null) return [];
  const { account: _shownMasked, ...chain } = change;
  return [{ personRef, office, ...chain }];
}
