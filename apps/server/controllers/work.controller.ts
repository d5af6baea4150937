import {
  Body,
  Controller,
  Get,
  Inject,
  Post,
  Query,
  Req,
  Sse,
  type MessageEvent,
} from '@nestjs/common';
import {
  distinctUntilChanged,
  from,
  fromEvent,
  map,
  switchMap,
  takeUntil,
  takeWhile,
  timer,
  type Observable,
} from 'rxjs';
import { z } from 'zod';
import { Duty, Says, SignedIn } from '../access.js';
import { answerText } from '../answer.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import type { ServerRequest } from '../request.js';
import type { WorkStatus } from '../work.js';

const settledQuery = z.object({
  position: z
    .string()
    .regex(/^\d{1,18}$/)
    .meta({ description: 'the position that a command answered' }),
});

const retryBody = z.strictObject({ name: z.string().min(1).max(100) }).meta({ id: 'Retry' });

const longestWaitMs = 30_000;
const streamEveryMs = 1_000;

/** What the system is doing now, and a way to wait for it. */
@Controller('api/v1/activity')
export class WorkController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get()
  @SignedIn()
  @Says('系统正在做什么', 'What the system is doing')
  status(): Promise<WorkStatus> {
    return this.deps.work.status();
  }

  @Get('settled')
  @SignedIn()
  @Says('等待各读模型和反应跟上某一位置', 'Wait until everything has followed the log that far')
  async settled(
    @Query({ schema: settledQuery }) { position }: z.infer<typeof settledQuery>,
  ): Promise<object> {
    const settled = await this.deps.work.settled(BigInt(position), longestWaitMs);
    return { position, settled };
  }

  @Post('retries')
  @Duty('system-admin')
  @Says('让停下的读模型继续', 'Let a read model that stopped go on')
  async retry(
    @Body({ schema: retryBody }) { name }: z.infer<typeof retryBody>,
  ): Promise<WorkStatus> {
    await this.deps.work.retry(name);
    return this.deps.work.status();
  }

  @Sse('stream')
  @SignedIn()
  @Says('实时进展（服务器推送）', 'Live progress as server-sent events')
  stream(@Req() request: ServerRequest): Observable<MessageEvent> {
    return timer(0, streamEveryMs).pipe(
      takeWhile(() => !request.raw.destroyed),
      takeUntil(fromEvent(this.deps.work.ending, 'abort')),
      switchMap(() => from(this.deps.work.status())),
      map(answerText),
      distinctUntilChanged(),
      map((data) => ({ type: 'work', data })),
    );
  }
}
