import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import type { Act } from '#application/app.js';
import type { ActingActor } from '#application/staff.js';
import type { Duty } from '#domain/actor/duties.js';
import { refuse } from '#domain/refusal.js';
import { csrfTokenMatches } from '#security/sessions.js';
import { accessKey, readsKey, type Access } from './access.js';
import { serverDeps, type ServerDeps } from './deps.js';
import { headerOf, requestOf, type Caller, type ServerRequest } from './request.js';

export const sessionCookie = 'yuejie_session';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Nobody passes unless the route says who may. Duties are read again at each request, so that a
 * duty taken away ends at once, whatever session is open.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const access = this.reflector.get<Access | undefined>(accessKey, handler);
    if (access === undefined) return refuse('DUTY_MISSING', {});
    if (access.kind === 'public') return true;
    const request = requestOf(context);
    const caller = await this.callerOf(request);
    request.caller = caller;
    const beforeChange = access.kind === 'signed-in' && access.beforeChange;
    if (caller.owner.mustChange && !beforeChange) refuse('PASSWORD_MUST_CHANGE', {});
    if (access.kind === 'signed-in') return true;
    const isQuestion = this.reflector.get<boolean | undefined>(readsKey, handler) === true;
    const act = await this.actOf(request, caller, access.duties, isQuestion);
    request.act = act;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.header('x-acting-as', actingText(act));
    return true;
  }

  private async callerOf(request: ServerRequest): Promise<Caller> {
    const bearer = /^Bearer (\S+)$/.exec(headerOf(request, 'authorization') ?? '')?.[1];
    const sessionId = bearer ?? request.cookies[sessionCookie];
    if (sessionId === undefined) return refuse('NOT_SIGNED_IN', {});
    const owner = await this.deps.sessions.find(sessionId);
    if (owner === undefined) return refuse('NOT_SIGNED_IN', {});
    // A browser sends its cookie wherever a page points it; the token proves that it was our page.
    if (bearer === undefined && isUnsafe(request.method)) {
      if (!csrfTokenMatches(sessionId, headerOf(request, 'x-csrf') ?? ''))
        refuse('CSRF_MISSING', {});
    }
    return { owner, sessionId };
  }

  /** The first duty held for the office asked for or for one above it. */
  private async within(held: readonly Held[], asked: string | undefined): Promise<Held> {
    for (const term of held) {
      if (asked === undefined || asked === term.office) return term;
      if ((await this.deps.staff.officesBelow(term.office)).includes(asked)) return term;
    }
    return refuse('OFFICE_OUT_OF_SCOPE', { office: asked ?? '' });
  }

  /** Whoever names no office acts in all where the duty is held: its own comes first. */
  private async officesOf(places: readonly string[]): Promise<readonly string[]> {
    const offices = new Set<string>();
    for (const place of places)
      for (const office of await this.deps.staff.officesBelow(place)) offices.add(office);
    return [...offices];
  }

  private async actOf(
    request: ServerRequest,
    { owner }: Caller,
    allowed: readonly Duty[],
    isQuestion: boolean,
  ): Promise<Act> {
    const { staff, days, pool } = this.deps;
    const on = await days.of(pool);
    const actor = await staff.actingOn(owner.actorId, on);
    const asked = headerOf(request, 'x-office');
    const held = heldTerms(actor, allowed, headerOf(request, 'x-duty'));
    const { duty, office } = await this.within(held, asked);
    const acting = asked ?? office;
    const offices = await this.officesOf(asked === undefined ? placesOf(held, duty) : [asked]);
    const isCommand = isUnsafe(request.method) && !isQuestion;
    return {
      by: { person: owner.actorId, account: owner.accountId, duty, office: acting },
      on,
      commandId: isCommand ? commandIdOf(request) : randomUUID(),
      related: actor.related,
      offices,
    };
  }
}

/** So that whoever asks through a program sees who acts; a person is named by number. */
function actingText({ by: { person, duty, office } }: Act): string {
  const parts = Object.entries({ person, duty, office });
  return parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

type Held = Readonly<{ duty: Duty; office: string }>;

export function isUnsafe(method: string): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method);
}

/** @throws Refusal COMMAND_ID_MISSING */
function commandIdOf(request: ServerRequest): string {
  const given = headerOf(request, 'idempotency-key');
  if (given === undefined || !uuid.test(given)) return refuse('COMMAND_ID_MISSING', {});
  return given.toLowerCase();
}

function placesOf(held: readonly Held[], duty: Duty): readonly string[] {
  return held.filter((term) => term.duty === duty).map(({ office }) => office);
}

/** The duties of the route that the actor holds today, or of those the one asked for by name. */
function heldTerms(
  { terms }: ActingActor,
  allowed: readonly Duty[],
  asked: string | undefined,
): readonly Held[] {
  const wanted = allowed.filter((duty) => asked === undefined || duty === asked);
  // Of a duty asked for by name, to be told of others that one holds would only puzzle.
  const missing = wanted.length === 0 ? allowed : wanted;
  const held = wanted.flatMap((duty) => terms.filter((term) => term.duty === duty));
  if (held.length === 0) refuse('DUTY_MISSING', { needed: missing.join(', ') });
  return held;
}
