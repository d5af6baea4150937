import { Body, Controller, Get, Inject, Param, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act, App } from '#application/app.js';
import { RunAccountChange } from '#application/commands.js';
import { stored } from '#application/stored.js';
import type { Receipt } from '#application/transact.js';
import { accountStream } from '#domain/account/account.js';
import { refuse } from '#domain/refusal.js';
import { nextStep } from '#domain/signing/signing.js';
import { awardsOfOffice } from '#projections/award-state.js';
import { personByRef, type PersonRow } from '#projections/person-register.js';
import { maskAccount, maskName } from '#security/masks.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, readers } from '../scope.js';
import { accountBody, reasonBody, reasonText, reference } from './schemas.js';

const changeBody = z
  .strictObject({ changeNo: reference, account: accountBody })
  .meta({ id: 'AccountChange' });

const changePath = z.strictObject({ personRef: reference, changeNo: reference });
type ChangePath = z.infer<typeof changePath>;

const signatureOfChange = z
  .strictObject({ sealedSha256: z.string().regex(/^[0-9a-f]{64}$/) })
  .meta({ id: 'AccountChangeSignature' });

const sharingBody = z
  .strictObject({
    accountKey: z.string().regex(/^[0-9a-f]{64}$/),
    holders: z.array(z.string().min(1).max(80)).min(2).max(50),
    reason: reasonText,
  })
  .meta({ id: 'SharingReview' });

/** Where people are paid: a change takes three hands, an account of several people two. */
@Controller('api/v1')
export class AccountChangesController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get('persons/:personRef/account-change')
  @Duty(...readers)
  @Says('在办的账户变更：新旧对照', 'The change under way: the old account and the new one, masked')
  async pending(
    @Param('personRef', { schema: reference }) personRef: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { app } = this.deps;
    const person = ofMine(await personByRef(app.pool, personRef), act, 'PERSON_UNKNOWN');
    const { change } = person;
    if (change === null) return refuse('NOT_FOUND', { person: personRef });
    const { changeNo, account, ...chain } = change;
    const { sealedSha256 } = account;
    return { personRef, changeNo, sealedSha256, ...chain, ...(await masked(app, person)) };
  }

  @Post('persons/:personRef/account-changes')
  @Duty('intake')
  @Says('申请变更收款账户', 'Propose another account')
  propose(
    @Param('personRef', { schema: reference }) personRef: string,
    @Body({ schema: changeBody }) change: z.infer<typeof changeBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { personRef, ...change };
    return this.bus.execute(new RunAccountChange('proposeAccountChange', act, input));
  }

  @Put('persons/:personRef/account-changes/:changeNo/approval')
  @Duty('approver')
  @Says('审核账户变更', 'Approve the change')
  approve(
    @Param({ schema: changePath }) path: ChangePath,
    @Body({ schema: signatureOfChange }) { sealedSha256 }: z.infer<typeof signatureOfChange>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...path, sealedSha256, step: 'approve' } as const;
    return this.bus.execute(new RunAccountChange('signAccountChange', act, input));
  }

  @Put('persons/:personRef/account-changes/:changeNo/review')
  @Duty('reviewer')
  @Says('复核账户变更', 'Review the change')
  review(
    @Param({ schema: changePath }) path: ChangePath,
    @Body({ schema: signatureOfChange }) { sealedSha256 }: z.infer<typeof signatureOfChange>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...path, sealedSha256, step: 'review' } as const;
    return this.bus.execute(new RunAccountChange('signAccountChange', act, input));
  }

  @Put('persons/:personRef/account-changes/:changeNo/return')
  @Duty('approver', 'reviewer')
  @Says('退回账户变更', 'Send the change back')
  sendBack(
    @Param({ schema: changePath }) path: ChangePath,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...path, reason };
    return this.bus.execute(new RunAccountChange('sendAccountChangeBack', act, input));
  }

  @Get('shared-accounts')
  @Duty(...readers)
  @Says('待复核的共用账户', 'Shared accounts on which something waits to be paid')
  async shared(@CurrentAct() { offices }: Act): Promise<object> {
    const { app } = this.deps;
    const keys = new Set<string>();
    for (const office of offices) {
      for await (const awards of awardsOfOffice(app.pool, office, { openOnly: true }))
        for (const { state } of awards)
          if (state.shared && state.account !== undefined) keys.add(state.account.accountKey);
    }
    return { rows: await Promise.all([...keys].map((key) => sharingOf(app, key))) };
  }

  @Post('shared-accounts/reviews')
  @Duty('intake', 'approver')
  @Says('提出共用账户的复核意见', 'Find that an account may be shared')
  proposeSharing(
    @Body({ schema: sharingBody }) review: z.infer<typeof sharingBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...review, step: 'make' } as const;
    return this.bus.execute(new RunAccountChange('reviewSharing', act, input));
  }

  @Put('shared-accounts/reviews')
  @Duty('reviewer', 'approver')
  @Says('另一人同意共用账户', 'Agree as a second person')
  agreeSharing(
    @Body({ schema: sharingBody }) review: z.infer<typeof sharingBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...review, step: 'approve' } as const;
    return this.bus.execute(new RunAccountChange('reviewSharing', act, input));
  }
}

/** Whom a review is about, and the step that it waits for. */
async function sharingOf({ transact }: App, accountKey: string): Promise<object> {
  const state = await transact.state(stored.account, accountStream(accountKey));
  const { holders, cleared, review } = state;
  const started = review === null ? 'make' : (nextStep(review) ?? null);
  return { accountKey, holders, cleared, nextStep: cleared ? null : started };
}

/** Enough of both accounts to be compared with the proof at hand, and no more. */
async function masked(app: App, { accountRef, change }: PersonRow): Promise<object> {
  const refs = [accountRef, change?.account.accountRef].filter((ref) => typeof ref === 'string');
  const opened = await app.vault.rows.openMany(refs);
  const shownAs = (ref: string | null | undefined): object | null => {
    const fields = opened.get(ref ?? '');
    if (fields === undefined) return null;
    const { bankCode = '', account = '', holder = '' } = fields;
    return { bankCode, account: maskAccount(account), holder: maskName(holder) };
  };
  return { before: shownAs(accountRef), after: shownAs(change?.account.accountRef) };
}
