import { Refusal, refuse } from '#domain/refusal.js';
import { Facts, isRecord, missing } from './facts.js';
import { identityOf } from './identity.js';
import { questions, type Fields } from './questions.js';
import { shippedPolicies } from './shipped.js';
import { isJurisdiction, newTrace, type Policies, type Row, type Trace } from './table.js';

/**
 * Answers what the law gives: one question or an array of them, in the same order. Amounts are
 * integers of fen. An expected "no" is `{ refusal, facts }` in the place of its answer; nothing is
 * thrown for bad input.
 */
export function calculate(
  input: unknown,
  policies: Policies = shippedPolicies,
): readonly Fields[] | Fields {
  if (Array.isArray(input)) return input.map((one: unknown) => answer(one, policies));
  return answer(input, policies);
}

function answer(input: unknown, policies: Policies): Fields {
  try {
    return plain(ask(input, policies));
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.code, facts: error.facts };
    throw error;
  }
}

function ask(input: unknown, policies: Policies): Fields {
  if (!isRecord(input)) return refuse('BODY_INVALID', {});
  const facts = new Facts(input);
  const name = facts.text('question') ?? missing('question');
  if (name === 'identity') return askIdentity(facts);
  const question = Object.hasOwn(questions, name) ? questions[name] : undefined;
  if (question === undefined)
    return refuse('QUESTION_UNKNOWN', { known: `identity, ${Object.keys(questions).join(', ')}` });
  const jurisdiction = jurisdictionOf(facts) ?? missing('jurisdiction');
  const on = facts.day('on');
  const trace = newTrace();
  const fields = question({ jurisdiction, on, policies }, facts, trace);
  return { ...fields, ...groundsOf(trace) };
}

/** The law of the answer is that of the first row used; `basis` lists every row. */
function groundsOf({ rows, steps, warnings }: Trace): Fields {
  const [first] = rows;
  const verified = rows.every(({ law }) => law.verified);
  const law = first === undefined ? null : { ...lawOf(first), verified };
  return { law, basis: rows.map(lawOf), steps, warnings };
}

function lawOf(row: Row): Fields {
  const { jurisdiction, from, to, law } = row;
  return {
    document: law.document,
    article: law.article,
    jurisdiction,
    from,
    to: to ?? null,
    verified: law.verified,
  };
}

/** Numbers are checked by national standards: the place and the day are allowed and not needed. */
function askIdentity(facts: Facts): Fields {
  jurisdictionOf(facts);
  facts.optionalDay('on');
  const given = ['residentId', 'creditCode', 'bankCard'] as const;
  const name = given.find((fact) => facts.has(fact)) ?? missing('residentId');
  const text = facts.text(name) ?? missing(name);
  const found = identityOf({ [name]: text }) ?? missing(name);
  const standard = { residentId: 'GB 11643', creditCode: 'GB 32100', bankCard: 'ISO/IEC 7812' };
  const code = found.warning;
  return {
    ...found,
    law: { document: standard[name], article: '', from: null, to: null, verified: true },
    steps: [
      found.valid
        ? { zh: '校验通过', en: 'The check passes' }
        : { zh: '校验未通过', en: 'The check fails' },
    ],
    warnings: code === null ? [] : [{ code, zh: '请核对证件或账号', en: 'Look at the document' }],
  };
}

function jurisdictionOf(facts: Facts): string | undefined {
  const jurisdiction = facts.text('jurisdiction');
  if (jurisdiction !== undefined && !isJurisdiction(jurisdiction))
    refuse('JURISDICTION_UNKNOWN', {});
  return jurisdiction;
}

/** Amounts are bigint inside and JSON integers outside; they stay far below what a number holds. */
function plain(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, json(value)]));
}

function json(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(json);
  return isRecord(value) ? plain(value) : value;
}
