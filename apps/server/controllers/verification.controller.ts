import { Body, Controller, Get, Inject, Param, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunVerification } from '#application/commands.js';
import { stored } from '#application/stored.js';
import type { Receipt } from '#application/transact.js';
import type { Proposal } from '#domain/verification/verification.events.js';
import { rootOf, verificationStream } from '#domain/verification/verification.js';
import { proposalsOf, receivedFor, windowOf } from '#projections/verification-board.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { officeOf, readers, shown } from '../scope.js';
import { dayText, monthPlace, monthText, reasonText, reference } from './schemas.js';

const windowBody = z
  .strictObject({ ...monthPlace.shape, from: dayText, to: dayText })
  .meta({ id: 'VerificationWindow' });

const proposalId = z.string().min(1).max(300);

const proposalSignature = z
  .strictObject({ proposalId, root: z.string().min(1).max(4_000) })
  .meta({ id: 'ProposalSignature' });

const proposalReason = z
  .strictObject({ proposalId, reason: reasonText })
  .meta({ id: 'ProposalReason' });

const noSignIns = z.strictObject({ reason: reasonText }).meta({ id: 'NoSignIns' });

const resumptionBody = z
  .strictObject({
    ...{ awardNo: reference, effect: z.literal('resume'), from: monthText },
    clause: reasonText,
  })
  .meta({ id: 'Resumption' });

type Place = z.infer<typeof monthPlace>;

/** Verification (审验): what comparison proposes and people decide, and the month's sign-ins. */
@Controller('api/v1/verification')
export class VerificationController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get(':office/:month')
  @Duty(...readers)
  @Says('本月审验：时段、来源、处理建议', "A month's verification: window, sources, proposals")
  async one(
    @Param({ schema: monthPlace }) { office, month }: Place,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { pool, transact } = this.deps.app;
    officeOf(act, office);
    const stream = verificationStream(office, month);
    const [window, received, proposals, state] = await Promise.all([
      windowOf(pool, office, month),
      receivedFor(pool, office, month),
      proposalsOf(pool, office, month),
      transact.state(stored.verification, stream),
    ]);
    const cases = state.status === 'none' ? {} : state.proposals;
    const rows = proposals.map((row) => ({ ...shown(row), root: rootIn(cases, row.proposalId) }));
    return { office, month, window: window ?? null, received, proposals: rows };
  }

  @Post()
  @Duty('payroll', 'intake')
  @Says('开启审验', 'Open the verification')
  open(
    @Body({ schema: windowBody }) input: z.infer<typeof windowBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunVerification('openWindow', act, input));
  }

  @Put(':office/:month/no-sign-ins')
  @Duty('payroll', 'intake')
  @Says('声明本月无人签到', 'Declare that nobody signed in this month')
  declareNone(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: noSignIns }) body: z.infer<typeof noSignIns>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunVerification('declareNoSignIns', act, { ...place, ...body }));
  }

  @Put(':office/:month/judgement')
  @Duty('payroll')
  @Says('按签到结果处理', "Judge the month's sign-ins")
  judge(@Param({ schema: monthPlace }) place: Place, @CurrentAct() act: Act): Promise<Receipt> {
    return this.bus.execute(new RunVerification('judgeSignIns', act, place));
  }

  @Post(':office/:month/proposals')
  @Duty('payroll', 'intake')
  @Says('提出恢复发放', 'Propose to resume an award that was stopped or paused')
  resume(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: resumptionBody }) { effect: _effect, ...body }: z.infer<typeof resumptionBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunVerification('proposeResumption', act, { ...place, ...body }));
  }

  @Put(':office/:month/proposals/approval')
  @Duty('approver')
  @Says('审核处理建议', 'Approve a proposal')
  approve(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: proposalSignature }) body: z.infer<typeof proposalSignature>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...place, ...body, step: 'approve' } as const;
    return this.bus.execute(new RunVerification('signProposal', act, input));
  }

  @Put(':office/:month/proposals/review')
  @Duty('reviewer')
  @Says('复核处理建议', 'Review a proposal')
  review(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: proposalSignature }) body: z.infer<typeof proposalSignature>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { ...place, ...body, step: 'review' } as const;
    return this.bus.execute(new RunVerification('signProposal', act, input));
  }

  @Put(':office/:month/proposals/return')
  @Duty('approver', 'reviewer')
  @Says('退回处理建议', 'Send a proposal back')
  sendBack(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: proposalReason }) body: z.infer<typeof proposalReason>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunVerification('sendProposalBack', act, { ...place, ...body }));
  }

  @Put(':office/:month/proposals/dismissal')
  @Duty('approver', 'reviewer')
  @Says('撤销处理建议', 'Drop a proposal')
  drop(
    @Param({ schema: monthPlace }) place: Place,
    @Body({ schema: proposalReason }) body: z.infer<typeof proposalReason>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunVerification('dropProposal', act, { ...place, ...body }));
  }
}

/** What a signer signs of a proposal; null when its stream has none of that name. */
function rootIn(
  cases: Readonly<Record<string, Readonly<{ proposal: Proposal }>>>,
  id: string,
): string | null {
  const found = cases[id];
  return found === undefined ? null : rootOf(found.proposal);
}
