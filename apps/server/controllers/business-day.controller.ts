import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { Duty, Says, SignedIn } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { dayText } from './schemas.js';

const tickBody = z.strictObject({ day: dayText }).meta({ id: 'BusinessDay' });

/** The day that decisions are dated with; simulation and production differ only in who sends it. */
@Controller('api/v1/business-day')
export class BusinessDayController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get()
  @SignedIn()
  @Says('当前业务日', 'The business day')
  async today(): Promise<object> {
    const { days, pool } = this.deps;
    return { pool, day: await days.of(pool) };
  }

  @Put()
  @Duty('system-admin')
  @Says('推进业务日', 'Move the business day on')
  async tick(
    @Body({ schema: tickBody }) { day }: z.infer<typeof tickBody>,
    @CurrentAct() _act: Act,
  ): Promise<object> {
    const { days, pool, demo } = this.deps;
    // Only a demonstration works days that have not come: cooling periods would be over at once.
    if (!demo) days.refuseAhead(day);
    return { pool, day: await days.tick(pool, day) };
  }
}
