import { forbidPayee } from '#domain/actor/relation.js';
import { Refusal } from '#domain/refusal.js';
import { addMonths, firstDay, monthOf, type Month } from '#domain/values/calendar.js';
import { noFen, sumFen, type Fen } from '#domain/values/fen.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { OpeningRow } from '#input/kinds.js';
import { monthlyAmount } from '#law/benefit-amount.js';
import { jurisdictionOf } from '#projections/actors.js';
import { awardsByNumber } from '#projections/award-state.js';
import { personsByRefs } from '#projections/person-register.js';
import type { Act, App } from '../app.js';
import { documentLine, type OpeningLine } from '../document-lines.js';
import { derivedId } from '../ids.js';
import { hasBegun, recordRoll } from '../rolls.js';
import { sealAccounts } from '../vault.js';
import { groupBy } from './bulk.js';
import type { Refused, Taker } from './takers.js';

/**
 * Awards in force at go-live: amounts and months are taken as brought (drawn months count unpaid
 * ones too). Each office has one document, which three people sign before an award is opened.
 */
export const takeOpening: Taker<'opening'> = async (app, act, file) => {
  const { sha256, progress } = file;
  // Before any office's list is drawn up: whoever hands it in again starts with the first one.
  for (const { person } of file.rows) forbidPayee(act, person);
  const over = await officesBegun(
    app,
    file.rows.map(({ office }) => office),
  );
  const late = file.rows.filter(({ office }) => over.has(office));
  const inTime = file.rows.filter(({ office }) => !over.has(office));
  const { rows: own, refused: differing } = await withOwnAccounts(app, inTime);
  const goLive = monthOf(act.on);
  const { rows, refused: withoutAmount } = await withAmounts(app, own, goLive);
  const tooLate = late.map((row): Refused => {
    const { claim: key, office } = row;
    return { key, code: 'OPENING_OVER', facts: { office }, rows: [row] };
  });
  const refused = [...tooLate, ...differing, ...withoutAmount];
  const withAccount = rows.filter(({ account }) => account !== '');
  const sealed = await sealAccounts(
    app.vault,
    withAccount.map(({ person, bankCode, account, holder }) => ({
      personRef: person,
      given: { bankCode, account, holder },
    })),
  );
  const accounts = new Map(withAccount.map(({ claim }, at) => [claim, sealed[at]]));
  const made: string[] = [];
  for (const [office, mine] of groupBy(rows, (row) => row.office)) {
    const jurisdiction = await jurisdictionOf(app.pool, office);
    const lines = mine.map((row): OpeningLine => {
      const account = accounts.get(row.claim);
      return {
        kind: 'award',
        award: row.claim,
        person: row.person,
        ...{ office, jurisdiction },
        monthsAwarded: row.awardedMonths,
        monthsDrawn: row.drawnMonths,
        firstMonth: row.firstMonth,
        nextMonth: nextMonthOf(row, goLive),
        monthlyFen: row.monthlyFen,
        account: account === undefined ? null : { ...account, usableFrom: act.on, hands: [] },
      };
    });
    const part = { office, sha256, lines, amountFen: noFen, sheet: {}, name: 'awards' };
    made.push(await propose(app, act, { ...part, goLive, jurisdiction }));
  }
  progress(file.rows.length, file.rows.length);
  return { refused, made };
};

/**
 * Of these offices those whose first month is cut: what they began with stands, and whoever is to
 * be paid later than that goes by a claim and by the law.
 */
async function officesBegun(app: App, offices: readonly string[]): Promise<ReadonlySet<string>> {
  const begun = new Set<string>();
  for (const office of new Set(offices)) if (await hasBegun(app, office)) begun.add(office);
  return begun;
}

/**
 * An award without an amount follows the law of its place, month by month: it can when the law
 * gives an amount by the months drawn alone, for nobody brings the months paid.
 */
async function withAmounts(
  app: App,
  rows: readonly OpeningRow[],
  goLive: Month,
): Promise<Readonly<{ rows: readonly OpeningRow[]; refused: readonly Refused[] }>> {
  const refused: Refused[] = [];
  const known: OpeningRow[] = [];
  for (const row of rows) {
    const { claim, office, monthlyFen, drawnMonths, awardedMonths } = row;
    const isAsked = monthlyFen === null && drawnMonths < awardedMonths;
    if (isAsked && !(await lawGives(app, row, goLive)))
      refused.push({ key: claim, code: 'OPENING_AMOUNT_MISSING', facts: { office }, rows: [row] });
    else known.push(row);
  }
  return { rows: known, refused };
}

async function lawGives(app: App, row: OpeningRow, goLive: Month): Promise<boolean> {
  const payMonth = nextMonthOf(row, goLive);
  const rules = app.law.on(await jurisdictionOf(app.pool, row.office), firstDay(payMonth));
  try {
    return monthlyAmount(rules, { payMonth, benefitMonthNo: row.drawnMonths + 1 }) > 0n;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** The first month that falls due here: not before the office goes live. */
function nextMonthOf({ firstMonth, drawnMonths }: OpeningRow, goLive: Month): Month {
  const next = addMonths(firstMonth, drawnMonths);
  return next < goLive ? goLive : next;
}

/** A list of awards is no way round the three people who change an account. */
async function withOwnAccounts(
  app: App,
  rows: readonly OpeningRow[],
): Promise<Readonly<{ rows: readonly OpeningRow[]; refused: readonly Refused[] }>> {
  const persons = await personsByRefs(
    app.pool,
    rows.map(({ person }) => person),
  );
  const known = new Map([...persons].map(([ref, { accountKey }]) => [ref, accountKey]));
  const refused: Refused[] = [];
  const own = rows.filter((row) => {
    const { claim, person, account } = row;
    if (account === '') return true;
    const key = app.vault.blind('account', account);
    const recorded = known.get(person) ?? key;
    known.set(person, recorded);
    if (recorded !== key)
      refused.push({ key: claim, code: 'ACCOUNT_DIFFERS', facts: { claim }, rows: [row] });
    return recorded === key;
  });
  return { rows: own, refused };
}

/** Lines that the old system left unpaid: they are the opening of the first month. */
export const takeOpeningUnpaid: Taker<'opening-unpaid'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  for (const { person } of rows) forbidPayee(act, person);
  const goLive = monthOf(act.on);
  const awards = await awardsByNumber(
    app.pool,
    rows.map(({ claim }) => claim),
  );
  const over = await officesBegun(
    app,
    [...awards.values()].map(({ state }) => state.office),
  );
  const refused: Refused[] = [];
  const known = rows.filter((row) => {
    const { claim, month, item } = row;
    const state = awards.get(claim)?.state;
    const refuseRow = (code: Refused['code'], key: string, facts: Refused['facts']): false => {
      refused.push({ key, code, facts, rows: [row] });
      return false;
    };
    if (state === undefined) return refuseRow('AWARD_UNKNOWN', claim, { claim });
    const { office, nextMonth } = state;
    if (over.has(office)) return refuseRow('OPENING_OVER', claim, { office });
    if (item !== 'benefit' || month < nextMonth) return true;
    const facts = { award: claim, line: month, from: nextMonth };
    return refuseRow('MONTH_NOT_DRAWN', `${claim}/${month}`, facts);
  });
  const made: string[] = [];
  for (const [office, mine] of groupBy(known, (row) => awards.get(row.claim)?.state.office ?? '')) {
    const jurisdiction = await jurisdictionOf(app.pool, office);
    let sheet: Sheet = {};
    const lines = mine.map((row): OpeningLine => {
      const { claim: award, person, month, item, amountFen, reason } = row;
      sheet = addToSheet(sheet, item, 'opening', { lines: 1, personMonths: 1, amountFen });
      // The name of a benefit month's line is the month itself; other items stand beside it.
      const line = item === 'benefit' ? month : `${month}.${item}`;
      return {
        kind: 'line',
        ...{ award, person, line, item, month, amountFen, reason },
        rollMonth: month,
      };
    });
    const amountFen = sumFen(mine.map((row) => row.amountFen));
    const part = { office, sha256, lines, amountFen, sheet, name: 'unpaid' };
    made.push(await propose(app, act, { ...part, goLive, jurisdiction }));
  }
  progress(rows.length, rows.length);
  return { refused, made };
};

type Part = Readonly<{
  office: string;
  sha256: string;
  lines: readonly OpeningLine[];
  amountFen: Fen;
  sheet: Sheet;
  name: string;
  goLive: Month;
  jurisdiction: string;
}>;

async function propose(app: App, act: Act, part: Part): Promise<string> {
  const { office, sha256, lines, amountFen, sheet, name, goLive, jurisdiction } = part;
  const rollId = `${office}-${goLive}-opening-${name}-${sha256.slice(0, 8)}`;
  const document = await app.documents.put('opening', lines.map(documentLine));
  await recordRoll(
    app,
    { ...act, commandId: derivedId(sha256, rollId) },
    {
      ...{ rollId, office, month: goLive, kind: 'opening', sheet },
      document: document.sha256,
      seen: { root: document.root, lines: document.lines, amountFen },
      policyVersion: app.law.version(jurisdiction),
    },
  );
  return rollId;
}
