import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunRecovery } from '#application/commands.js';
import { recoveryView } from '#application/recoveries.js';
import type { Receipt } from '#application/transact.js';
import { recoveriesPage } from '#projections/recovery-register.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { readers } from '../scope.js';
import {
  cursorQuery,
  dayText,
  fenNumber,
  monthText,
  pageOptions,
  reasonBody,
  reasonText,
  reference,
} from './schemas.js';

const pageQuery = z.object(cursorQuery);
const asked = { months: z.array(monthText).min(1).max(60), amountFen: fenNumber };

const demandBody = z
  .strictObject({ recoveryNo: reference, awardNo: reference, cause: reasonText, ...asked })
  .meta({ id: 'RecoveryDemand' });
const seenBody = z.strictObject(asked).meta({ id: 'RecoverySeen' });
const repaymentBody = z
  .strictObject({ receiptNo: reference, amountFen: fenNumber, receivedOn: dayText })
  .meta({ id: 'Repayment' });

/** Recoveries (追回): what was paid in excess, asked back by three people, and repaid. */
@Controller('api/v1/recoveries')
export class RecoveriesController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @Duty(...readers)
  @Says('追回一览', 'Recoveries of my offices')
  list(
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    return recoveriesPage(this.deps.app.pool, { offices, ...pageOptions(query) });
  }

  @Get(':recoveryNo')
  @Duty(...readers)
  @Says('一笔追回', 'One recovery: months, amount, signatures, repayments')
  one(
    @Param('recoveryNo', { schema: reference }) recoveryNo: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return recoveryView(this.deps.app, act, recoveryNo);
  }

  @Post()
  @Duty('payroll')
  @Says('提出追回', 'Ask for money back, or begin again what was sent back')
  open(
    @Body({ schema: demandBody }) input: z.infer<typeof demandBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRecovery('openRecovery', act, input));
  }

  @Put(':recoveryNo/approval')
  @Duty('approver')
  @Says('审核追回', 'Approve a recovery')
  approve(
    @Param('recoveryNo', { schema: reference }) recoveryNo: string,
    @Body({ schema: seenBody }) seen: z.infer<typeof seenBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { recoveryNo, step: 'approve', ...seen } as const;
    return this.bus.execute(new RunRecovery('signRecovery', act, input));
  }

  @Put(':recoveryNo/review')
  @Duty('reviewer')
  @Says('复核追回', 'Review a recovery')
  review(
    @Param('recoveryNo', { schema: reference }) recoveryNo: string,
    @Body({ schema: seenBody }) seen: z.infer<typeof seenBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { recoveryNo, step: 'review', ...seen } as const;
    return this.bus.execute(new RunRecovery('signRecovery', act, input));
  }

  @Put(':recoveryNo/return')
  @Duty('approver', 'reviewer')
  @Says('退回追回', 'Send a recovery back')
  sendBack(
    @Param('recoveryNo', { schema: reference }) recoveryNo: string,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRecovery('sendRecoveryBack', act, { recoveryNo, reason }));
  }

  @Post(':recoveryNo/repayments')
  @Duty('accountant')
  @Says('登记还款', 'Record a repayment')
  repay(
    @Param('recoveryNo', { schema: reference }) recoveryNo: string,
    @Body({ schema: repaymentBody }) body: z.infer<typeof repaymentBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRecovery('recordRepayment', act, { recoveryNo, ...body }));
  }
}
