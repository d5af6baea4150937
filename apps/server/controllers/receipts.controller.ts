import { Body, Controller, Inject, Param, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunReceipt } from '#application/commands.js';
import type { ReceiptJudged } from '#application/receipts.js';
import type { Receipt } from '#application/transact.js';
import { Duty, Says } from '../access.js';
import { fileNameOf, bytesOf } from '../files.js';
import { CurrentAct, type ServerRequest } from '../request.js';
import { monthPlace } from './schemas.js';

type Place = z.infer<typeof monthPlace>;

/** Bank receipts (回盘): facts about moved money, taken in as the bank wrote them. */
@Controller('api/v1/receipts')
export class ReceiptsController {
  constructor(@Inject(CommandBus) private readonly bus: CommandBus) {}

  @Post(':office/:month')
  @Duty('accountant')
  @Says('回盘入账', "Book the bank's answer")
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
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
