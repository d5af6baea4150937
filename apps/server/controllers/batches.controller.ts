import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunBatch } from '#application/commands.js';
import { batchLine, type BatchLine } from '#application/document-lines.js';
import type { Receipt } from '#application/transact.js';
import { shippedLayouts } from '#banking/layouts.js';
import { refuse } from '#domain/refusal.js';
import { batchById, batchesOf } from '#projections/batch-board.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, officeOf, readers, shown } from '../scope.js';
import { waitsFor } from '../waiting.js';
import { documentPlace, reasonText, placeQuery, reasonBody, reference } from './schemas.js';
import { SignedDocuments, type Returning, type Signature } from './signed-documents.js';

const layouts = shippedLayouts.map(({ name }) => name);

/** A layout that is not there would be found only when the signed batch is written. */
const batchBody = z
  .strictObject({ ...documentPlace, layout: z.enum(layouts).default('delimited-v1') })
  .meta({ id: 'BatchPreparation' });

const linesQuery = z.object({
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'the last `seq` seen' }),
  limit: z.coerce.number().int().min(1).max(5_000).default(500),
});

const stopBody = z
  .strictObject({ instructionId: z.string().regex(/^\d{1,32}$/), reason: reasonText })
  .meta({ id: 'StopLine' });

/** `statement`: what the bank answered to the cashier, needed only to say "not received". */
const queryBody = z
  .strictObject({ statement: reasonText.optional() })
  .default({})
  .meta({ id: 'SubmissionQuery' });

/** Batches (发放批次): what leaves the fund together, from its signatures to the bank. */
@Controller('api/v1/batches')
export class BatchesController extends SignedDocuments {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {
    super();
  }

  @Get()
  @Duty(...readers)
  @Says('发放批次一览', 'Batches of an office and month')
  async list(
    @Query({ schema: placeQuery }) { office, month }: z.infer<typeof placeQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return { rows: await batchesOf(this.deps.app.pool, officeOf(act, office), month) };
  }

  @Get(':id')
  @Duty(...readers)
  @Says('一份发放批次，以及签完后在等什么', 'One batch, and what it waits for when signed')
  async one(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { pool } = this.deps.app;
    const row = ofMine(await batchById(pool, id), act, 'BATCH_UNKNOWN', { batch: id });
    return { ...row, waitsFor: await waitsFor(pool, row) };
  }

  @Get(':id/lines')
  @Duty(...readers)
  @Says('批次明细：每人一笔', 'The lines of a batch, one a payee')
  async lines(
    @Param('id', { schema: reference }) id: string,
    @Query({ schema: linesQuery }) { after, limit }: z.infer<typeof linesQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { app } = this.deps;
    const { document } = ofMine(await batchById(app.pool, id), act, 'BATCH_UNKNOWN', { batch: id });
    const rows: BatchLine[] = [];
    for await (const chunk of app.documents.lines(document)) {
      for (const line of chunk.map(batchLine)) if (line.seq > after) rows.push(line);
      if (rows.length > limit) break;
    }
    const page = rows.slice(0, limit).map(shown);
    return rows.length > limit ? { rows: page, next: rows[limit - 1]?.seq } : { rows: page };
  }

  @Post()
  @Duty('payroll')
  @Says('编制发放批次', 'Draw up a batch')
  prepare(
    @Body({ schema: batchBody }) input: z.infer<typeof batchBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunBatch('prepareBatch', act, input));
  }

  protected sign(act: Act, signature: Signature): Promise<Receipt> {
    return this.bus.execute(new RunBatch('signBatch', act, signature));
  }

  protected giveBack(act: Act, returning: Returning): Promise<Receipt> {
    return this.bus.execute(new RunBatch('sendBatchBack', act, returning));
  }

  @Post(':id/stops')
  @Duty('payroll', 'approver', 'reviewer')
  @Says('提出止付一笔', 'Propose to stop a line')
  proposeStop(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: stopBody }) stop: z.infer<typeof stopBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunBatch('proposeStop', act, { id, ...stop }));
  }

  @Put(':id/stops')
  @Duty('payroll', 'approver', 'reviewer')
  @Says('另一人确认止付', 'Confirm the stop as a second person')
  confirmStop(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: stopBody }) stop: z.infer<typeof stopBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunBatch('confirmStop', act, { id, ...stop }));
  }

  @Put(':id/file')
  @Duty('cashier')
  @Says('生成送盘文件', "Write the bank's file")
  async writeFile(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    await this.refuseWaiting(id, act);
    return this.bus.execute(new RunBatch('writeFile', act, id));
  }

  @Put(':id/submission')
  @Duty('cashier')
  @Says('送盘', 'Send the file to the bank')
  async submit(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    await this.refuseWaiting(id, act);
    return this.bus.execute(new RunBatch('submitBatch', act, id));
  }

  @Post(':id/queries')
  @Duty('cashier')
  @Says('查询银行是否收到', 'Ask whether the bank received it')
  query(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: queryBody }) { statement }: z.infer<typeof queryBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunBatch('querySubmission', act, { id, statement }));
  }

  @Post(':id/resends')
  @Duty('cashier')
  @Says('申请重发', 'Propose to send again')
  proposeResend(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunBatch('proposeResend', act, { id, reason }));
  }

  @Put(':id/resends')
  @Duty('approver', 'reviewer', 'authoriser')
  @Says('另一人批准重发', 'Approve the resend as a second person')
  approveResend(
    @Param('id', { schema: reference }) id: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunBatch('approveResend', act, id));
  }

  /** "Not ready" says too little of a batch that waits for money, or for its month. */
  private async refuseWaiting(id: string, { offices }: Act): Promise<void> {
    const { pool } = this.deps.app;
    const row = await batchById(pool, id);
    if (row === undefined || !offices.includes(row.office)) return;
    const waits = await waitsFor(pool, row);
    if (waits !== null) refuse(waits.code, { batch: id, ...waits.facts });
  }
}
