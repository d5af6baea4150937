import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunPlan } from '#application/commands.js';
import type { Receipt } from '#application/transact.js';
import { planById, plansOf } from '#projections/batch-board.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, officeOf, readers } from '../scope.js';
import { fenNumber, monthText, officeCode, placeQuery, reference } from './schemas.js';
import { SignedDocuments, type Returning, type Signature } from './signed-documents.js';

const planBody = z
  .strictObject({
    pool: officeCode,
    month: monthText,
    no: z.int().min(1).max(99).default(1),
    allotments: z
      .array(z.strictObject({ office: officeCode, amountFen: fenNumber }))
      .min(1)
      .max(1_000),
  })
  .meta({ id: 'PlanProposal' });

/** Funds plans (用款计划): what the offices of a pool may pay in a month. */
@Controller('api/v1/plans')
export class PlansController extends SignedDocuments {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {
    super();
  }

  @Get()
  @Duty(...readers)
  @Says('用款计划一览', 'Plans of an office and month')
  async list(
    @Query({ schema: placeQuery }) { office, month }: z.infer<typeof placeQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return { rows: await plansOf(this.deps.app.pool, officeOf(act, office), month) };
  }

  @Get(':id')
  @Duty(...readers)
  @Says('一份用款计划', 'One plan')
  async one(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return ofMine(await planById(this.deps.app.pool, id), act, 'PLAN_UNKNOWN', { plan: id });
  }

  @Post()
  @Duty('accountant')
  @Says('编制用款计划', 'Propose a plan')
  prepare(
    @Body({ schema: planBody }) input: z.infer<typeof planBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunPlan('proposePlan', act, input));
  }

  protected sign(act: Act, signature: Signature): Promise<Receipt> {
    return this.bus.execute(new RunPlan('signPlan', act, signature));
  }

  protected giveBack(act: Act, returning: Returning): Promise<Receipt> {
    return this.bus.execute(new RunPlan('sendPlanBack', act, returning));
  }
}
