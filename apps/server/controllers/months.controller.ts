import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunMonth } from '#application/commands.js';
import type { Receipt } from '#application/transact.js';
import { seenOf } from '#domain/month/month-close.js';
import { jurisdictionOf } from '#projections/actors.js';
import { documentsOf } from '#projections/batch-board.js';
import { closeOf, monthOfOffice, monthsOf, sheetOf } from '#projections/month-sheet.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, officeOf, readers } from '../scope.js';
import { monthPlace, monthText, officeCode, reasonText, seenBody, without } from './schemas.js';

const openingBody = monthPlace.meta({ id: 'MonthOpening' });
const closeSignature = z.strictObject({ seen: seenBody }).meta({ id: 'CloseSignature' });
const returnBody = z.strictObject({ reason: reasonText }).meta({ id: 'CloseReturn' });
const officeQuery = z.object({ office: officeCode.optional() });
const sheetQuery = z.object({
  month: monthText,
  office: officeCode.optional(),
  asOf: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional()
    .meta({ description: 'a position; without it, now' }),
});

type Place = z.infer<typeof monthPlace>;

/** The month (月清月结): opened, cut, reconciled and closed, office by office. */
@Controller('api/v1/months')
export class MonthsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @Duty(...readers)
  @Says('机构的各月份', 'The months of an office')
  async list(
    @Query({ schema: officeQuery }) { office }: z.infer<typeof officeQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const rows = await monthsOf(this.deps.app.pool, officeOf(act, office));
    return { rows: rows.map(({ close: _statement, ...row }) => row) };
  }

  @Get('sheet')
  @Duty(...readers)
  @Says('应发、实发、未发对账表', 'Due, paid and unpaid, as one sheet')
  async sheet(
    @Query({ schema: sheetQuery }) { month, office, asOf }: z.infer<typeof sheetQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const offices = office === undefined ? act.offices : [officeOf(act, office)];
    const position = asOf === undefined ? undefined : BigInt(asOf);
    const items = await sheetOf(this.deps.app.pool, {
      month,
      offices,
      ...without({ asOf: position }),
    });
    const jurisdiction = await jurisdictionOf(this.deps.app.pool, offices[0] ?? act.by.office);
    const unverified = this.deps.app.law.unverified(jurisdiction, month);
    return { month, offices, asOf: asOf ?? null, items, unverified };
  }

  @Get(':office/:month')
  @Duty(...readers)
  @Says('一个月份：状态与单据', 'One month: where it stands, and its documents')
  async one(
    @Param({ schema: monthPlace }) { office, month }: Place,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { pool } = this.deps.app;
    const { close: _statement, ...row } = ofMine(
      await monthOfOffice(pool, office, month),
      act,
      'MONTH_UNKNOWN',
      { office, month },
    );
    return { ...row, documents: await documentsOf(pool, office, month) };
  }

  @Get(':office/:month/close')
  @Duty(...readers)
  @Says('结账表：未发的原因与账龄', 'The close: what is unpaid, by reason and age')
  async close(
    @Param({ schema: monthPlace }) { office, month }: Place,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { pool } = this.deps.app;
    const place = { office, month };
    const { status } = ofMine(
      await monthOfOffice(pool, office, month),
      act,
      'MONTH_UNKNOWN',
      place,
    );
    const missing = status === 'open' ? 'MONTH_NOT_CUT' : 'CLOSE_NOT_PREPARED';
    const row = ofMine(await closeOf(pool, office, month), act, missing, { month });
    const { close: _stored, ...close } = row;
    return { ...close, seen: seenOf(close.statement) };
  }

  @Post()
  @Duty('reconciler')
  @Says('开启月份', 'Open a month')
  open(@Body({ schema: openingBody }) place: Place, @CurrentAct() act: Act): Promise<Receipt> {
    return this.bus.execute(new RunMonth('openMonth', act, place));
  }

  @Put(':office/:month/cut')
  @Duty('reconciler')
  @Says('截账', 'Cut the month')
  cut(@Param({ schema: monthPlace }) place: Place, @CurrentAct() act: Act): Promise<Receipt> {
    return this.bus.execute(new RunMonth('cutMonth', act, place));
  }

  @Put(':office/:month/close')
  @Duty('reconciler')
  @Says('对账，编制结账表', 'Reconcile and prepare the close')
  prepareClose(
    @Param({ schema: monthPlace }) place: Place,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunMonth('prepareClose', act, place));
  }

  @Put(':office/:month/close/approval')
  @Duty('approver')
  @Says('审核结账', 'Approve the close')
  approve(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: closeSignature }) { seen }: z.infer<typeof closeSignature>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunMonth('signClose', act, { ...place, step: 'approve', seen }));
  }

  @Put(':office/:month/close/review')
  @Duty('reviewer')
  @Says('复核结账（重新计算）', 'Review the close, counting again')
  review(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: closeSignature }) { seen }: z.infer<typeof closeSignature>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunMonth('signClose', act, { ...place, step: 'review', seen }));
  }

  @Put(':office/:month/close/return')
  @Duty('approver', 'reviewer')
  @Says('退回结账', 'Send the close back')
  sendBack(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: returnBody }) { reason }: z.infer<typeof returnBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunMonth('sendCloseBack', act, { ...place, reason }));
  }
}
