import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { calculateClaim } from '#application/claims.js';
import { RunClaim } from '#application/commands.js';
import { claimKinds, funeralGrants, type BenefitFacts } from '#domain/claim/claim-kinds.js';
import type { Receipt } from '#application/transact.js';
import { claimByNo, claimsPage } from '#projections/claim-register.js';
import { Duty, Says } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { ofMine, readers, shown } from '../scope.js';
import {
  accountBody,
  cursorQuery,
  dayText,
  fenNumber,
  officeCode,
  pageOptions,
  reasonBody,
  reference,
  without,
} from './schemas.js';

const payeeBody = z
  .strictObject({
    kind: z.enum(['person', 'survivor', 'guardian']),
    ref: reference,
    relation: z.string().trim().min(1).max(40),
  })
  .meta({ id: 'ClaimPayee' });

const count = z.int().min(0).max(600);

const benefitBody = z
  .strictObject({
    awardNo: reference,
    on: dayText,
    averageWageFen: fenNumber.optional(),
    minimumWageFen: fenNumber.optional(),
    dependants: count.optional(),
    publicInterest: z.boolean().optional(),
    otherFuneralGrants: z.array(z.enum(funeralGrants)).max(2).optional(),
    choice: z.enum([...funeralGrants, 'unemployment']).optional(),
    licence: z.boolean().optional(),
    taxProof: z.boolean().optional(),
    contractYears: count.optional(),
    insuredMonths: count.optional(),
    continuousMonths: count.optional(),
    toPlace: reference.optional(),
  })
  .meta({ id: 'BenefitFacts' });

const claimBody = z
  .strictObject({
    claimNo: reference,
    personRef: reference,
    office: officeCode,
    filedOn: dayText,
    account: accountBody.optional(),
    kind: z.enum(claimKinds).optional(),
    payee: payeeBody.optional(),
    benefit: benefitBody.optional(),
  })
  .meta({ id: 'ClaimFiling' });

const approvalBody = z
  .strictObject({
    outcome: z.enum(['grant', 'reject']),
    reason: z.string().trim().min(1).max(500).optional(),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .meta({ id: 'ClaimApproval' });

const resubmissionBody = z
  .strictObject({ account: accountBody.optional(), benefit: benefitBody.optional() })
  .meta({ id: 'ClaimResubmission' });

const claimsQuery = z.object({
  ...cursorQuery,
  status: z
    .enum([
      'filed',
      'accepted',
      'turned-away',
      'approved',
      'reviewed',
      'decided',
      'returned',
      'withdrawn',
    ])
    .optional(),
});

/** Claims (申领), from the counter to the last signature. */
@Controller('api/v1/claims')
export class ClaimsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @Duty(...readers)
  @Says('申领一览', 'Claims of my offices')
  async list(
    @Query({ schema: claimsQuery }) query: z.infer<typeof claimsQuery>,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const question = { offices, ...pageOptions(query), ...without({ status: query.status }) };
    const { rows, ...page } = await claimsPage(this.deps.app.pool, question);
    return { rows: rows.map(shown), ...page };
  }

  @Get(':claimNo')
  @Duty(...readers)
  @Says('一件申领', 'One claim')
  async one(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return shown(
      ofMine(await claimByNo(this.deps.app.pool, claimNo), act, 'CLAIM_UNKNOWN', {
        claim: claimNo,
      }),
    );
  }

  @Get(':claimNo/calculation')
  @Duty(...readers)
  @Says('依法计算：事实、步骤、条款', 'What the law gives: facts, steps, clauses')
  calculation(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return calculateClaim(this.deps.app, act, claimNo);
  }

  @Post()
  @Duty('intake')
  @Says('受理申领', 'File a claim')
  file(
    @Body({ schema: claimBody }) body: z.infer<typeof claimBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const { account, kind, payee, benefit, ...claim } = body;
    const facts = benefit === undefined ? {} : { benefit: without(benefit) as BenefitFacts };
    const input = { ...claim, ...without({ account, kind, payee }), ...facts };
    return this.bus.execute(new RunClaim('fileClaim', act, input));
  }

  /** The "approve" button. PUT, because approving twice is the same as approving once. */
  @Put(':claimNo/approval')
  @Duty('approver')
  @Says('审核', 'Approve: grant or reject, as calculated')
  approve(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @Body({ schema: approvalBody }) { reason, ...approval }: z.infer<typeof approvalBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const input = { claimNo, ...approval, ...without({ reason }) };
    return this.bus.execute(new RunClaim('approveClaim', act, input));
  }

  @Put(':claimNo/review')
  @Duty('reviewer')
  @Says('复核（重新计算）', 'Review, with a recomputation of its own')
  review(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunClaim('reviewClaim', act, claimNo));
  }

  @Put(':claimNo/authorisation')
  @Duty('authoriser')
  @Says('审批（分级审核的第四人，重新计算）', 'Authorise: the fourth hand that some kinds demand')
  authorise(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunClaim('authoriseClaim', act, claimNo));
  }

  @Put(':claimNo/return')
  @Duty('approver', 'reviewer', 'authoriser')
  @Says('退回', 'Send back')
  sendBack(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunClaim('sendClaimBack', act, { claimNo, reason }));
  }

  @Put(':claimNo/resubmission')
  @Duty('intake')
  @Says('改正后重新提交', 'Submit again after a correction')
  resubmit(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @Body({ schema: resubmissionBody }) body: z.infer<typeof resubmissionBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    const { account, benefit } = body;
    const facts = benefit === undefined ? {} : { benefit: without(benefit) as BenefitFacts };
    const input = { claimNo, ...without({ account }), ...facts };
    return this.bus.execute(new RunClaim('resubmitClaim', act, input));
  }

  @Put(':claimNo/withdrawal')
  @Duty('intake')
  @Says('撤回', 'Withdraw')
  withdraw(
    @Param('claimNo', { schema: reference }) claimNo: string,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunClaim('withdrawClaim', act, { claimNo, reason }));
  }
}
