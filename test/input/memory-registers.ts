import { addMonths, type Day, type Month } from '#domain/values/calendar.js';
import { fen, shareOf } from '#domain/values/fen.js';
import { rowContent, rowKey, type CheckedFile } from '#input/check.js';
import type { Kind, RowOf } from '#input/kinds.js';
import type { Contribution, Registers } from '#input/rules.js';

/** 0.5 % of the base for each part, rounded half up to the fen, as in Guangzhou in 2026. */
export const halfPercent: Contribution = (_, baseFen) => {
  const part = baseFen < 0n ? fen(-1n) : shareOf(baseFen, { of: 5n, per: 1000n });
  return { employerFen: part, employeeFen: part };
};

/** Registers in memory that take in what was checked, as an office's own would. */
export class MemoryRegisters implements Registers {
  private readonly employers = new Map<string, { enrolledOn: Day; office: string }>();
  private readonly persons = new Map<
    string,
    { enrolledOn: Day; office: string; household: string }
  >();
  private readonly ids = new Map<string, string>();
  private readonly months = new Set<string>();
  private readonly awards = new Map<string, { person: string; office: string }>();
  private readonly drawnMonths = new Map<string, number>();
  private readonly unpaid = new Map<string, Month[]>();
  private readonly contents = new Map<string, string>();

  constructor(
    private readonly offices: readonly string[] = ['440103', '440106'],
    /** Where the importer may act: whoever is enrolled here is enrolled by the first office. */
    public scope = offices,
  ) {}

  employer = (number: string) => this.employers.get(number);
  person = (number: string) => this.persons.get(number);
  personById = (id18: string) => this.ids.get(id18);
  office = (code: string) => this.offices.includes(code);
  inScope = (code: string) => this.scope.includes(code);
  contributed = (person: string, from: Month, to: Month) => {
    for (let month = from; month <= to; month = addMonths(month, 1))
      if (this.months.has(`${person} ${month}`)) return true;
    return false;
  };
  award = (claim: string) => this.awards.get(claim);
  drawn = (claim: string) => {
    const months = this.drawnMonths.get(claim);
    return months === undefined ? undefined : { months, unpaid: this.unpaid.get(claim) ?? [] };
  };
  paidBy = (person: string) =>
    [...this.awards.values()].find((award) => award.person === person)?.office;
  known = (kind: Kind, key: string, content: () => string) => {
    const held = this.contents.get(`${kind} ${key}`);
    if (held === undefined) return 'new';
    return held === content() ? 'same' : 'other';
  };

  take<K extends Kind>({ kind, rows }: CheckedFile<K>): void {
    for (const { row, known } of rows) {
      if (known) continue;
      this.contents.set(`${kind} ${rowKey(kind, row)}`, rowContent(row));
      this.keep[kind]?.(row);
    }
  }

  private readonly keep: { readonly [K in Kind]?: (row: RowOf[K]) => void } = {
    employers: ({ number, enrolledOn, office }) =>
      void this.employers.set(number, { enrolledOn, office }),
    persons: ({ number, id, enrolledOn, household }) => {
      this.persons.set(number, { enrolledOn, household, office: this.offices[0] ?? '' });
      this.ids.set(id, number);
    },
    history: ({ person, from, to }) => {
      for (let month = from; month <= to; month = addMonths(month, 1))
        this.months.add(`${person} ${month}`);
    },
    declarations: ({ person, month }) => void this.months.add(`${person} ${month}`),
    opening: ({ claim, person, office, drawnMonths }) => {
      this.awards.set(claim, { person, office });
      this.drawnMonths.set(claim, drawnMonths);
    },
    'opening-unpaid': ({ claim, month, item }) => {
      if (item === 'benefit') this.unpaid.set(claim, [...(this.unpaid.get(claim) ?? []), month]);
    },
  };
}
