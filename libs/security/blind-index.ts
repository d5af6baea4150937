import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import type { Keys } from './keys.js';

export type BlindKind = 'id-number' | 'account' | 'name';
export type BlindEntry = Readonly<{
  kind: BlindKind;
  text: string;
  personRef: string;
  /** The sealed row that holds the text. */
  ref: string;
}>;

/** Hex HMAC-SHA-256 of the normal form: equal texts are found, nothing else can be told from it. */
export type BlindIndex = (kind: BlindKind, text: string) => string;

/**
 * @param normaliseResidentId the 18-digit form of an ID number (15 digits are converted)
 * @throws Refusal ID_INVALID from the index when that form does not exist
 */
export function createBlindIndex(
  keys: Pick<Keys, 'index'>,
  normaliseResidentId: (text: string) => string | undefined,
): BlindIndex {
  const normal: Record<BlindKind, (text: string) => string> = {
    'id-number': (text) => normaliseResidentId(text) ?? refuse('ID_INVALID', {}),
    account: normaliseAccount,
    name: normaliseName,
  };
  return (kind, text) =>
    createHmac('sha256', keys.index)
      .update(`${kind}|${normal[kind](text)}`)
      .digest('hex');
}

/** Finds persons by exact ID number, account or full name without keeping any of them readable. */
export class PersonIndex {
  constructor(
    private readonly database: Pick<Pool, 'query'>,
    private readonly blindIndex: BlindIndex,
    private readonly chunk = 1000,
  ) {}

  /** One insert a chunk; an entry that is there stays as it is. */
  async add(entries: readonly BlindEntry[]): Promise<void> {
    for (let from = 0; from < entries.length; from += this.chunk) {
      const lines = entries
        .slice(from, from + this.chunk)
        .map(({ kind, text, personRef, ref }) =>
          [kind, this.blindIndex(kind, text), personRef, ref].join('\t'),
        );
      await this.database.query(
        `insert into blind_index (kind, hmac, person_ref, ref)
         select cell[1], cell[2], cell[3], cell[4]
           from string_to_table($1, E'\\n') as line, string_to_array(line, E'\\t') as cell
         on conflict do nothing`,
        [lines.join('\n')],
      );
    }
  }

  /** Every person the text was ever indexed for, with the sealed row that says so. */
  async findPersons(
    kind: BlindKind,
    text: string,
  ): Promise<readonly Readonly<{ personRef: string; ref: string }>[]> {
    const { rows } = await this.database.query<{ personRef: string; ref: string }>(
      `select person_ref as "personRef", ref from blind_index
        where kind = $1 and hmac = $2 order by person_ref, ref`,
      [kind, this.blindIndex(kind, text)],
    );
    return rows;
  }
}

/** Full-width digits, spaces, dashes and invisible characters do not make another account. */
function normaliseAccount(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Cf}\p{Pd}]/gu, '')
    .toUpperCase();
}

/** Spaces and the many middle dots of transcribed names do not make another name. */
function normaliseName(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\s\p{Cf}]/gu, '')
    .replaceAll(/[•‧∙⋅・･．.]/gu, '·')
    .toUpperCase();
}
