import type { Pool } from 'pg';
import { codecs } from '#domain/codecs.js';
import { monthStream } from '#domain/month/month.js';
import { refuse } from '#domain/refusal.js';
import type { Month } from '#domain/values/calendar.js';
import { LogGap, type RecordedEvent } from '#event-store/port.js';
import type { Certificate } from '#evidence/audit/breaches.js';
import { verifyClose as auditClose } from '#evidence/audit/close.js';
import type { Finding } from '#evidence/audit/findings.js';
import { segregationOf } from '#evidence/audit/segregation.js';
import { verify, type Verification, type VerifyStage } from '#evidence/audit/verify.js';
import { verifyLog } from '#evidence/links.js';
import { logSource } from '#evidence/sealer.js';
import { allOffices } from '#projections/actors.js';
import { projections } from '#projections/all.js';
import { rebuild, type TableDifference } from '#projections/rebuild.js';
import type { App } from './app.js';
import { sourcesOf } from './start.js';

export type VerifyAllOptions = Readonly<{
  /** Limits documents, closes and cases to a month; log, ledger and read models are whole. */
  month?: Month;
  /** Owns the read models' tables. Without it they are not compared, and the answer says so. */
  ownerPool?: Pool;
}>;

/** Tells how far the work is; `total` is missing while it is not known. */
export type VerifyProgress = (
  stage: VerifyStage | 'read-models',
  done: number,
  total?: number,
) => void;

/** A read model that is not what a replay gives: no event is at fault, its table is. */
export type ReadModelFinding = Readonly<Omit<Finding, 'code'> & { code: 'READ_MODEL_DIFFERS' }>;

export type AllVerified = Readonly<
  Omit<Verification, 'checked' | 'findings'> & {
    checked: Verification['checked'] & Readonly<{ readModels: number }>;
    findings: readonly (Finding | ReadModelFinding)[];
  }
>;

/**
 * The whole proof: chain and tree against the events, the audit of money, documents, sealed rows
 * and hands, and every read model against a replay beside it. The findings stand in the order of
 * the log, so that the first names the first bad position.
 */
export async function verifyAll(
  app: App,
  { month, ownerPool }: VerifyAllOptions = {},
  onProgress: VerifyProgress = () => undefined,
): Promise<AllVerified> {
  const audited = await verify(
    {
      ...evidenceOf(app),
      verifySealed: (expected) => app.vault.rows.verifySealed(expected),
      verifyLog: async () => verifyLog(await logSource(app.pool, app.store)),
    },
    { onProgress, ...(month === undefined ? {} : { month }) },
  );
  // Nothing is learnt from a replay of a log that was changed itself.
  const isLogSound = !audited.findings.some(({ code }) => code === 'LOG_CHANGED');
  const compared =
    ownerPool === undefined || !isLogSound
      ? { readModels: 0, findings: [] }
      : await compareReadModels(app, ownerPool, onProgress);
  return {
    ...audited,
    ok: audited.ok && compared.findings.length === 0,
    checked: { ...audited.checked, readModels: compared.readModels },
    found: audited.found + compared.findings.length,
    findings: [...audited.findings, ...compared.findings],
  };
}

/**
 * Recomputes the closes of a month from events and documents alone, years later as well. An office
 * whose month is open or cut is named: what is not closed is not proved.
 *
 * @throws Refusal MONTH_UNKNOWN when no office opened that month
 * @throws Refusal MONTH_NOT_CLOSED when none closed it
 */
export async function verifyClose(
  app: App,
  only: Readonly<{ month: Month; office?: string }>,
): Promise<VerifiedCloses> {
  const standings = await standingsOf(app, only);
  if (standings.length === 0) return refuse('MONTH_UNKNOWN', only);
  const notClosed = standings.filter(({ closed }) => !closed).map(({ office }) => office);
  if (notClosed.length === standings.length)
    return refuse('MONTH_NOT_CLOSED', { ...only, offices: notClosed.join(', ') });
  const result = await auditClose(evidenceOf(app), only);
  return { ...result, ok: result.ok && notClosed.length === 0, notClosed };
}

export type VerifiedCloses = Awaited<ReturnType<typeof auditClose>> &
  Readonly<{ notClosed: readonly string[] }>;

/** @throws Refusal MONTH_UNKNOWN when no office ever opened that month */
export async function refuseUnknownMonth(app: App, month: Month): Promise<void> {
  if ((await standingsOf(app, { month })).length === 0) refuse('MONTH_UNKNOWN', { month });
}

/** The offices that opened a month, from its streams: a read model may be what is at fault. */
async function standingsOf(
  { store, pool }: App,
  { month, office }: Readonly<{ month: Month; office?: string }>,
): Promise<readonly Readonly<{ office: string; closed: boolean }>[]> {
  const offices = (await allOffices(pool)).filter(({ code }) => [undefined, code].includes(office));
  const standings: { office: string; closed: boolean }[] = [];
  for (const { code, kind } of offices) {
    const types = new Set((await store.read(monthStream(code, month))).map(({ type }) => type));
    // A pool that pays nobody itself has nothing to close but its offices' months.
    const isIdle = kind === 'pool' && !types.has('DocumentAdmitted');
    const closed = types.has('MonthClosed');
    if (types.size > 0 && (closed || !isIdle)) standings.push({ office: code, closed });
  }
  return standings;
}

/** The segregation certificate (职责分离) over all history, or over the cases of one month. */
export function segregationReport(app: App, month?: Month): Promise<Certificate> {
  return segregationOf(eventsOf(app), month === undefined ? {} : { month });
}

function evidenceOf(app: App) {
  const { documents, evidence } = app;
  return {
    events: () => eventsOf(app),
    documents: (sha256: string) => documents.lines(sha256),
    // Links that are gone were named by the chain; the closes that hang on them differ.
    logAt: async (position: bigint) => ({
      headLink: await evidence.linkAt(position).catch(() => ''),
      treeRoot: await evidence.rootAt(position).catch(() => ''),
    }),
  };
}

/** Up to the first position that is missing: the chain has named it already. */
async function* eventsOf({ store }: App): AsyncIterable<readonly RecordedEvent[]> {
  try {
    yield* store.readAll(0n);
  } catch (error) {
    if (!(error instanceof LogGap)) throw error;
  }
}

async function compareReadModels(
  app: App,
  ownerPool: Pool,
  onProgress: VerifyProgress,
): Promise<Readonly<{ readModels: number; findings: readonly ReadModelFinding[] }>> {
  const { store } = app;
  const findings: ReadModelFinding[] = [];
  for (const [at, projection] of projections.entries()) {
    const sources = sourcesOf(app);
    const live = { ownerPool, store, codecs, sources, projection };
    const { position, differences } = await rebuild({ ...live, compareOnly: true });
    findings.push(...differences.map((difference) => findingOf(difference, position)));
    onProgress('read-models', at + 1, projections.length);
  }
  return { readModels: projections.length, findings };
}

/** Numbers of rows only: what stands in them may be about somebody. */
function findingOf(
  { table, liveOnly, rebuiltOnly }: TableDifference,
  position: bigint,
): ReadModelFinding {
  return {
    code: 'READ_MODEL_DIFFERS',
    position,
    stream: `read.${table}`,
    zh: '读模型与重放结果不一致',
    en: 'A read model is not what a replay of the log gives',
    facts: { liveOnly: String(liveOnly), rebuiltOnly: String(rebuiltOnly) },
  };
}
