import { Body, Controller, Get, Inject, Param, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act, App } from '#application/app.js';
import { RunReceipt } from '#application/commands.js';
import { receiptLine } from '#application/document-lines.js';
import type { ReceiptJudged } from '#application/receipts.js';
import { suspenseWords } from '#application/suspense-words.js';
import type { Receipt } from '#application/transact.js';
import { documentsOf } from '#projections/batch-board.js';
import type { AdmittedRow } from '#projections/batch-fold.js';
import { Duty, Says, TakesFile } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { fileNameOf, bytesOf } from '../files.js';
import { CurrentAct, type ServerRequest } from '../request.js';
import { officeOf, readers } from '../scope.js';
import { monthPlace } from './schemas.js';

type Place = z.infer<typeof monthPlace>;

/** Bank receipts (回盘): facts about moved money, taken in as the bank wrote them. */
@Controller('api/v1/receipts')
export class ReceiptsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get(':office/:month')
  @Duty(...readers)
  @Says('本月回盘及挂账明细', "A month's receipts, and what of them waits in suspense")
  async list(
    @Param({ schema: monthPlace }) { office, month }: Place,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { app } = this.deps;
    const documents = await documentsOf(app.pool, officeOf(act, office), month);
    const receipts = documents.filter(({ kind }) => kind === 'receipt');
    return { rows: await Promise.all(receipts.map((row) => answered(app, row))) };
  }

  @Post(':office/:month')
  @Duty('accountant')
  @Says('回盘入账', "Book the bank's answer")
  @TakesFile()
  book(
    @Param({ schema: monthPlace }) place: Place,
    @Body() body: unknown,
    @Req() request: ServerRequest,
    @CurrentAct() act: Act,
  ): Promise<Receipt & ReceiptJudged> {
    const file = { fileName: fileNameOf(request), bytes: bytesOf(body) };
    return this.bus.execute(new RunReceipt('bookReceipt', act, { ...place, ...file }));
  }
}

/** How a receipt's lines were judged; each in suspense with the reason why, in both languages. */
async function answered(
  { documents }: App,
  { documentId, status, sha256 }: AdmittedRow,
): Promise<object> {
  const counts = { paid: 0, failed: 0, returned: 0, suspense: 0 };
  const suspense: object[] = [];
  for await (const chunk of documents.lines(sha256)) {
    for (const { no, post, instruction, amountFen, why } of chunk.map(receiptLine)) {
      counts[post] += 1;
      if (post !== 'suspense') continue;
      suspense.push({ no, instruction, amountFen, why, ...suspenseWords(why ?? '') });
    }
  }
  return { documentId, status, ...counts, suspenseLines: suspense };
}
