import type { Day, Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import * as cells from './cells.js';
import type { Field } from './cells.js';

/** The kinds of file that are taken in, named as on the command line. */
export const kinds = [
  'employers',
  'persons',
  'history',
  'declarations',
  'collections',
  'registrations',
  'claims',
  'sign-ins',
  'extracts',
  'accounts',
  'opening',
  'opening-unpaid',
] as const;

export type Kind = (typeof kinds)[number];

export function isKind(text: string): text is Kind {
  return kinds.some((kind) => kind === text);
}

/** Why employment ended, in the codes of the calculation of benefits. */
export const terminationCodes = [
  'LCL-36-employer',
  'LCL-36-person',
  'LCL-38',
  'LCL-39',
  'LCL-40',
  'LCL-41',
  'LCL-44-1',
  'LCL-44-4',
  'LCL-44-5',
  'D13-13-4',
  'other-by-law',
  'resigned',
] as const;

/** What another register knows of a recipient, in the codes of the stop rules. */
export const extractEvents = ['re-employed', 'died', 'imprisoned', 'pension'] as const;

export const households = ['urban', 'rural'] as const;
export const benefitItems = ['benefit', 'medical-premium', 'price-subsidy'] as const;
export const unpaidReasons = ['failed', 'returned', 'account-missing'] as const;

export type EmployerRow = Readonly<{
  number: string;
  creditCode: string;
  name: string;
  office: string;
  enrolledOn: Day;
}>;

/** `id` is always the 18-character form. */
export type PersonRow = Readonly<{
  number: string;
  id: string;
  name: string;
  household: (typeof households)[number];
  enrolledOn: Day;
  phone: string;
}>;

/** Paid months from one to another, both included; `used` when a benefit was drawn on them. */
export type HistoryRow = Readonly<{ person: string; from: Month; to: Month; used: boolean }>;

export type DeclarationRow = Readonly<{
  month: Month;
  employer: string;
  person: string;
  wageFen: Fen;
  baseFen: Fen;
  employerFen: Fen;
  employeeFen: Fen;
}>;

/** Money received; `employer` is empty when nobody has been identified. */
export type CollectionRow = Readonly<{
  month: Month;
  employer: string;
  receivedOn: Day;
  amountFen: Fen;
  receipt: string;
}>;

export type RegistrationRow = Readonly<{
  person: string;
  employer: string;
  endedOn: Day;
  reason: (typeof terminationCodes)[number];
  registeredOn: Day;
  certificate: string;
}>;

/** Where money goes; all three are empty when the account is missing. */
export type PayeeAccount = Readonly<{ bankCode: string; account: string; holder: string }>;

export type ClaimRow = Readonly<{
  number: string;
  person: string;
  claimedOn: Day;
  office: string;
}> &
  PayeeAccount;

export type SignInRow = Readonly<{ person: string; signedOn: Day }>;

export type ExtractRow = Readonly<{
  source: string;
  id: string;
  event: (typeof extractEvents)[number];
  happenedOn: Day;
}>;

export type AccountRow = Readonly<{ person: string; changedOn: Day }> & PayeeAccount;

/**
 * An award in force at go-live: months awarded, months drawn, and the first month drawn. Without an
 * amount it follows the standards of the law.
 */
export type OpeningRow = Readonly<{
  claim: string;
  person: string;
  awardedMonths: number;
  drawnMonths: number;
  firstMonth: Month;
  monthlyFen: Fen | null;
  office: string;
}> &
  PayeeAccount;

export type OpeningUnpaidRow = Readonly<{
  claim: string;
  person: string;
  month: Month;
  item: (typeof benefitItems)[number];
  amountFen: Fen;
  reason: (typeof unpaidReasons)[number];
}>;

export type RowOf = {
  employers: EmployerRow;
  persons: PersonRow;
  history: HistoryRow;
  declarations: DeclarationRow;
  collections: CollectionRow;
  registrations: RegistrationRow;
  claims: ClaimRow;
  'sign-ins': SignInRow;
  extracts: ExtractRow;
  accounts: AccountRow;
  opening: OpeningRow;
  'opening-unpaid': OpeningUnpaidRow;
};

export type FieldOf<K extends Kind> = keyof RowOf[K] & string;

type Shape<Row> = { readonly [F in keyof Row]-?: Field<Row[F]> };

const { agencyNumber, amount, day, month, name, officeCode, oneOf } = cells;
const payee = { bankCode: cells.bankCode, account: cells.account, holder: name };
const payeeIfAny = {
  bankCode: cells.optional(cells.bankCode, ''),
  account: cells.optional(cells.account, ''),
  holder: cells.optional(name, ''),
};

/** Every field of every kind, in the order in which faults are looked for. */
export const shapes: { readonly [K in Kind]: Shape<RowOf[K]> } = {
  employers: {
    number: agencyNumber,
    creditCode: cells.creditCode,
    name,
    office: officeCode,
    enrolledOn: day,
  },
  persons: {
    number: agencyNumber,
    id: cells.residentId,
    name,
    household: oneOf(households),
    enrolledOn: day,
    phone: cells.mayLack(cells.phone, ''),
  },
  history: { person: agencyNumber, from: month, to: month, used: cells.yesOrNo },
  declarations: {
    month,
    employer: agencyNumber,
    person: agencyNumber,
    wageFen: amount,
    baseFen: amount,
    employerFen: amount,
    employeeFen: amount,
  },
  collections: {
    month,
    employer: cells.optional(agencyNumber, ''),
    receivedOn: day,
    amountFen: amount,
    receipt: agencyNumber,
  },
  registrations: {
    person: agencyNumber,
    employer: agencyNumber,
    endedOn: day,
    reason: oneOf(terminationCodes),
    registeredOn: day,
    certificate: cells.mayLack(cells.reference, ''),
  },
  claims: {
    number: agencyNumber,
    person: agencyNumber,
    claimedOn: day,
    office: officeCode,
    ...payeeIfAny,
  },
  'sign-ins': { person: agencyNumber, signedOn: day },
  extracts: { source: name, id: cells.residentId, event: oneOf(extractEvents), happenedOn: day },
  accounts: { person: agencyNumber, changedOn: day, ...payee },
  opening: {
    claim: agencyNumber,
    person: agencyNumber,
    awardedMonths: cells.count,
    drawnMonths: cells.count,
    firstMonth: month,
    monthlyFen: cells.optional<Fen | null>(amount, null),
    office: officeCode,
    ...payeeIfAny,
  },
  'opening-unpaid': {
    claim: agencyNumber,
    person: agencyNumber,
    month,
    item: oneOf(benefitItems),
    amountFen: amount,
    reason: oneOf(unpaidReasons),
  },
};
