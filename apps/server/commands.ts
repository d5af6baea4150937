import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { concatMap, from, of, switchMap, type Observable } from 'rxjs';
import { bodyHash, sha256Hex } from '#application/ids.js';
import { readsKey, shownOnceKey } from './access.js';
import { answerText } from './answer.js';
import { serverDeps, type ServerDeps } from './deps.js';
import { isUnsafe } from './guard.js';
import { headerOf, requestOf, type ServerRequest } from './request.js';

/**
 * A command's id is reserved with its target and body before it runs, and its answer is kept: the
 * repeat of an answered command is answered again without running.
 */
@Injectable()
export class CommandInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    const handler = context.getHandler();
    const isQuestion = this.reflector.get<boolean | undefined>(readsKey, handler) === true;
    const { act } = request;
    if (act === undefined || isQuestion || !isUnsafe(request.method)) return next.handle();
    const isShownOnce = this.reflector.get<boolean | undefined>(shownOnceKey, handler) === true;
    const { reservations } = this.deps;
    const reserved = reservations.reserve({
      commandId: act.commandId,
      actorId: act.by.person,
      target: `${request.method} ${request.url}`,
      bodySha256: hashOf(request),
    });
    return from(reserved).pipe(
      switchMap((earlier) => {
        if (earlier !== undefined) return of(JSON.parse(earlier) as unknown);
        return next.handle().pipe(
          concatMap(async (answer: unknown) => {
            if (!isShownOnce) await reservations.answered(act.commandId, answerText(answer));
            return answer;
          }),
        );
      }),
    );
  }
}

/** Over the body, and over the mapping that says how a file's columns are meant. */
function hashOf(request: ServerRequest): string {
  const { body } = request;
  if (!Buffer.isBuffer(body)) return bodyHash(body ?? null);
  const mapping = headerOf(request, 'x-column-mapping');
  return mapping === undefined ? sha256Hex(body) : bodyHash({ file: sha256Hex(body), mapping });
}
