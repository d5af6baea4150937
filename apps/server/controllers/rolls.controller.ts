import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
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
import { waitsFor } from '../waiting.js';
import { documentPlace, placeQuery, reference } from './schemas.js';
import { SignedDocuments, type Returning, type Signature } from './signed-documents.js';

const rollBody = z.strictObject(documentPlace).meta({ id: 'RollPreparation' });

/** Rolls (发放花名册): what falls due in a month, under three signatures. */
@Controller('api/v1/rolls')
export class RollsController extends SignedDocuments {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {
    super();
  }

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
  @Says('一份发放花名册，以及签完后在等什么', 'One roll, and what it waits for when signed')
  async one(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { pool } = this.deps.app;
    const row = ofMine(await rollById(pool, id), act, 'ROLL_UNKNOWN', { roll: id });
    return { ...row, waitsFor: await waitsFor(pool, row) };
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

  protected sign(act: Act, signature: Signature): Promise<Receipt> {
    return this.bus.execute(new RunRoll('signRoll', act, signature));
  }

  protected giveBack(act: Act, returning: Returning): Promise<Receipt> {
    return this.bus.execute(new RunRoll('sendRollBack', act, returning));
  }
}
