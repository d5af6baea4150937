import { monthOf, type Day, type Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import type { FieldOf, Kind, PayeeAccount, RowOf } from './kinds.js';
import type { Reason } from './problems.js';

/**
 * What the office already knows, answered at once: whoever imports loads it before. `known`
 * compares a row with what was taken in under the same key. Keys and contents hold personal data:
 * keep only keyed digests of them. The content is made when it is asked for, as most keys are new.
 */
export type Registers = Readonly<{
  employer: (number: string) => Readonly<{ enrolledOn: Day; office: string }> | undefined;
  person: (
    number: string,
  ) => Readonly<{ enrolledOn: Day; office: string; household: string }> | undefined;
  /** The person who has this identity number, in its 18-character form. */
  personById: (id18: string) => string | undefined;
  office: (code: string) => boolean;
  /** Whether the office is the importer's own or one below it. */
  inScope: (office: string) => boolean;
  /** Whether any month from one to another, both included, is paid or declared for this person. */
  contributed: (person: string, from: Month, to: Month) => boolean;
  /** The person of an award in force, and the office that pays it. */
  award: (claim: string) => Readonly<{ person: string; office: string }> | undefined;
  /** Benefit months that an award has drawn, and which of them are known to be unpaid. */
  drawn: (claim: string) => Drawn | undefined;
  /** The office that pays the person an award, if any does. */
  paidBy: (person: string) => string | undefined;
  known: (kind: Kind, key: string, content: () => string) => Known;
}>;

/** `months` counts the unpaid ones too. */
export type Drawn = Readonly<{ months: number; unpaid: readonly Month[] }>;

/**
 * `same`: this very file held the row before; `elsewhere`: another file that was taken in wholly;
 * `in-part`: another one that was cut off or had rows refused; `other`: another content.
 */
export type Known = 'new' | 'same' | 'elsewhere' | 'in-part' | 'other';

/**
 * What base × rate gives in a month, in fen; undefined when no rate is known for it. There are
 * rules that ask whether the person comes from the countryside.
 */
export type Contribution = (
  month: Month,
  baseFen: Fen,
  household: string,
) => Readonly<{ employerFen: Fen; employeeFen: Fen }> | undefined;

/** What a row is held against: the registers, and the good rows before it in the same file. */
export type Desk = Readonly<{
  registers: Registers;
  contribution: Contribution;
  /** Identity number → person number, of this file's good rows. */
  ids: Map<string, string>;
  /** Spans of paid months of this file's good rows, by person. */
  spans: Map<string, Readonly<{ from: Month; to: Month }>[]>;
  /** Unpaid benefit months of this file's good rows, by award. */
  unpaid: Map<string, Set<Month>>;
}>;

export type Fault<K extends Kind> = readonly [reason: Reason, field: FieldOf<K>] | undefined;

export type Rules<K extends Kind> = Readonly<{
  /** What makes two rows speak of the same matter. */
  key: (row: RowOf[K]) => string;
  /** The field to name when the key is taken, and the reason. */
  taken: readonly [reason: Reason, field: FieldOf<K>];
  /** True when even an equal row may not stand twice in one file. */
  once?: true;
  /** The first fault of a row, worst first; undefined when there is none. */
  fault: (row: RowOf[K], desk: Desk) => Fault<K>;
  /**
   * Whose matter a row is: nobody speaks for an office outside his scope. One office of several is
   * enough; where there is none, the row stays with the importer's own.
   */
  owners: (
    row: RowOf[K],
    registers: Registers,
  ) => Readonly<{ field: FieldOf<K>; offices: readonly (string | undefined)[] }>;
  /** Faults of a row that is new to the registers. */
  faultWhenNew?: (row: RowOf[K], desk: Desk) => Fault<K>;
  /** Lets a good row be seen by those after it. */
  keep?: (row: RowOf[K], desk: Desk) => void;
}>;

/** The order is the contract: employer, person, negative, rate, duplicate; then the rest. */
export const rules: { readonly [K in Kind]: Rules<K> } = {
  employers: {
    key: ({ number }) => number,
    taken: ['number-taken', 'number'],
    fault: ({ office }, { registers }) => officeFault(office, registers),
    owners: ({ office }) => ({ field: 'office', offices: [office] }),
  },
  persons: {
    key: ({ number }) => number,
    taken: ['number-taken', 'number'],
    fault: ({ number, id }, { registers, ids }) => {
      const holder = ids.get(id) ?? registers.personById(id);
      return holder === undefined || holder === number ? undefined : ['id-taken', 'id'];
    },
    // Whoever enrols a person does so for his own office.
    owners: () => ({ field: 'number', offices: [] }),
    keep: ({ number, id }, { ids }) => void ids.set(id, number),
  },
  history: {
    key: ({ person, from }) => `${person} ${from}`,
    taken: ['person-month-duplicate', 'from'],
    once: true,
    fault: ({ person, from, to }, { registers, spans }) => {
      if (registers.person(person) === undefined) return ['person-unknown', 'person'];
      if (from > to) return ['span-reversed', 'to'];
      const others = spans.get(person) ?? [];
      const meets = others.some((other) => from <= other.to && other.from <= to);
      return meets ? ['person-month-duplicate', 'from'] : undefined;
    },
    owners: ownersOfPerson,
    // History is what an earlier system vouches for, so no enrolment day is held against it.
    faultWhenNew: ({ person, from, to }, { registers }) =>
      registers.contributed(person, from, to) ? ['person-month-duplicate', 'from'] : undefined,
    keep: ({ person, from, to }, { spans }) => {
      const others = spans.get(person);
      if (others === undefined) spans.set(person, [{ from, to }]);
      else others.push({ from, to });
    },
  },
  declarations: {
    key: ({ person, month }) => `${person} ${month}`,
    taken: ['person-month-duplicate', 'person'],
    once: true,
    fault: declarationFault,
    owners: ownersOfEmployer,
    faultWhenNew: ({ person, employer, month }, { registers }) => {
      if (registers.contributed(person, month, month)) return ['person-month-duplicate', 'person'];
      const enrolments = [registers.person(person), registers.employer(employer)];
      const early = enrolments.some((one) => one !== undefined && month < monthOf(one.enrolledOn));
      return early ? ['month-before-enrolment', 'month'] : undefined;
    },
  },
  collections: {
    key: ({ receipt }) => receipt,
    taken: ['number-taken', 'receipt'],
    fault: ({ employer, amountFen }, { registers }) => {
      if (employer !== '' && registers.employer(employer) === undefined)
        return ['employer-unknown', 'employer'];
      if (amountFen < 0n) return ['amount-negative', 'amountFen'];
      return amountFen === 0n ? ['amount-zero', 'amountFen'] : undefined;
    },
    owners: ownersOfEmployer,
  },
  registrations: {
    key: ({ person, registeredOn }) => `${person} ${registeredOn}`,
    taken: ['row-differs', 'person'],
    fault: ({ person, employer }, { registers }) => {
      if (registers.employer(employer) === undefined) return ['employer-unknown', 'employer'];
      return registers.person(person) === undefined ? ['person-unknown', 'person'] : undefined;
    },
    owners: ownersOfPerson,
  },
  claims: {
    key: ({ number }) => number,
    taken: ['number-taken', 'number'],
    // Whether a claim is entitled is decided and written to the person, never by leaving a row out.
    fault: (row, { registers }) => {
      if (registers.person(row.person) === undefined) return ['person-unknown', 'person'];
      return officeFault(row.office, registers) ?? payeeFault(row);
    },
    owners: ({ office }) => ({ field: 'office', offices: [office] }),
  },
  'sign-ins': {
    key: ({ person, signedOn }) => `${person} ${signedOn}`,
    taken: ['row-differs', 'person'],
    fault: ({ person }, { registers }) =>
      registers.person(person) === undefined ? ['person-unknown', 'person'] : undefined,
    // A sign-in or a hit goes to the office that pays the person.
    owners: ({ person }, { paidBy }) => ({ field: 'person', offices: [paidBy(person)] }),
  },
  extracts: {
    key: ({ source, id, event, happenedOn }) => `${source} ${id} ${event} ${happenedOn}`,
    taken: ['row-differs', 'id'],
    fault: ({ id }, { registers }) =>
      registers.personById(id) === undefined ? ['person-unknown', 'id'] : undefined,
    owners: ({ id }, { personById, paidBy }) => ({
      field: 'id',
      offices: [paidBy(personById(id) ?? '')],
    }),
  },
  accounts: {
    key: ({ person, changedOn }) => `${person} ${changedOn}`,
    taken: ['row-differs', 'person'],
    fault: ({ person }, { registers }) =>
      registers.person(person) === undefined ? ['person-unknown', 'person'] : undefined,
    owners: ownersOfPerson,
  },
  opening: {
    key: ({ claim }) => claim,
    taken: ['number-taken', 'claim'],
    fault: (row, { registers }) => {
      if (registers.person(row.person) === undefined) return ['person-unknown', 'person'];
      if (row.monthlyFen !== null && row.monthlyFen < 0n) return ['amount-negative', 'monthlyFen'];
      if (row.monthlyFen === 0n) return ['amount-zero', 'monthlyFen'];
      if (row.drawnMonths > row.awardedMonths) return ['months-drawn-too-many', 'drawnMonths'];
      return officeFault(row.office, registers) ?? payeeFault(row);
    },
    owners: ({ office }) => ({ field: 'office', offices: [office] }),
  },
  'opening-unpaid': {
    key: ({ claim, month, item }) => `${claim} ${month} ${item}`,
    taken: ['row-differs', 'claim'],
    fault: ({ claim, person, amountFen }, { registers }) => {
      if (registers.person(person) === undefined) return ['person-unknown', 'person'];
      if (amountFen < 0n) return ['amount-negative', 'amountFen'];
      if (amountFen === 0n) return ['amount-zero', 'amountFen'];
      return registers.award(claim)?.person === person ? undefined : ['claim-unknown', 'claim'];
    },
    faultWhenNew: unpaidFault,
    owners: ({ claim }, { award }) => ({ field: 'claim', offices: [award(claim)?.office] }),
    keep: ({ claim, month, item }, { unpaid }) => {
      if (item === 'benefit') unpaid.set(claim, (unpaid.get(claim) ?? new Set()).add(month));
    },
  },
};

/** A person is the matter of the office that enrolled him and of the one that pays him. */
function ownersOfPerson(
  { person }: Readonly<{ person: string }>,
  registers: Registers,
): Readonly<{ field: 'person'; offices: readonly (string | undefined)[] }> {
  return {
    field: 'person',
    offices: [registers.person(person)?.office, registers.paidBy(person)],
  };
}

function ownersOfEmployer(
  { employer }: Readonly<{ employer: string }>,
  registers: Registers,
): Readonly<{ field: 'employer'; offices: readonly (string | undefined)[] }> {
  return { field: 'employer', offices: [registers.employer(employer)?.office] };
}

/** A month that is unpaid was drawn: one more would be paid beside all those that were awarded. */
function unpaidFault(
  { claim, month, item }: RowOf['opening-unpaid'],
  { registers, unpaid }: Desk,
): Fault<'opening-unpaid'> {
  const drawn = registers.drawn(claim);
  if (item !== 'benefit' || drawn === undefined) return undefined;
  const open = new Set([...drawn.unpaid, ...(unpaid.get(claim) ?? []), month]);
  return open.size > drawn.months ? ['months-unpaid-too-many', 'month'] : undefined;
}

function declarationFault(
  row: RowOf['declarations'],
  { registers, contribution }: Desk,
): Fault<'declarations'> {
  if (registers.employer(row.employer) === undefined) return ['employer-unknown', 'employer'];
  const person = registers.person(row.person);
  if (person === undefined) return ['person-unknown', 'person'];
  for (const field of ['wageFen', 'baseFen', 'employerFen', 'employeeFen'] as const)
    if (row[field] < 0n) return ['amount-negative', field];
  const right = contribution(row.month, row.baseFen, person.household);
  if (right === undefined) return ['month-without-rate', 'month'];
  for (const field of ['employerFen', 'employeeFen'] as const)
    if (row[field] !== right[field]) return ['amount-not-base-times-rate', field];
  return undefined;
}

function officeFault(
  code: string,
  { office }: Registers,
): readonly ['office-unknown', 'office'] | undefined {
  return office(code) ? undefined : ['office-unknown', 'office'];
}

/** An account may be missing as a whole, and is then waited for; half of one is a mistake. */
function payeeFault(
  row: PayeeAccount,
): readonly ['value-missing', 'bankCode' | 'account' | 'holder'] | undefined {
  const fields = ['bankCode', 'account', 'holder'] as const;
  if (fields.every((field) => row[field] === '')) return undefined;
  const missing = fields.find((field) => row[field] === '');
  return missing === undefined ? undefined : ['value-missing', missing];
}
