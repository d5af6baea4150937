import { randomUUID } from 'node:crypto';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import { refusalTexts } from '#application/refusal-texts.js';
import { Refusal, type RefusalCode } from '#domain/refusal.js';

/** RFC 9457: what is wrong, where, and what to do, in the reader's language. */
export type Problem = Readonly<{
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
  const { status, zh, en, doZh, doEn } = refusalTexts[code];
  const title = language === 'zh' ? zh : en;
  const named = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  const detail = named.length === 0 ? title : `${title}（${named.join('；')}）`;
  return {
    type: `urn:yuejie:refusal:${code}`,
    title,
    status,
    code,
    detail,
    advice: language === 'zh' ? doZh : doEn,
    facts,
  };
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
    const title = language === 'zh' ? '系统内部错误' : 'An error inside the system';
    return {
      type: 'urn:yuejie:fault',
      title,
      status: 500,
      code: 'FAULT',
      detail: `${title}（${id}）`,
      advice:
        language === 'zh'
          ? '请用同一个命令号重试；仍然出错的，把编号告诉系统管理员'
          : 'Retry with the same command id; if it fails again, tell the administrator the id',
      facts: { id },
    };
  }
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

type Issue = Readonly<{ message: string; path?: readonly unknown[] | undefined }>;

/** The fields that are wrong; their values may be personal and are not repeated. */
export function fieldsOf(issues: readonly Issue[]): Readonly<Record<string, string>> {
  const fields = issues.map(({ path }) => pathText(path)).filter((path) => path !== '');
  return fields.length === 0 ? {} : { fields: [...new Set(fields)].slice(0, 20).join(', ') };
}

function pathText(path: readonly unknown[] | undefined): string {
  const keys = (path ?? []).map((part) =>
    typeof part === 'object' && part !== null && 'key' in part ? part.key : part,
  );
  return keys.map(String).join('.');
}
