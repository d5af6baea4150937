import { Body, Controller, Delete, Get, Inject, Param, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunStaff } from '#application/commands.js';
import { stored } from '#application/stored.js';
import type { Receipt } from '#application/transact.js';
import { accountsInForce, accountsProposed } from '#domain/actor/actor-accounts.js';
import { actorStream } from '#domain/actor/actor.js';
import { duties } from '#domain/actor/duties.js';
import { refuse } from '#domain/refusal.js';
import { actorById, actorsOf, dutiesOf, dutiesProposed } from '#projections/actors.js';
import { Duty, Says, ShownOnce } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { CurrentAct } from '../request.js';
import { dayText, officeCode, reference } from './schemas.js';

const actorBody = z
  .strictObject({
    actorId: reference,
    office: officeCode,
    name: z.string().trim().min(1).max(100),
    idNumber: z.string().min(15).max(40),
    related: z.array(reference).max(100).default([]),
  })
  .meta({ id: 'ActorRegistration' });

const accountBody = z
  .strictObject({ login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/) })
  .meta({ id: 'AccountOpening' });

const dutyBody = z
  .strictObject({
    duty: z.enum(duties),
    office: officeCode,
    from: dayText,
    to: dayText.optional(),
  })
  .meta({ id: 'DutyTerm' });

const dutyPath = z.strictObject({
  actorId: reference,
  duty: z.enum(duties),
  office: officeCode,
});

const relationBody = z.strictObject({ personRef: reference }).meta({ id: 'Relation' });

/** Staff as persons: who they are is sealed; what they may do takes two hands. */
@Controller('api/v1/actors')
export class ActorsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get()
  @Duty('security-admin', 'audit-admin', 'system-admin', 'auditor', 'inspector')
  @Says('经办人员一览', 'Staff of my offices')
  async list(@CurrentAct() { offices }: Act): Promise<object> {
    const rows = await actorsOf(this.deps.app.pool, offices);
    return { rows: rows.map(({ identityKey: _sealed, ...row }) => row) };
  }

  @Get('proposals')
  @Duty('audit-admin', 'security-admin')
  @Says('待同意的职责授予', 'Duties proposed and not yet granted')
  async proposals(@CurrentAct() { offices }: Act): Promise<object> {
    return { rows: await dutiesProposed(this.deps.app.pool, offices) };
  }

  @Get(':actorId')
  @Duty('security-admin', 'audit-admin', 'system-admin', 'auditor', 'inspector')
  @Says(
    '一名经办人员的职责、在用账号和待开账号',
    'One member of staff with all duties, accounts in force and accounts proposed',
  )
  async one(
    @Param('actorId', { schema: reference }) actorId: string,
    @CurrentAct() { offices }: Act,
  ): Promise<object> {
    const { pool } = this.deps.app;
    const actor = await actorById(pool, actorId);
    if (actor === undefined || !offices.includes(actor.office))
      return refuse('ACTOR_UNKNOWN', { actor: actorId });
    const { identityKey: _sealed, ...row } = actor;
    const state = await this.deps.app.transact.state(stored.actor, actorStream(actorId));
    const inForce = accountsInForce(state);
    const logins = await this.deps.accounts.loginsOf(inForce.map(({ accountId }) => accountId));
    return {
      ...row,
      duties: await dutiesOf(pool, actorId),
      proposed: accountsProposed(state),
      inForce: inForce.map((one) => ({ ...one, login: logins.get(one.accountId) ?? null })),
    };
  }

  @Post()
  @Duty('security-admin')
  @Says('登记经办人员', 'Register a member of staff')
  register(
    @Body({ schema: actorBody }) input: z.infer<typeof actorBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('registerActor', act, input));
  }

  @Post(':actorId/accounts')
  @Duty('security-admin')
  @Says('申请开设登录账号', 'Propose an account')
  proposeAccount(
    @Param('actorId', { schema: reference }) actorId: string,
    @Body({ schema: accountBody }) { login }: z.infer<typeof accountBody>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return this.bus.execute(new RunStaff('proposeAccount', act, { actorId, login }));
  }

  @Put(':actorId/accounts/:accountId')
  @Duty('audit-admin')
  @ShownOnce()
  @Says(
    '另一人开设登录账号；一次性密码只显示一次',
    'Open the account as a second person; its one-time password is shown once',
  )
  openAccount(
    @Param('actorId', { schema: reference }) actorId: string,
    @Param('accountId', { schema: reference }) accountId: string,
    @Body({ schema: accountBody }) { login }: z.infer<typeof accountBody>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    return this.bus.execute(new RunStaff('openAccount', act, { actorId, accountId, login }));
  }

  @Put(':actorId/accounts/:accountId/withdrawal')
  @Duty('security-admin')
  @Says(
    '申请人或同一职责的另一人撤回未开设的登录账号',
    'Withdraw a proposed account before it is opened, as its proposer or one with that duty',
  )
  withdrawAccount(
    @Param('actorId', { schema: reference }) actorId: string,
    @Param('accountId', { schema: reference }) accountId: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('withdrawAccount', act, { actorId, accountId }));
  }

  @Delete(':actorId/accounts/:accountId')
  @Duty('security-admin')
  @Says('关闭登录账号', 'Close an account')
  closeAccount(
    @Param('actorId', { schema: reference }) actorId: string,
    @Param('accountId', { schema: reference }) accountId: string,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('closeAccount', act, { actorId, accountId }));
  }

  @Post(':actorId/duties')
  @Duty('security-admin')
  @Says('申请授予职责', 'Propose a duty')
  propose(
    @Param('actorId', { schema: reference }) actorId: string,
    @Body({ schema: dutyBody }) term: z.infer<typeof dutyBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('proposeDuty', act, { actorId, ...termOf(term) }));
  }

  @Put(':actorId/duties')
  @Duty('audit-admin')
  @Says('同意授予职责', 'Grant a proposed duty')
  grant(
    @Param('actorId', { schema: reference }) actorId: string,
    @Body({ schema: dutyBody }) term: z.infer<typeof dutyBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('grantDuty', act, { actorId, ...termOf(term) }));
  }

  @Put(':actorId/duties/withdrawal')
  @Duty('security-admin')
  @Says(
    '申请人或同一职责的另一人撤回未授予的职责',
    'Withdraw a proposed duty before it is granted, as its proposer or one with that duty',
  )
  withdrawDuty(
    @Param('actorId', { schema: reference }) actorId: string,
    @Body({ schema: dutyBody }) term: z.infer<typeof dutyBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('withdrawDuty', act, { actorId, ...termOf(term) }));
  }

  @Delete(':actorId/duties/:duty/:office')
  @Duty('security-admin')
  @Says('收回职责', 'Revoke a duty')
  revoke(
    @Param({ schema: dutyPath }) { actorId, duty, office }: z.infer<typeof dutyPath>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('revokeDuty', act, { actorId, duty, office }));
  }

  @Post(':actorId/relations')
  @Duty('security-admin')
  @Says('申报回避关系', 'Declare a relative among the insured')
  relate(
    @Param('actorId', { schema: reference }) actorId: string,
    @Body({ schema: relationBody }) { personRef }: z.infer<typeof relationBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunStaff('declareRelation', act, { actorId, personRef }));
  }
}

function termOf({ duty, office, from, to }: z.infer<typeof dutyBody>) {
  return to === undefined ? { duty, office, from } : { duty, office, from, to };
}
