import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunStaff } from '#application/commands.js';
import type { Receipt } from '#application/transact.js';
import { allOffices } from '#projections/actors.js';
import { Duty, Says, SignedIn } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { officeCode } from './schemas.js';

const openingBody = z
  .strictObject({
    code: officeCode,
    parent: officeCode,
    kind: z.enum(['county', 'street', 'township']),
    jurisdiction: z.string().regex(/^\d{6}$/),
    names: z.strictObject({ zh: z.string().min(1).max(100), en: z.string().min(1).max(100) }),
  })
  .meta({ id: 'OfficeOpening' });

/** Offices (经办机构) below the pool; their names and places are no secret to staff. */
@Controller('api/v1/offices')
export class OfficesController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @SignedIn()
  @Says('经办机构一览', 'All offices')
  async list(): Promise<object> {
    return { rows: await allOffices(this.deps.app.pool) };
  }

  @Post()
  @Duty('system-admin')
  @Says('设立经办机构', 'Open an office')
  open(
    @Body({ schema: openingBody }) opening: z.infer<typeof openingBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('openOffice', act, opening));
  }
}
