import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { absoluteLimitMs, csrfToken } from '#security/sessions.js';
import { Public, Says, SignedIn } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { sessionCookie } from '../guard.js';
import { CurrentCaller, type Caller, type ServerRequest } from '../request.js';

const signInBody = z
  .strictObject({ login: z.string().min(1).max(100), password: z.string().min(1).max(400) })
  .meta({ id: 'SignIn' });

const passwordBody = z
  .strictObject({ current: z.string().min(1).max(400), next: z.string().min(1).max(400) })
  .meta({ id: 'PasswordChange' });

/** Signing in and out; programs carry the same session id as `Authorization: Bearer`. */
@Controller('api/v1')
export class SessionController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Post('session')
  @Public()
  @Says('登录', 'Sign in')
  async signIn(
    @Body({ schema: signInBody }) { login, password }: z.infer<typeof signInBody>,
    @Req() request: ServerRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { accounts, sessions, signInLimit } = this.deps;
    signInLimit.take(request.ip);
    const { accountId, actorId, mustChange } = await accounts.signIn(login, password);
    const before = request.cookies[sessionCookie];
    if (before !== undefined) await sessions.close(before);
    const session = await this.open(accountId, reply);
    return { session, csrf: csrfToken(session), actorId, mustChange };
  }

  @Delete('session')
  @SignedIn(true)
  @Says('退出登录', 'Sign out')
  async signOut(
    @CurrentCaller() { sessionId }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.deps.sessions.close(sessionId);
    void reply.clearCookie(sessionCookie, { path: '/' });
    return { signedIn: false };
  }

  @Get('me')
  @SignedIn(true)
  @Says('我是谁、有哪些职责', 'Who I am and which duties I hold')
  async me(@CurrentCaller() { owner, sessionId }: Caller): Promise<object> {
    const { staff, days, pool, demo, version } = this.deps;
    const on = await days.of(pool);
    const { terms } = await staff.actingOn(owner.actorId, on);
    return { ...owner, day: on, duties: terms, csrf: csrfToken(sessionId), demo, version };
  }

  @Post('me/password')
  @SignedIn(true)
  @Says('修改自己的密码', 'Change my own password')
  async changePassword(
    @Body({ schema: passwordBody }) { current, next }: z.infer<typeof passwordBody>,
    @CurrentCaller() { owner }: Caller,
    @Req() request: ServerRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { accountId } = owner;
    this.deps.signInLimit.take(request.ip);
    await this.deps.accounts.changePassword({ accountId, current, next });
    const session = await this.open(accountId, reply);
    return { session, csrf: csrfToken(session), actorId: owner.actorId, mustChange: false };
  }

  /** A new id each time: an id that was known before the sign-in opens nothing after it. */
  private async open(accountId: string, reply: FastifyReply): Promise<string> {
    const session = await this.deps.sessions.open(accountId);
    void reply.setCookie(sessionCookie, session, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: this.deps.secureCookie,
      maxAge: absoluteLimitMs / 1_000,
    });
    return session;
  }
}
