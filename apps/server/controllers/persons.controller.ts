import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunPerson } from '#application/commands.js';
import { personView, searchPersons, type PersonView } from '#application/people.js';
import type { Receipt } from '#application/transact.js';
import { claimsOfPerson } from '#projections/claim-register.js';
import { paidMonthsBefore } from '#projections/contribution-ledger.js';
import { personsPage } from '#projections/person-register.js';
import { addMonths, monthOf } from '#domain/values/calendar.js';
import { Duty, Reads, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { readers, shown } from '../scope.js';
import { cursorQuery, pageOptions, reference, without } from './schemas.js';

const pageQuery = z.object(cursorQuery);

const searchBody = z
  .strictObject({
    idNumber: z.string().min(15).max(40).optional(),
    name: z.string().trim().min(1).max(100).optional(),
    account: z.string().min(4).max(64).optional(),
  })
  .refine((search) => Object.values(search).some((text) => text !== undefined))
  .meta({ id: 'PersonSearch' });

const mergeBody = z.strictObject({ into: reference }).meta({ id: 'PersonMerge' });

/** People (参保人), masked in every answer; what is searched by stands in a body, never in a URL. */
@Controller('api/v1/persons')
export class PersonsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @Duty(...readers)
  @Says('参保人一览', 'Persons of my offices, by number')
  async list(
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const question = { offices, ...pageOptions(query) };
    const { rows, ...page } = await personsPage(this.deps.app.pool, question);
    return {
      rows: rows.map(({ change: _change, ...row }) => shown(row)),
      ...page,
    };
  }

  @Post('search')
  @Duty(...readers)
  @Reads()
  @Says('按证件、姓名或账号查人', 'Find by identity number, full name or account')
  async search(
    @Body({ schema: searchBody }) search: z.infer<typeof searchBody>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { idNumber, name, account } = search;
    const asked = without({ idNumber, name, account });
    return { rows: (await searchPersons(this.deps.app, act, asked)).map(publicView) };
  }

  @Get(':personRef')
  @Duty(...readers)
  @Says('一个参保人：登记、缴费月数、申领', 'One person: registration, paid months, claims')
  async one(
    @Param('personRef', { schema: reference }) personRef: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { app } = this.deps;
    const view = await personView(app, act, personRef);
    const [claims, paid] = await Promise.all([
      claimsOfPerson(app.pool, personRef),
      paidMonthsBefore(app.pool, personRef, addMonths(monthOf(act.on), 1)),
    ]);
    const mine = claims.filter(({ office }) => act.offices.includes(office));
    return { ...publicView(view), paidMonths: paid, claims: mine.map(shown) };
  }

  @Put(':personRef/registration-withdrawal')
  @Duty('intake')
  @Says('撤回失业登记', 'Withdraw the registration as unemployed')
  withdraw(
    @Param('personRef', { schema: reference }) personRef: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunPerson('withdrawRegistration', act, { personRef }));
  }

  @Post(':personRef/merge')
  @Duty('approver')
  @Says('提出合并两个编号', 'Propose to merge two numbers of one person')
  proposeMerge(
    @Param('personRef', { schema: reference }) personRef: string,
    @Body({ schema: mergeBody }) { into }: z.infer<typeof mergeBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunPerson('mergePersons', act, { personRef, into, step: 'make' }));
  }

  @Put(':personRef/merge')
  @Duty('reviewer')
  @Says('另一人同意合并', 'Agree to the merge as a second person')
  agreeMerge(
    @Param('personRef', { schema: reference }) personRef: string,
    @Body({ schema: mergeBody }) { into }: z.infer<typeof mergeBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { personRef, into, step: 'approve' } as const;
    return this.bus.execute(new RunPerson('mergePersons', act, input));
  }
}

/** A change under way is asked for by itself; its keys tell nothing that a page needs. */
function publicView({ change, ...view }: PersonView): object {
  return { ...shown(view), changeNo: change?.changeNo ?? null };
}
