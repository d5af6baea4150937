import { Controller, Get, Inject } from '@nestjs/common';
import type { Act } from '#application/app.js';
import type { Duty as DutyName } from '#domain/actor/duties.js';
import type { Step } from '#domain/signing/signing.js';
import { waitingFor, type WaitingRow } from '#projections/batch-board.js';
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

/**
 * What waits for me: everything whose next step is the one of my duty, oldest first; with who made
 * it, and why I may not sign it where I may not.
 */
@Controller('api/v1/inbox')
export class InboxController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get()
  @Duty('approver', 'reviewer', 'authoriser', 'cashier', 'accountant', 'reconciler', 'payroll')
  @Says(
    '待办：谁经办、我不能签的原因（mayNotSign）；以及签完后还在等拨款或等开月份的单据',
    'What waits for my signature: who made it, and why I may not sign it where I may not ' +
      '(`mayNotSign`); and what is signed and waits for funds or for its month',
  )
  async waiting(@CurrentAct() act: Act): Promise<object> {
    const { by, offices } = act;
    const { pool } = this.deps.app;
    const step = steps[by.duty as DutyName];
    const held = await heldUp(pool, offices);
    if (step === undefined) return { step: null, ...nothing, heldUp: held };
    const [claims, documents, proposals, accounts, closes, recoveries] = await Promise.all([
      claimsWaiting(pool, step, offices),
      waitingFor(pool, step, offices),
      proposalsWaiting(pool, step, offices),
      accountChangesWaiting(pool, step, offices),
      closesWaiting(pool, step, offices),
      recoveriesWaiting(pool, step, offices),
    ]);
    const forMe = (row: Signable) => ({ ...shown(row), mayNotSign: mayNotSign(act, step, row) });
    return {
      step,
      claims: claims.map(forMe),
      documents: await Promise.all(documents.map((row) => this.documentForMe(act, row))),
      proposals: proposals.map(forMe),
      accountChanges: accounts.flatMap(changeOf).map(forMe),
      closes: closes.map(({ close: _statement, ...row }) => forMe(row)),
      recoveries: recoveries.map(forMe),
      heldUp: held,
    };
  }

  private async documentForMe(act: Act, row: WaitingRow): Promise<object> {
    const { id, step } = row;
    const { app } = this.deps;
    const no = step === 'send' ? await mayNotSend(app, act, id) : mayNotSign(act, step, row);
    return { ...row, mayNotSign: no };
  }
}

/** The change with its chain; the account that it names is seen where it is signed. */
function changeOf({ personRef, office, change }: PersonRow) {
  if (change === null) return [];
  const { account: _shownMasked, ...chain } = change;
  return [{ personRef, office, ...chain }];
}

const nothing = {
  claims: [],
  documents: [],
  proposals: [],
  accountChanges: [],
  closes: [],
  recoveries: [],
};
