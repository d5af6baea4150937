import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { awardByNo, awardsPage, unpaidByReason } from '#projections/award-board.js';
import { contributionMonth, declarationsPage } from '#projections/contribution-ledger.js';
import { employerByNo, employersPage } from '#projections/employer-register.js';
import { journalPage, trialBalance } from '#projections/fund-accounts.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, officeOf, readers, shown } from '../scope.js';
import { cursorQuery, monthText, officeCode, pageOptions, reference, without } from './schemas.js';

const pageQuery = z.object(cursorQuery);
const awardsQuery = z.object({
  ...cursorQuery,
  office: officeCode.optional(),
  status: z.enum(['open', 'paused', 'stopped']).optional(),
  unpaidOnly: z.enum(['true', 'false']).default('false'),
});
const officeQuery = z.object({ office: officeCode.optional() });
const monthQuery = z.object({ month: monthText });
const declarationsQuery = z.object({ ...cursorQuery, month: monthText });
const journalQuery = z.object({ ...cursorQuery, month: monthText.optional() });
const asOfQuery = z.object({
  asOf: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});

/** Employers, contributions, awards and the fund's accounts, as the read models have them. */
@Controller('api/v1')
export class BoardsController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Get('employers')
  @Duty(...readers)
  @Says('单位一览', 'Employers of my offices')
  async employers(
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const question = { offices, ...pageOptions(query) };
    const { rows, ...page } = await employersPage(this.deps.app.pool, question);
    return { rows: rows.map(shown), ...page };
  }

  @Get('employers/:employerNo')
  @Duty(...readers)
  @Says('一个单位', 'One employer')
  async employer(
    @Param('employerNo', { schema: reference }) employerNo: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const row = await employerByNo(this.deps.app.pool, employerNo);
    return shown(ofMine(row, act, 'EMPLOYER_UNKNOWN', { employer: employerNo }));
  }

  @Get('declarations')
  @Duty(...readers)
  @Says('申报一览', 'Declarations of a month')
  declarations(
    @Query({ schema: declarationsQuery }) query: z.infer<typeof declarationsQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const { month } = query;
    return declarationsPage(this.deps.app.pool, { month, offices, ...pageOptions(query) });
  }

  @Get('contributions')
  @Duty(...readers)
  @Says('一个月的缴费与做实率', 'Contributions of a month and how much of them is real')
  contributions(
    @Query({ schema: monthQuery }) { month }: z.infer<typeof monthQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    return contributionMonth(this.deps.app.pool, month, offices);
  }

  @Get('awards')
  @Duty(...readers)
  @Says('待遇一览', 'Awards of an office')
  awards(
    @Query({ schema: awardsQuery }) query: z.infer<typeof awardsQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return awardsPage(this.deps.app.pool, {
      office: officeOf(act, query.office),
      on: act.on,
      unpaidOnly: query.unpaidOnly === 'true',
      ...pageOptions(query),
      ...without({ status: query.status }),
    });
  }

  @Get('awards/:awardNo')
  @Duty(...readers)
  @Says('一项待遇', 'One award with its open lines')
  async award(
    @Param('awardNo', { schema: reference }) awardNo: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const row = await awardByNo(this.deps.app.pool, awardNo, act.on);
    return ofMine(row, act, 'AWARD_UNKNOWN', { award: awardNo });
  }

  @Get('unpaid')
  @Duty(...readers)
  @Says('未发明细按原因汇总', 'Open lines by reason')
  async unpaid(
    @Query({ schema: officeQuery }) { office }: z.infer<typeof officeQuery>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const asked = officeOf(act, office);
    const rows = await unpaidByReason(this.deps.app.pool, asked, act.on);
    return { office: asked, day: act.on, rows };
  }

  @Get('fund-accounts')
  @Duty(...readers)
  @Says('基金账户余额', "The fund's accounts and their trial balance")
  fundAccounts(
    @Query({ schema: asOfQuery }) { asOf }: z.infer<typeof asOfQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const position = asOf === undefined ? undefined : BigInt(asOf);
    return trialBalance(this.deps.app.pool, { offices, ...without({ asOf: position }) });
  }

  @Get('fund-accounts/journal')
  @Duty(...readers)
  @Says('分录', 'The journal of the fund')
  journal(
    @Query({ schema: journalQuery }) query: z.infer<typeof journalQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const { month } = query;
    const question = { offices, ...pageOptions(query), ...without({ month }) };
    return journalPage(this.deps.app.pool, question);
  }
}
