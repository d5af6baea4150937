import { randomUUID } from 'node:crypto';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import { refusalTexts, refusalWords, type BothWords } from '#application/refusal-texts.js';
import { Refusal, type RefusalCode } from '#domain/refusal.js';
import { isEnding } from '#projections/outage.js';
import { fieldsOf } from './wrong-fields.js';

/**
 * RFC 9457: what is wrong, where, and what to do. `title`, `detail` and `advice` are in the one
 * language that was asked for; `zh` and `en` hold them in both.
 */
export type Problem = BothWords &
  Readonly<{
    type: string;
    title: string;
    status: number;
    code: string;
    detail: string;
    advice: string;
    facts: Readonly<Record<string, string>>;
  }>;

export type Language = 'zh' | 'en';

/** Chinese unless English is asked for first. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], weight: Number(weight ?? 1) };
    })
    .sort((left, right) => right.weight - left.weight)
    .find(({ language }) => language === 'zh' || language === 'en');
  return wanted?.language === 'en' ? 'en' : 'zh';
}

export function problemOf({ code, facts }: Refusal, language: Language): Problem {
  const words = refusalWords(code, facts);
  const { status } = refusalTexts[code];
  return { type: `urn:yuejie:refusal:${code}`, status, code, ...words[language], facts, ...words };
}

/**
 * Turns whatever was thrown into a problem. A refusal is an answer; anything else is a fault of
 * ours, which the caller knows by an id and the log by its stack, never by a person's data.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    if (reply.sent) return;
    const language = languageOf(request.headers['accept-language']);
    const refusal = asRefusal(error);
    const problem =
      refusal === undefined ? this.fault(error, language, request) : problemOf(refusal, language);
    if (problem.status === 429) void reply.header('retry-after', '60');
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
      .send(JSON.stringify(problem));
  }

  private fault(error: unknown, language: Language, request: FastifyRequest): Problem {
    const id = randomUUID();
    const route = request.routeOptions.url ?? 'unknown';
    this.log.error({ id, method: request.method, route, ...faultFacts(error) }, 'request failed');
    const words = faultWords(id);
    const said = { ...words[language], facts: { id }, ...words };
    return { type: 'urn:yuejie:fault', status: 500, code: 'FAULT', ...said };
  }
}

function faultWords(id: string): BothWords {
  return {
    zh: {
      title: '系统内部错误',
      detail: `系统内部错误（${id}）`,
      advice: '请用同一个命令号重试；仍然出错的，把编号告诉系统管理员',
    },
    en: {
      title: 'An error inside the system',
      detail: `An error inside the system (${id})`,
      advice: 'Retry with the same command id; if it fails again, tell the administrator the id',
    },
  };
}

/** The stack names places in the code; a message may quote values, so it stays out. */
function faultFacts(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, stack: frames.slice(0, 12).join('\n') };
}

/** What Fastify and Nest throw before a route is reached, in our own words. */
function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (isEnding(error)) return new Refusal('SYSTEM_ENDING', {});
  if (error instanceof ZodError) return new Refusal('BODY_INVALID', fieldsOf(error.issues));
  const status = statusOf(error);
  if (status === undefined || status >= 500 || status < 400) return undefined;
  return new Refusal(codeOf(status), {});
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function codeOf(status: number): RefusalCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'FILE_TOO_LARGE';
  if (status === 429) return 'TOO_MANY_REQUESTS';
  return 'BODY_INVALID';
}
