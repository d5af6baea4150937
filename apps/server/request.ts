import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Act } from '#application/app.js';
import type { SessionOwner } from '#security/sessions.js';

/** Who sends a request, and by which session. */
export type Caller = Readonly<{ owner: SessionOwner; sessionId: string }>;

export type ServerRequest = FastifyRequest & { caller?: Caller; act?: Act };

export function requestOf(context: ExecutionContext): ServerRequest {
  return context.switchToHttp().getRequest<ServerRequest>();
}

/** The person at work, as the guard found them: duty, office, business day and command id. */
export const CurrentAct = createParamDecorator((_none: unknown, context: ExecutionContext): Act => {
  const { act } = requestOf(context);
  if (act === undefined) throw new Error('this route demands no duty, so nobody acts in it');
  return act;
});

export const CurrentCaller = createParamDecorator(
  (_none: unknown, context: ExecutionContext): Caller => {
    const { caller } = requestOf(context);
    if (caller === undefined) throw new Error('this route is public, so nobody is signed in');
    return caller;
  },
);

/** A header's one value; a repeated header is taken as absent. */
export function headerOf(request: ServerRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
