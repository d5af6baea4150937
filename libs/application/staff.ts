import { isWithdrawn, wasProposed } from '#domain/actor/actor-accounts.js';
import { actorIdentityStream } from '#domain/actor/actor-identity.js';
import type { ActorCommand, OpenAccount } from '#domain/actor/actor.commands.js';
import { actorDecider, actorStream, dutiesOn } from '#domain/actor/actor.js';
import type { DutyTerm } from '#domain/actor/actor.events.js';
import type { Administrator, Duty } from '#domain/actor/duties.js';
import type { ReservedLogin } from '#domain/actor/login.events.js';
import { loginStream, type ReserveLogin } from '#domain/actor/login.js';
import { identityCodecs, type IdentityEvent } from '#domain/identity/identity.events.js';
import { identityStream } from '#domain/identity/identity.js';
import type { OfficeOpening } from '#domain/office/office.events.js';
import { officeStream } from '#domain/office/office.js';
import { Refusal, refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { isJurisdiction } from '#law/table.js';
import { officesWithin } from '#projections/actors.js';
import type { StaffAccounts } from '#security/accounts.js';
import type { Act, App } from './app.js';
import { contextFor, refuseOtherOffice } from './claims.js';
import { bodyHash, derivedId } from './ids.js';
import { stored } from './stored.js';
import { decode, type Receipt } from './transact.js';
import { sealFields } from './vault.js';

export type RegisterActorInput = Readonly<{
  actorId: string;
  office: string;
  name: string;
  /** Resident identity number; it is sealed and indexed, and stands in no event. */
  idNumber: string;
  /** Persons of the register that are declared relatives (回避). */
  related?: readonly string[];
}>;

export type DutyInput = Readonly<{ actorId: string }> & DutyTerm;

/** What the guard needs to know of somebody at work. */
export type ActingActor = Readonly<{
  terms: readonly DutyTerm[];
  related: readonly string[];
}>;

/** Offices, the people who work in them, what they may do, and what they sign in with. */
export class Staff {
  constructor(
    private readonly app: App,
    private readonly accounts: StaffAccounts,
  ) {}

  /**
   * The duties that hold on a day, from the actor's own stream: one taken away is gone at once.
   * Related (回避) is also the actor as a person of the register, asked for now: staff are often
   * registered before the register is brought in.
   */
  async actingOn(actorId: string, on: Day): Promise<ActingActor> {
    const actor = await this.app.transact.state(stored.actor, actorStream(actorId));
    if (actor.status === 'none') return { terms: [], related: [] };
    const selves = await this.personsOf(actor.registration.identityKey);
    const related = [...new Set([...actor.related, ...selves])].sort();
    return { terms: dutiesOn(actor, on), related };
  }

  /** Every number that the identity ever had: what an old one is still owed is its own as well. */
  private async personsOf(identityKey: string): Promise<readonly string[]> {
    const events = await this.app.store.read(identityStream(identityKey));
    return events.map((event) => decode<IdentityEvent>(identityCodecs, event).data.personRef);
  }

  /** The office with all below it. */
  async officesBelow(office: string): Promise<readonly string[]> {
    return officesWithin(this.app.pool, office);
  }

  /**
   * @throws Refusal OFFICE_OUT_OF_SCOPE when its parent is not the acting office or below it,
   * JURISDICTION_UNKNOWN, OFFICE_CODE_MALFORMED, OFFICE_CODE_TAKEN
   */
  async openOffice(act: Act, opening: OfficeOpening): Promise<Receipt> {
    refuseOtherOffice(act, opening.parent ?? opening.code);
    if (!isJurisdiction(opening.jurisdiction)) refuse('JURISDICTION_UNKNOWN', {});
    const command = { type: 'OpenOffice', ...opening } as const;
    const stream = officeStream(opening.code);
    return this.app.transact.run(stored.office, stream, command, contextFor(act));
  }

  /**
   * One actor a human being: the identity is reserved first, so that a second record of the same
   * person is refused whatever name or office it is given.
   *
   * @throws Refusal ID_INVALID, ACTOR_ID_TAKEN
   */
  async registerActor(act: Act, input: RegisterActorInput): Promise<Receipt> {
    const { actorId, office, name, idNumber } = input;
    refuseOtherOffice(act, office);
    const { vault, transact } = this.app;
    const identityKey = vault.blind('id-number', idNumber);
    const reserve = { type: 'ReserveActorIdentity', identityKey, actorId } as const;
    const context = contextFor(act);
    await transact.run(stored.actorIdentity, actorIdentityStream(identityKey), reserve, context);
    const owner = { personRef: `actor:${actorId}`, kind: 'staff', about: 'name' } as const;
    await sealFields(vault, { ...owner, fields: { name } });
    const self = await vault.persons.findPersons('id-number', idNumber);
    const selves = self.map(({ personRef }) => personRef);
    const related = [...new Set([...selves, ...(input.related ?? [])])].sort();
    const command = { type: 'RegisterActor', actorId, identityKey, office, related } as const;
    return transact.run(stored.actor, actorStream(actorId), command, context);
  }

  /** The first administrators of an empty system, who are nobody's subordinates yet. */
  async installAdministrator(
    act: Act,
    input: Readonly<{ actorId: string; duty: Administrator; identityKey: string; from: Day }>,
  ): Promise<Receipt> {
    const { actorId, duty, identityKey, from } = input;
    const { office } = act.by;
    const context = contextFor(act);
    const { transact } = this.app;
    const stream = actorStream(actorId);
    const register = { type: 'RegisterActor', actorId, identityKey, office, related: [] } as const;
    await transact.run(stored.actor, stream, register, {
      ...context,
      commandId: derivedId(act.commandId, actorId, 'register'),
    });
    const install = { type: 'InstallDuty', duty, office, from } as const;
    return transact.run(stored.actor, stream, install, context);
  }

  /** The door of a first administrator: whoever starts the server is shown its password. */
  async installAccount(
    act: Act,
    { actorId, login }: Readonly<{ actorId: string; login: string }>,
  ): Promise<OpenedAccount> {
    const accountId = derivedId(act.commandId, actorId, 'account');
    const command = { type: 'InstallAccount', accountId } as const;
    return this.opened(act, { actorId, accountId, login }, command);
  }

  /**
   * Another door for a registered person is proposed; nobody goes through it yet. Its login is kept
   * for it first: proposed for another account, or that one's already, it is refused.
   *
   * @throws Refusal ACTOR_ACCOUNT_TAKEN
   */
  async proposeAccount(
    act: Act,
    { actorId, login }: Readonly<{ actorId: string; login: string }>,
  ): Promise<Readonly<{ accountId: string; receipt: Receipt }>> {
    await this.inScope(act, actorId);
    const accountId = derivedId(act.commandId, actorId, 'account');
    const command = this.signAccount(act, 'make', { accountId, login });
    const { transact } = this.app;
    const stream = actorStream(actorId);
    const actor = await transact.state(stored.actor, stream);
    // What is refused anyway keeps no login.
    actorDecider.decide(command, actor);
    if (await this.accounts.isLoginOfAnother(accountId, login))
      refuse('ACTOR_ACCOUNT_TAKEN', { fact: 'login' });
    const kept = await this.reserveLogin(act, { loginKey: command.loginKey, actorId, accountId });
    // A proposal that was cut off comes again, and its login has passed on meanwhile.
    if (kept !== accountId && !wasProposed(actor, accountId))
      refuse('ACTOR_ACCOUNT_TAKEN', { fact: 'login' });
    const receipt = await transact.run(stored.actor, stream, command, contextFor(act));
    return { accountId, receipt };
  }

  /** @returns the account that the login is kept for: another one, when a repeat comes too late */
  private async reserveLogin(act: Act, login: ReservedLogin): Promise<string> {
    const { transact } = this.app;
    const stream = loginStream(login.loginKey);
    const reserve = { type: 'ReserveLogin', ...login } as const;
    const command = { ...reserve, on: act.on, ...(await this.passedOn(stream, login.actorId)) };
    const commandId = derivedId(act.commandId, 'reserve-login', login.accountId);
    const context = { ...contextFor(act), commandId };
    await transact.run(stored.login, stream, command, context, bodyHash(reserve));
    const after = await transact.state(stored.login, stream);
    return after.status === 'free' ? login.accountId : after.accountId;
  }

  /**
   * How the account that a login was kept for stands. It gives the login up (`over`) when its
   * proposal was withdrawn, or when it is of the same actor, whose own stream has just told that no
   * account of his stands for it; and in time when it was never proposed.
   */
  private async passedOn(
    stream: string,
    actorId: string,
  ): Promise<Pick<ReserveLogin, 'over' | 'unproposed'>> {
    const { transact } = this.app;
    const login = await transact.state(stored.login, stream);
    if (login.status === 'free') return {};
    const { accountId } = login;
    if (login.actorId === actorId) return { over: accountId };
    const holder = await transact.state(stored.actor, actorStream(login.actorId));
    if (isWithdrawn(holder, accountId)) return { over: accountId };
    return wasProposed(holder, accountId) ? {} : { unproposed: accountId };
  }

  /**
   * Its proposer, or another person with that duty, takes back what nobody has opened yet, and its
   * login is free again.
   *
   * @throws Refusal NOT_FOUND, SIGNER_NOT_PROPOSER, SIGNER_IS_PAYEE, CHAIN_COMPLETE
   */
  async withdrawAccount(
    act: Act,
    { actorId, accountId }: Readonly<{ actorId: string; accountId: string }>,
  ): Promise<Receipt> {
    await this.inScope(act, actorId);
    const command = { type: 'WithdrawAccount', accountId, by: act.by, on: act.on } as const;
    return this.app.transact.run(stored.actor, actorStream(actorId), command, contextFor(act));
  }

  /**
   * Another person opens it, for the login that was proposed.
   *
   * @returns the one-time password, shown once; until it is used, a repeat gives a new one
   */
  async openAccount(act: Act, account: Account): Promise<OpenedAccount> {
    await this.inScope(act, account.actorId);
    return this.opened(act, account, this.signAccount(act, 'approve', account));
  }

  private async opened(act: Act, account: Account, command: ActorCommand): Promise<OpenedAccount> {
    const { actorId, accountId } = account;
    const { transact } = this.app;
    const stream = actorStream(actorId);
    // What will be refused is refused before a login is asked for.
    actorDecider.decide(command, await transact.state(stored.actor, stream));
    if (await this.accounts.isLoginOfAnother(accountId, account.login))
      refuse('ACTOR_ACCOUNT_TAKEN', { fact: 'login' });
    // The log first: a row of an account that was never opened could not be taken back.
    const receipt = await transact.run(stored.actor, stream, command, contextFor(act));
    const password = await this.oneTimePassword(account);
    return { accountId, password, receipt };
  }

  private signAccount(
    { by, on }: Act,
    step: 'make' | 'approve',
    { accountId, login }: Readonly<{ accountId: string; login: string }>,
  ): OpenAccount {
    const loginKey = this.app.vault.blind('name', `login|${login}`);
    return { type: 'OpenAccount', step, accountId, loginKey, by, on };
  }

  /** The account's sessions end at once; the same account is never opened again. */
  async closeAccount(
    act: Act,
    { actorId, accountId }: Readonly<{ actorId: string; accountId: string }>,
  ): Promise<Receipt> {
    await this.inScope(act, actorId);
    const command = { type: 'CloseAccount', accountId } as const;
    const stream = actorStream(actorId);
    const receipt = await this.app.transact.run(stored.actor, stream, command, contextFor(act));
    await this.accounts.setDisabled(accountId, true);
    return receipt;
  }

  /** The security administrator proposes; nothing changes until another person grants it. */
  async proposeDuty(act: Act, input: DutyInput): Promise<Receipt> {
    return this.signDuty(act, 'make', input);
  }

  async grantDuty(act: Act, input: DutyInput): Promise<Receipt> {
    return this.signDuty(act, 'approve', input);
  }

  /**
   * As an account's proposal is taken back: nothing was granted yet, and nothing will be.
   *
   * @throws Refusal NOT_FOUND, SIGNER_NOT_PROPOSER, SIGNER_IS_PAYEE, CHAIN_COMPLETE
   */
  async withdrawDuty(act: Act, { actorId, ...term }: DutyInput): Promise<Receipt> {
    await this.inScope(act, actorId);
    refuseOtherOffice(act, term.office);
    const command = { type: 'WithdrawDuty', by: act.by, on: act.on, ...term } as const;
    return this.app.transact.run(stored.actor, actorStream(actorId), command, contextFor(act));
  }

  async revokeDuty(
    act: Act,
    { actorId, duty, office }: Readonly<{ actorId: string; duty: Duty; office: string }>,
  ): Promise<Receipt> {
    await this.inScope(act, actorId);
    refuseOtherOffice(act, office);
    const command = { type: 'RevokeDuty', duty, office, on: act.on } as const;
    return this.app.transact.run(stored.actor, actorStream(actorId), command, contextFor(act));
  }

  async declareRelation(
    act: Act,
    { actorId, personRef }: Readonly<{ actorId: string; personRef: string }>,
  ): Promise<Receipt> {
    await this.inScope(act, actorId);
    const command = { type: 'DeclareRelation', personRef } as const;
    return this.app.transact.run(stored.actor, actorStream(actorId), command, contextFor(act));
  }

  private async signDuty(act: Act, step: 'make' | 'approve', input: DutyInput): Promise<Receipt> {
    const { actorId, duty, office, from, to } = input;
    await this.inScope(act, actorId);
    refuseOtherOffice(act, office);
    const term = to === undefined ? { duty, office, from } : { duty, office, from, to };
    const command = { type: 'GrantDuty', step, by: act.by, on: act.on, ...term } as const;
    return this.app.transact.run(stored.actor, actorStream(actorId), command, contextFor(act));
  }

  private async inScope(act: Act, actorId: string): Promise<void> {
    const actor = await this.app.transact.state(stored.actor, actorStream(actorId));
    if (actor.status === 'none') return refuse('ACTOR_UNKNOWN', { actor: actorId });
    refuseOtherOffice(act, actor.registration.office);
  }

  private async oneTimePassword(account: Account): Promise<string> {
    try {
      return await this.accounts.create(account);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'ACTOR_ACCOUNT_TAKEN') throw error;
      // Either this very account from an answer that was lost, or a login that is somebody else's.
      if (!(await this.isUntouched(account))) throw error;
      return this.accounts.resetPassword(account.accountId);
    }
  }

  /** Opened, and its one-time password never changed: nobody has worked with it yet. */
  private async isUntouched({ accountId, actorId }: Account): Promise<boolean> {
    const { rowCount } = await this.app.pool.query(
      'select from staff_accounts where account_id = $1 and actor_id = $2 and must_change',
      [accountId, actorId],
    );
    return rowCount === 1;
  }
}

type Account = Readonly<{ accountId: string; actorId: string; login: string }>;
type OpenedAccount = Readonly<{ accountId: string; password: string; receipt: Receipt }>;
