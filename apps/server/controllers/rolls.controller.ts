import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunRoll } from '#application/commands.js';
import type { Receipt } from '#application/transact.js';
import { rollById, rollsOf } from '#projections/batch-board.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, officeOf, readers } from '../scope.js';
import { documentPlace, placeQuery, reasonBody, reference, signatureBody } from './schemas.js';

const rollBody = z.strictObject(documentPlace).meta({ id: 'RollPreparation' });

/** Rolls (发放花名册): what falls due in a month, under three signatures. */
@Controller('api/v1/rolls')
export class RollsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @Duty(...readers)
  @Says('发放花名册一览', 'Rolls of an office and month')
  async list(
    @Query({ schema: placeQuery }) { office, month }: z.infer<typeof placeQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return { rows: await rollsOf(this.deps.app.pool, officeOf(act, office), month) };
  }

  @Get(':id')
  @Duty(...readers)
  @Says('一份发放花名册', 'One roll')
  async one(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return ofMine(await rollById(this.deps.app.pool, id), act, 'ROLL_UNKNOWN');
  }

  @Post()
  @Duty('payroll')
  @Says('编制发放花名册', 'Draw up a roll')
  prepare(
    @Body({ schema: rollBody }) input: z.infer<typeof rollBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRoll('prepareRoll', act, input));
  }

  @Put(':id/approval')
  @Duty('approver')
  @Says('审核', 'Approve')
  approve(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: signatureBody }) { seen }: z.infer<typeof signatureBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRoll('signRoll', act, { id, step: 'approve', seen }));
  }

  @Put(':id/review')
  @Duty('reviewer')
  @Says('复核', 'Review')
  review(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: signatureBody }) { seen }: z.infer<typeof signatureBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRoll('signRoll', act, { id, step: 'review', seen }));
  }

  @Put(':id/authorisation')
  @Duty('authoriser')
  @Says('审批', 'Authorise, where the level demands it')
  authorise(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: signatureBody }) { seen }: z.infer<typeof signatureBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRoll('signRoll', act, { id, step: 'authorise', seen }));
  }

  @Put(':id/return')
  @Duty('approver', 'reviewer', 'authoriser')
  @Says('退回', 'Send back')
  sendBack(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunRoll('sendRollBack', act, { id, reason }));
  }
}
